"""A process that delivers mails and dies by chance, between any two steps."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from callcenter import telemetry
from callcenter.settings import PROJECT, RuntimeSettings
from callcenter.storage.counters import RedisCounters
from callcenter.storage.post import RedisPost
from callcenter.storage.redis import RedisStore
from services.intake.mail.addresses import Addresses
from services.intake.mail.postman import Patience, Postman
from services.intake.mail.relay import Relay
from tests.faults.victim import Fate

LADDER: Sequence[float] = (0.1,) * 300


def carry(settings: RuntimeSettings, url: str, seed: int, chance: float) -> None:
    """Until killed."""
    telemetry.configure("CRITICAL", "text")
    asyncio.run(_carry(settings, url, random.Random(seed), chance))


async def _carry(settings: RuntimeSettings, url: str, dice: random.Random, chance: float) -> None:
    address = (settings.redis_url, settings.namespace)
    post: Any = Fate(RedisPost(*address), {"claim", "settle"}, dice, chance)
    postman = Postman(
        post,
        RedisCounters(*address),
        Addresses.load(PROJECT / "businesses"),
        Relay.at(url, 1),
        patience=Patience(0.02, LADDER, 1000),
        secret=RedisStore(*address).secret,
    )
    await postman.run()
