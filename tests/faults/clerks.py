"""The desks behind policy, as a process of its own makes them."""

from functools import partial

from callcenter.messaging import Worker
from callcenter.settings import RuntimeSettings
from callcenter.storage.book import RedisBook
from services import summary, ticketing

__all__ = ["summarizing", "ticketers"]

summarizing = summary.build


def ticketer(settings: RuntimeSettings) -> Worker:
    """The real ticketing desk, on the book that all share."""
    return ticketing.build(book=RedisBook(settings.redis_url, settings.namespace))


def ticketers(settings: RuntimeSettings) -> "partial[Worker]":
    """How a process of its own makes one."""
    return partial(ticketer, settings)
