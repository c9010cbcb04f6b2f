"""A policy desk that dies by chance while it remembers what was agreed, and while it has it done."""

import os
import random
from functools import cache, partial
from typing import cast

from callcenter.http.signing import key_of
from callcenter.messaging import Worker
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import Agreements, RedisAgreements
from services import policy
from services.policy.accounts.patience import Patience
from services.policy.actions import Actions
from services.policy.actions.http import HttpActions, client
from services.policy.actions.machine import Machine
from services.policy.worker import PolicyWorker
from tests.faults.buyers import accounts
from tests.faults.victim import Fate
from tests.hands import on
from tests.receiver import SECRET


@cache
def _rules() -> PolicyWorker:
    return policy.build()


def judge(settings: RuntimeSettings, chance: float, system: str | None = None, buyers: int = 0) -> Worker:
    """The real policy desk, on the agreements that all share; it orders actions of the `system`, where there is one.

    Where there are `buyers`, the shop serves them in place of its sample customers.
    """
    kept = RedisAgreements(settings.redis_url, settings.namespace)
    deadly = Fate(kept, {"of", "claim", "settle"}, random.Random(os.getpid()), chance)
    desks = dict(_rules().desks)
    if buyers:
        desks["retail"] = desks["retail"]._replace(accounts=accounts(buyers))
    if system is None:
        return on(desks, cast(Agreements, deadly))
    dice, key = random.Random(os.getpid()), key_of(SECRET)
    actions = Fate(HttpActions(client(), system, key, Patience("The system", 3)), {"carry_out"}, dice, chance * 5)
    made = {
        name: desk._replace(machine=Machine(cast(Actions, actions), desk.machine.shape)) for name, desk in desks.items()
    }
    return PolicyWorker(made, cast(Agreements, deadly))


def judges(settings: RuntimeSettings, chance: float, system: str | None = None, buyers: int = 0) -> "partial[Worker]":
    """How a process of its own makes one."""
    return partial(judge, settings, chance, system, buyers)


_rules()
