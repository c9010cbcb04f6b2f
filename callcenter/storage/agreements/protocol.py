"""What every store of agreements promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """Something agreed: `key` is equal where the same was agreed; `body` is whatever else its owner wants to know."""

    key: str
    interaction_id: str
    until: datetime
    body: str


class Agreements(Protocol):
    """Entries by account. Every method may raise Unavailable; every write may be repeated without a second effect.

    `now` is the time of the event that is handled, and what has ended by then counts no more.
    """

    async def of(self, account: str) -> list[Entry]:
        """All that is still there of an account, in no order; some of it may have ended."""

    async def claim(self, account: str, entries: Sequence[Entry], now: datetime) -> bool:
        """Put all of them there in one atomic step; False, and none is, where another interaction holds one's key.

        What the same interaction has put there already stays as it is.
        """

    async def settle(self, account: str, interaction_id: str, entries: Sequence[Entry], now: datetime) -> None:
        """Let the interaction hold these in place of all that it held. What another holds is left alone."""

    async def close(self) -> None:
        """Release connections."""
