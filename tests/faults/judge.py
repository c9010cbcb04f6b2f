"""A policy desk that dies by chance while it remembers what was agreed."""

import os
import random
from functools import cache, partial
from typing import cast

from callcenter.messaging import Worker
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import Agreements, RedisAgreements
from services import policy
from services.policy.worker import PolicyWorker
from tests.faults.victim import Fate
from tests.hands import on


@cache
def _rules() -> PolicyWorker:
    return policy.build()


def judge(settings: RuntimeSettings, chance: float) -> Worker:
    """The real policy desk, on the agreements that all share."""
    kept = RedisAgreements(settings.redis_url, settings.namespace)
    deadly = Fate(kept, {"of", "claim", "settle"}, random.Random(os.getpid()), chance)
    return on(_rules().desks, cast(Agreements, deadly))


def judges(settings: RuntimeSettings, chance: float) -> "partial[Worker]":
    """How a process of its own makes one."""
    return partial(judge, settings, chance)


_rules()
