"""Alternatives among facts, as business files write them: `any_of: [[order_id], [email, placed_on]]`."""

from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import AfterValidator

_FEWEST = 2


def _alternatives(ways: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    if ways and (len(ways) < _FEWEST or not all(ways)):
        raise ValueError("list two ways or more, each with all facts that it takes, like [[order_id], [email, date]]")
    return ways


Ways = Annotated[tuple[tuple[str, ...], ...], AfterValidator(_alternatives)]
"""Lists of facts; all of one of them are enough."""


def nearest(ways: Sequence[tuple[str, ...]], known: Collection[str], untold: Collection[str]) -> tuple[str, ...]:
    """The way that takes least from here: none of what the customer could not tell, then the fewest facts."""

    def cost(way: tuple[str, ...]) -> tuple[int, int]:
        open_facts = [fact for fact in way if fact not in known]
        return sum(fact in untold for fact in open_facts), len(open_facts)

    return min(ways, key=cost, default=())


def complete(ways: Sequence[tuple[str, ...]], known: Collection[str]) -> bool:
    """Whether all facts of one way are known."""
    return any(all(fact in known for fact in way) for way in ways)
