"""Staff, keys and sessions in memory, with the promises of those on Redis, but for durability."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from callcenter.storage.access.protocol import Key, Session, Staff


class MemoryAccess:
    """See AccessStore. Single event loop; nothing survives the process."""

    def __init__(self, staff: Iterable[Staff] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._staff = {one.name: one for one in staff}
        self._keys: dict[str, Key] = {}
        self._sessions: dict[str, tuple[Session, float]] = {}
        self._aside: dict[str, tuple[bytes, float]] = {}
        self._attempts: dict[str, tuple[int, float]] = {}

    async def add_staff(self, staff: Staff) -> bool:
        """See AccessStore.add_staff."""
        return self._staff.setdefault(staff.name, staff) is staff

    async def change_staff(self, staff: Staff, stamp: str) -> bool:
        """See AccessStore.change_staff."""
        known = self._staff.get(staff.name)
        if known is None or known.stamp != stamp:
            return False
        self._staff[staff.name] = staff
        return True

    async def staff(self, name: str) -> Staff | None:
        """See AccessStore.staff."""
        return self._staff.get(name)

    async def all_staff(self) -> list[Staff]:
        """See AccessStore.all_staff."""
        return sorted(self._staff.values(), key=lambda one: one.name)

    async def drop_staff(self, name: str) -> bool:
        """See AccessStore.drop_staff."""
        return self._staff.pop(name, None) is not None

    async def add_key(self, key: Key) -> None:
        """See AccessStore.add_key."""
        self._keys[key.digest] = key

    async def key(self, digest: str) -> Key | None:
        """See AccessStore.key."""
        return self._keys.get(digest)

    async def all_keys(self) -> list[Key]:
        """See AccessStore.all_keys."""
        return sorted(self._keys.values(), key=lambda one: one.created_at)

    async def key_used(self, digest: str, at: datetime) -> None:
        """See AccessStore.key_used."""
        if digest in self._keys:
            self._keys[digest] = replace(self._keys[digest], last_used=at)

    async def drop_key(self, digest: str) -> None:
        """See AccessStore.drop_key."""
        self._keys.pop(digest, None)

    async def open_session(self, digest: str, session: Session, idle: float) -> None:
        """See AccessStore.open_session; expiry happens here, as there is no server to do it."""
        self._sessions = {one: kept for one, kept in self._sessions.items() if kept[1] > self.clock()}
        self._sessions[digest] = (session, self.clock() + idle)

    async def session(self, digest: str, idle: float) -> Session | None:
        """See AccessStore.session."""
        session, until = self._sessions.get(digest, (None, 0.0))
        if session is None or until <= self.clock():
            return None
        self._sessions[digest] = (session, self.clock() + idle)
        return session

    async def close_session(self, digest: str) -> None:
        """See AccessStore.close_session."""
        self._sessions.pop(digest, None)

    async def set_aside(self, key: str, kept: bytes, seconds: float) -> None:
        """See AccessStore.set_aside."""
        self._aside = {one: aside for one, aside in self._aside.items() if aside[1] > self.clock()}
        self._aside[key] = (kept, self.clock() + seconds)

    async def take(self, key: str) -> bytes | None:
        """See AccessStore.take."""
        kept, until = self._aside.pop(key, (None, 0.0))
        return kept if until > self.clock() else None

    async def attempt(self, name: str, window: float) -> int:
        """See AccessStore.attempt."""
        self._attempts = {one: kept for one, kept in self._attempts.items() if kept[1] > self.clock()}
        count, until = self._attempts.get(name, (0, self.clock() + window))
        self._attempts[name] = (count + 1, until)
        return count + 1

    async def forgive(self, name: str) -> None:
        """See AccessStore.forgive."""
        self._attempts.pop(name, None)

    async def close(self) -> None:
        """Nothing to release."""
