"""What every audit log promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import AsyncIterator
from typing import Protocol

from callcenter.storage.audit.chain import Act, Entry


class Audit(Protocol):
    """Entries in the order in which they were written; none is ever changed. Every method may raise Unavailable."""

    async def append(self, act: Act) -> Entry:
        """The entry of this act, behind all others; the one that is there where an act of this id was written."""

    def entries(self, after: int = 0) -> AsyncIterator[Entry]:
        """Those with a higher number, in their order, as they are read."""

    async def newest(self, count: int) -> list[Entry]:
        """So many, the newest first."""

    async def close(self) -> None:
        """Release connections."""
