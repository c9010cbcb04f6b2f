"""What every store of counters promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tries:
    """Up to `most` different tries that count for one `name` within any stretch of time as long as `within`."""

    name: str
    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Quota:
    """Up to `most` tokens for one `name`; one that was taken is back after a `most`-th of the `seconds`."""

    name: str
    most: int
    seconds: int

    @property
    def pause(self) -> float:
        """Seconds after which one token more is there."""
        return self.seconds / self.most


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a quota: whole tokens, and seconds until all of them are back, or one where none is left."""

    left: int
    seconds: float


class Counters(Protocol):
    """Counts by name. Every method may raise Unavailable."""

    async def tried(self, tries: Sequence[Tries], mark: str, now: datetime, *, counts: bool) -> Sequence[str]:
        """Note a try that `counts` in all of them, in one atomic step; the names of those that are full.

        Nothing is noted where any is full. What has the same `mark` is the same try: it is noted once, and fills
        nothing for itself. `now` is the time of the event that is handled.
        """

    async def take(self, quotas: Sequence[Quota]) -> tuple[bool, Sequence[Room]]:
        """Take a token of each, or none where any is used up, and tell what is left; by the store's own clock."""

    async def close(self) -> None:
        """Release connections."""
