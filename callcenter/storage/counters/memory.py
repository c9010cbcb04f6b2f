"""Counters in memory, with the promises of those on Redis, but for durability."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from callcenter.storage.counters.protocol import Quota, Room, Tries

MOST_NAMES = 10_000
"""Kept at once; beyond, what has ended is forgotten before anything is added."""


class MemoryCounters:
    """See Counters. Single event loop; nothing survives the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._tries: dict[str, dict[str, datetime]] = {}
        self._ends: dict[str, datetime] = {}
        self._full_at: dict[str, float] = {}

    async def tried(self, tries: Sequence[Tries], mark: str, now: datetime, *, counts: bool) -> Sequence[str]:
        """See Counters.tried."""
        standing = {one.name: self._standing(one, now) for one in tries}
        full = [one.name for one in tries if len(standing[one.name].keys() - {mark}) >= one.most]
        if counts and not full:
            self._forget_tries(now)
            for one in tries:
                self._tries[one.name] = {mark: now} | standing[one.name]
                self._ends[one.name] = now + one.within
        return full

    async def take(self, quotas: Sequence[Quota]) -> tuple[bool, Sequence[Room]]:
        """See Counters.take."""
        now = self.clock()
        lacking = {one.name: max(0.0, self._full_at.get(one.name, now) - now) for one in quotas}
        taken = all(lacking[one.name] + one.pause <= one.seconds + _ROUNDING for one in quotas)
        if taken:
            self._forget_quotas(now)
            lacking = {one.name: lacking[one.name] + one.pause for one in quotas}
            self._full_at |= {name: now + seconds for name, seconds in lacking.items()}
        return taken, [room(one, lacking[one.name]) for one in quotas]

    async def close(self) -> None:
        """Nothing to release."""

    def _standing(self, tries: Tries, now: datetime) -> dict[str, datetime]:
        since = now - tries.within
        return {mark: at for mark, at in self._tries.get(tries.name, {}).items() if at > since}

    def _forget_tries(self, now: datetime) -> None:
        if len(self._tries) > MOST_NAMES:
            for name in [name for name, end in self._ends.items() if end <= now]:
                del self._tries[name], self._ends[name]

    def _forget_quotas(self, now: float) -> None:
        if len(self._full_at) > MOST_NAMES:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}


_ROUNDING = 1e-6


def room(quota: Quota, lacking: float) -> Room:
    """What is left of a quota that is full again in so many seconds."""
    left = int((quota.seconds - lacking + _ROUNDING) / quota.pause)
    return Room(left, lacking if left else lacking + quota.pause - quota.seconds)
