"""The audit log on Redis. Which entry comes next is decided inside Redis by one Lua script.

Keys, below the namespace `cc`:
    cc:audit       a list of the entries, each a line of JSON; it has no end
    cc:audit:acts  a hash: id of an act -> number of its entry
"""

from collections.abc import AsyncIterator
from typing import Any

from callcenter.errors import Unavailable
from callcenter.storage.audit.chain import Act, Entry
from callcenter.storage.server import Scripts, available, connect

# KEYS: entries, acts.  ARGV: number of the entry, id of its act, the entry.  Answers what stands there instead, if any
APPEND = """
local there = redis.call('HGET', KEYS[2], ARGV[2])
if there then return {'there', redis.call('LINDEX', KEYS[1], tonumber(there) - 1)} end
if redis.call('LLEN', KEYS[1]) + 1 ~= tonumber(ARGV[1]) then return {'later', redis.call('LINDEX', KEYS[1], -1)} end
redis.call('RPUSH', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])
return {'written'}
"""

_TRIES = 100
"""Attempts to be the next while others write, too."""

_PAGE = 500


class RedisAudit:
    """See Audit. It remembers the newest entry that it saw, so that most acts take one round trip."""

    def __init__(self, url: str, namespace: str = "cc") -> None:
        self._keys = (f"{namespace}:audit", f"{namespace}:audit:acts")
        self._redis = connect(url)
        self._scripts = Scripts(self._redis, (APPEND,))
        self._newest: Entry | None = None

    async def append(self, act: Act) -> Entry:
        """See Audit.append."""
        for _ in range(_TRIES):
            entry = Entry.sealed(act, self._newest)
            outcome, *there = await self._scripts.run(APPEND, self._keys, (entry.number, act.id, entry.written()))
            if outcome == b"there":
                return Entry.read(there[0])
            if outcome == b"written":
                self._newest = entry
                return entry
            self._newest = Entry.read(there[0]) if there and there[0] else None
        raise Unavailable("Too many write to the audit log at once.")

    async def entries(self, after: int = 0) -> AsyncIterator[Entry]:
        """See Audit.entries."""
        while lines := await self._range(after, after + _PAGE - 1):
            for line in lines:
                yield Entry.read(line)
            after += len(lines)

    async def newest(self, count: int) -> list[Entry]:
        """See Audit.newest."""
        return [Entry.read(line) for line in reversed(await self._range(-count, -1))]

    async def close(self) -> None:
        """See Audit.close."""
        await self._redis.aclose()

    async def _range(self, first: int, last: int) -> list[bytes]:
        found: Any = await available(self._redis.lrange(self._keys[0], first, last))
        return list(found)
