"""The audit log in memory, with the promises of that on Redis, but for durability."""

from collections.abc import AsyncIterator

from callcenter.storage.audit.chain import Act, Entry


class MemoryAudit:
    """See Audit. Single event loop; nothing survives the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._of: dict[str, Entry] = {}

    async def append(self, act: Act) -> Entry:
        """See Audit.append."""
        if act.id not in self._of:
            self._of[act.id] = Entry.sealed(act, self._entries[-1] if self._entries else None)
            self._entries.append(self._of[act.id])
        return self._of[act.id]

    async def entries(self, after: int = 0) -> AsyncIterator[Entry]:
        """See Audit.entries."""
        for entry in self._entries[after:]:
            yield entry

    async def newest(self, count: int) -> list[Entry]:
        """See Audit.newest."""
        return self._entries[::-1][:count]

    async def close(self) -> None:
        """Nothing to release."""
