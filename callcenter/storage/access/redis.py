"""Staff, keys and sessions on Redis.

Keys, below the namespace `cc`:  cc:access:staff by name    cc:access:keys by digest    cc:access:used when each was
cc:access:session:<digest> who signed in    cc:access:tries:<name> how often somebody tried
cc:access:aside:<key> what is kept for the first who asks for it
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from callcenter.storage.access.protocol import Key, Session, Staff
from callcenter.storage.server import Scripts, available, connect

# KEYS: staff.  ARGV: name, the stamp that they have to have, what they are from now on
CHANGE = """
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if not kept or cjson.decode(kept).stamp ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


class RedisAccess:
    """See AccessStore."""

    def __init__(self, url: str, namespace: str = "cc") -> None:
        self.namespace = namespace
        self._redis = connect(url)
        self._scripts = Scripts(self._redis, (CHANGE,))

    async def add_staff(self, staff: Staff) -> bool:
        """See AccessStore.add_staff."""
        return bool(await available(self._redis.hsetnx(self._key("staff"), staff.name, orjson.dumps(asdict(staff)))))

    async def change_staff(self, staff: Staff, stamp: str) -> bool:
        """See AccessStore.change_staff."""
        body = orjson.dumps(asdict(staff))
        return bool(await self._scripts.run(CHANGE, [self._key("staff")], (staff.name, stamp, body)))

    async def staff(self, name: str) -> Staff | None:
        """See AccessStore.staff."""
        kept = await available(self._redis.hget(self._key("staff"), name))
        return _staff(kept) if kept else None

    async def all_staff(self) -> list[Staff]:
        """See AccessStore.all_staff."""
        kept: Mapping[bytes, bytes] = await available(self._redis.hgetall(self._key("staff")))
        return sorted(map(_staff, kept.values()), key=lambda one: one.name)

    async def drop_staff(self, name: str) -> bool:
        """See AccessStore.drop_staff."""
        return bool(await available(self._redis.hdel(self._key("staff"), name)))

    async def add_key(self, key: Key) -> None:
        """See AccessStore.add_key."""
        await available(self._redis.hset(self._key("keys"), key.digest, orjson.dumps(asdict(key))))

    async def key(self, digest: str) -> Key | None:
        """See AccessStore.key."""
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.hget(self._key("keys"), digest).hget(self._key("used"), digest)
        kept, used = await available(pipe.execute())
        return _of(kept, used) if kept else None

    async def all_keys(self) -> list[Key]:
        """See AccessStore.all_keys."""
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.hgetall(self._key("keys")).hgetall(self._key("used"))
        kept, used = await available(pipe.execute())
        found = [_of(body, used.get(digest)) for digest, body in kept.items()]
        return sorted(found, key=lambda one: one.created_at)

    async def key_used(self, digest: str, at: datetime) -> None:
        """See AccessStore.key_used."""
        await available(self._redis.hset(self._key("used"), digest, at.isoformat()))

    async def drop_key(self, digest: str) -> None:
        """See AccessStore.drop_key."""
        pipe: Any = self._redis.pipeline(transaction=True)
        pipe.hdel(self._key("keys"), digest).hdel(self._key("used"), digest)
        await available(pipe.execute())

    async def open_session(self, digest: str, session: Session, idle: float) -> None:
        """See AccessStore.open_session."""
        await available(self._redis.set(self._key("session", digest), orjson.dumps(asdict(session)), px=_ms(idle)))

    async def session(self, digest: str, idle: float) -> Session | None:
        """See AccessStore.session."""
        kept = await available(self._redis.getex(self._key("session", digest), px=_ms(idle)))
        if kept is None:
            return None
        told = orjson.loads(kept)
        return Session(told["name"], told["stamp"], datetime.fromisoformat(told["ends"]))

    async def close_session(self, digest: str) -> None:
        """See AccessStore.close_session."""
        await available(self._redis.delete(self._key("session", digest)))

    async def set_aside(self, key: str, kept: bytes, seconds: float) -> None:
        """See AccessStore.set_aside."""
        await available(self._redis.set(self._key("aside", key), kept, px=_ms(seconds)))

    async def take(self, key: str) -> bytes | None:
        """See AccessStore.take."""
        kept: bytes | None = await available(self._redis.getdel(self._key("aside", key)))
        return kept

    async def attempt(self, name: str, window: float) -> int:
        """See AccessStore.attempt."""
        pipe: Any = self._redis.pipeline(transaction=True)
        pipe.set(self._key("tries", name), 0, nx=True, px=_ms(window)).incr(self._key("tries", name))
        _, count = await available(pipe.execute())
        return int(count)

    async def forgive(self, name: str) -> None:
        """See AccessStore.forgive."""
        await available(self._redis.delete(self._key("tries", name)))

    async def close(self) -> None:
        """See AccessStore.close."""
        await self._redis.aclose()

    def _key(self, *parts: str) -> str:
        return ":".join((self.namespace, "access", *parts))


def _staff(kept: bytes) -> Staff:
    told = orjson.loads(kept)
    return Staff(**told | {"businesses": _businesses(told)})


def _of(kept: bytes, used: bytes | None) -> Key:
    told = orjson.loads(kept)
    return Key(
        **told
        | {
            "businesses": _businesses(told),
            "scopes": tuple(told["scopes"]),
            "created_at": datetime.fromisoformat(told["created_at"]),
            "last_used": datetime.fromisoformat(used.decode()) if used else None,
        }
    )


def _businesses(told: Mapping[str, Any]) -> tuple[str, ...] | None:
    return None if told["businesses"] is None else tuple(told["businesses"])


def _ms(seconds: float) -> int:
    return max(1, int(seconds * 1000))
