"""The real agent, built once: a worker that replaces a dead one is there at once."""

from functools import cache

from callcenter.messaging import Worker
from services import agent


@cache
def talker() -> Worker:
    """The agent of every business."""
    return agent.build()


talker()
