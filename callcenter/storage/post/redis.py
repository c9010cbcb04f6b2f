"""The post on Redis: each step is one Lua script.

Keys, below the namespace `cc`:  cc:post:<interaction>/<name> a letter, and what became of it
cc:post:of:<interaction> names of its letters    cc:post:due when which letter is due (ms)
cc:post:told:<business>:<ticket> the interaction whose customer was told of it
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from callcenter.storage.post.protocol import Claimed, Fate, Letter, Posted
from callcenter.storage.server import Scripts, available, connect

# KEYS: letter, names, due, told
# ARGV: key, name, letter as JSON, who says it, now (ms), interaction, retention (s), ticket
PUT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'letter', ARGV[3], 'by', ARGV[4], 'at', ARGV[5])
redis.call('HSET', KEYS[1], 'state', 'waiting', 'attempts', 0, 'why', '')
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[4], ARGV[6], 'EX', ARGV[7])
  redis.call('HSET', KEYS[1], 'told', KEYS[4])
end
return 1
"""

# KEYS: due.  ARGV: now (ms), end of the lease (ms), limit, what the key of a letter begins with
CLAIM = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
local claimed = {}
for _, key in ipairs(due) do
  local letter = redis.call('HGET', ARGV[4] .. key, 'letter')
  if letter then
    redis.call('ZADD', KEYS[1], ARGV[2], key)
    claimed[#claimed + 1] = {letter, redis.call('HINCRBY', ARGV[4] .. key, 'attempts', 1)}
  else
    redis.call('ZREM', KEYS[1], key)
  end
end
return claimed
"""

# KEYS: letter, due, names.  ARGV: key, attempt, state, why, now (ms), again (ms, or ''), retention (s)
SETTLE = """
local found = redis.call('HMGET', KEYS[1], 'state', 'attempts')
if found[1] ~= 'waiting' or found[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'why', ARGV[4], 'at', ARGV[5])
if ARGV[6] ~= '' then
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[1])
else
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[1], 'letter')
  redis.call('EXPIRE', KEYS[1], ARGV[7])
  redis.call('EXPIRE', KEYS[3], ARGV[7])
end
return 1
"""

# KEYS: letter, due.  ARGV: key, why, now (ms), retention (s)
CAME_BACK = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'state', 'failed', 'why', ARGV[2], 'at', ARGV[3])
redis.call('HDEL', KEYS[1], 'letter')
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""


# KEYS: names, due.  ARGV: what the key of a letter begins with, interaction
ERASE = """
for _, name in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[2] .. '/' .. name
  local ticket = redis.call('HGET', ARGV[1] .. key, 'told')
  if ticket and redis.call('GET', ticket) == ARGV[2] then redis.call('DEL', ticket) end
  redis.call('DEL', ARGV[1] .. key)
  redis.call('ZREM', KEYS[2], key)
end
return redis.call('DEL', KEYS[1])
"""


class RedisPost:
    """See Post."""

    def __init__(self, url: str, namespace: str = "cc", retention_hours: float = 24.0) -> None:
        self.root, self.retention = f"{namespace}:post", max(1, int(retention_hours * 3600))
        self._redis = connect(url)
        self._scripts = Scripts(self._redis, (PUT, CLAIM, SETTLE, CAME_BACK, ERASE))

    async def put(self, letter: Letter, now: datetime) -> bool:
        """See Post.put."""
        keys = (*self._keys(letter.interaction_id, letter.name), self._told(letter.business, letter.ticket_id))
        arguments = (letter.key, letter.name, orjson.dumps(asdict(letter)), letter.by, _ms(now))
        where = (letter.interaction_id, self.retention, letter.ticket_id)
        return bool(await self._scripts.run(PUT, keys, (*arguments, *where)))

    async def claim(self, now: datetime, lease: float, limit: int) -> Sequence[Claimed]:
        """See Post.claim."""
        arguments = (_ms(now), _ms(now) + int(lease * 1000), limit, f"{self.root}:")
        claimed = await self._scripts.run(CLAIM, (f"{self.root}:due",), arguments)
        return [Claimed(_letter(letter), int(attempt)) for letter, attempt in claimed]

    async def settle(
        self, claimed: Claimed, state: Fate, now: datetime, why: str = "", again: datetime | None = None
    ) -> None:
        """See Post.settle."""
        letter, names, due = self._keys(claimed.letter.interaction_id, claimed.letter.name)
        at = (_ms(now), _ms(again) if again else "", self.retention)
        arguments = (claimed.letter.key, claimed.attempt, state, why, *at)
        await self._scripts.run(SETTLE, (letter, due, names), arguments)

    async def came_back(self, interaction_id: str, name: str, why: str, now: datetime) -> bool:
        """See Post.came_back."""
        letter, _, due = self._keys(interaction_id, name)
        arguments = (f"{interaction_id}/{name}", why, _ms(now), self.retention)
        return bool(await self._scripts.run(CAME_BACK, (letter, due), arguments))

    async def of(self, interaction_id: str) -> Sequence[Posted]:
        """See Post.of."""
        found = await available(self._redis.lrange(f"{self.root}:of:{interaction_id}", 0, -1))
        names, pipe = [name.decode() for name in found], self._redis.pipeline(transaction=False)
        for name in names:
            pipe.hgetall(f"{self.root}:{interaction_id}/{name}")
        kept = await available(pipe.execute())
        return [_posted(name, fields) for name, fields in zip(names, kept, strict=True) if fields]

    async def told_of(self, business: str, ticket_id: str) -> str | None:
        """See Post.told_of."""
        found = await available(self._redis.get(self._told(business, ticket_id)))
        return found.decode() if found else None

    async def erase(self, interaction_id: str) -> None:
        """See Post.erase."""
        keys = (f"{self.root}:of:{interaction_id}", f"{self.root}:due")
        await self._scripts.run(ERASE, keys, (f"{self.root}:", interaction_id))

    async def close(self) -> None:
        """See Post.close."""
        await self._redis.aclose()

    def _keys(self, interaction_id: str, name: str) -> tuple[str, str, str]:
        return f"{self.root}:{interaction_id}/{name}", f"{self.root}:of:{interaction_id}", f"{self.root}:due"

    def _told(self, business: str, ticket_id: str) -> str:
        return f"{self.root}:told:{business}:{ticket_id}"


def _letter(body: bytes) -> Letter:
    fields: dict[str, Any] = orjson.loads(body)
    return Letter(**fields | {"references": tuple(fields["references"])})


def _posted(name: str, fields: dict[bytes, bytes]) -> Posted:
    by, state, why = (fields[part].decode() for part in (b"by", b"state", b"why"))
    at = datetime.fromtimestamp(int(fields[b"at"]) / 1000, UTC)
    return Posted(name, by, state, at, int(fields[b"attempts"]), why)  # type: ignore[arg-type]


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
