"""Agreements in memory, with the promises of those on Redis, but for durability."""

from collections.abc import Sequence
from datetime import datetime

from callcenter.storage.agreements.protocol import Entry


class MemoryAgreements:
    """See Agreements. Single event loop; nothing survives the process."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Entry]] = {}

    async def of(self, account: str) -> list[Entry]:
        """See Agreements.of."""
        return list(self._of.get(account, {}).values())

    async def claim(self, account: str, entries: Sequence[Entry], now: datetime) -> bool:
        """See Agreements.claim."""
        held = self._lasting(account, now)
        if any(one.key in held and held[one.key].interaction_id != one.interaction_id for one in entries):
            return False
        self._put(account, {one.key: one for one in entries} | held, now)
        return True

    async def settle(self, account: str, interaction_id: str, entries: Sequence[Entry], now: datetime) -> None:
        """See Agreements.settle."""
        others = {key: one for key, one in self._lasting(account, now).items() if one.interaction_id != interaction_id}
        self._put(account, {one.key: one for one in entries} | others, now)

    async def close(self) -> None:
        """Nothing to release."""

    def _lasting(self, account: str, now: datetime) -> dict[str, Entry]:
        return {key: one for key, one in self._of.get(account, {}).items() if one.until > now}

    def _put(self, account: str, entries: dict[str, Entry], now: datetime) -> None:
        """The account written last stands last, so that those of whom all has ended leave from the front."""
        self._of.pop(account, None)
        if entries:
            self._of[account] = entries
        while self._of and not self._lasting(oldest := next(iter(self._of)), now):
            del self._of[oldest]
