"""A ticketing desk that dies by chance between the tickets of one contact."""

import os
import random
from functools import partial
from typing import cast

from callcenter.messaging import Worker
from callcenter.settings import RuntimeSettings
from callcenter.storage.book import RedisBook, TicketBook
from services import ticketing
from tests.faults.victim import Fate


def clerk(settings: RuntimeSettings, chance: float) -> Worker:
    """The real ticketing desk, on the book that all share."""
    kept = RedisBook(settings.redis_url, settings.namespace)
    return ticketing.build(book=cast(TicketBook, Fate(kept, {"write"}, random.Random(os.getpid()), chance)))


def clerks(settings: RuntimeSettings, chance: float) -> "partial[Worker]":
    """How a process of its own makes one."""
    return partial(clerk, settings, chance)
