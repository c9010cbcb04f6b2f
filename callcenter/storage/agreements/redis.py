"""Agreements on Redis. Who was first is decided inside Redis by one Lua script.

Keys, below the namespace `cc`:  cc:agreed:<account> entries by their key, each with its owner and its end
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from callcenter.storage.agreements.protocol import Entry
from callcenter.storage.server import Scripts, available, connect

_KEEP = """
local function keep(now)
  local last = 0
  for _, value in ipairs(redis.call('HVALS', KEYS[1])) do last = math.max(last, cjson.decode(value)['until']) end
  if last > tonumber(now) then redis.call('PEXPIRE', KEYS[1], last - tonumber(now)) else redis.call('DEL', KEYS[1]) end
end
"""

# KEYS: account.  ARGV: interaction, now (ms), then key and value of each entry
CLAIM = (
    _KEEP
    + """
local free = {}
for n = 3, #ARGV, 2 do
  local held = redis.call('HGET', KEYS[1], ARGV[n])
  local standing = held and cjson.decode(held)
  if standing and standing['until'] > tonumber(ARGV[2]) then
    if standing['of'] ~= ARGV[1] then return 0 end
  else
    free[#free + 1] = n
  end
end
for _, n in ipairs(free) do redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
keep(ARGV[2])
return 1
"""
)

# KEYS and ARGV as above
SETTLE = (
    _KEEP
    + """
local held = redis.call('HGETALL', KEYS[1])
local others = {}
for n = 1, #held, 2 do
  local standing = cjson.decode(held[n + 1])
  if standing['of'] == ARGV[1] or standing['until'] <= tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[1], held[n])
  else
    others[held[n]] = true
  end
end
for n = 3, #ARGV, 2 do
  if not others[ARGV[n]] then redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
end
keep(ARGV[2])
return 1
"""
)


class RedisAgreements:
    """See Agreements. Calls that meet are sent together, in one round trip."""

    def __init__(self, url: str, namespace: str = "cc") -> None:
        self.namespace = namespace
        self._redis = connect(url)
        self._scripts = Scripts(self._redis, (CLAIM, SETTLE))

    async def of(self, account: str) -> list[Entry]:
        """See Agreements.of."""
        found: dict[bytes, bytes] = await available(self._redis.hgetall(self._key(account)))
        return [_entry(key, value) for key, value in found.items()]

    async def claim(self, account: str, entries: Sequence[Entry], now: datetime) -> bool:
        """See Agreements.claim."""
        if not entries:
            return True
        arguments = (entries[0].interaction_id, _ms(now), *_pairs(entries))
        return bool(await self._scripts.run(CLAIM, (self._key(account),), arguments))

    async def settle(self, account: str, interaction_id: str, entries: Sequence[Entry], now: datetime) -> None:
        """See Agreements.settle."""
        await self._scripts.run(SETTLE, (self._key(account),), (interaction_id, _ms(now), *_pairs(entries)))

    async def close(self) -> None:
        """See Agreements.close."""
        await self._redis.aclose()

    def _key(self, account: str) -> str:
        return f"{self.namespace}:agreed:{account}"


def _pairs(entries: Sequence[Entry]) -> list[str | bytes]:
    """Key and value of each, one after the other."""
    return [
        part
        for one in entries
        for part in (one.key, orjson.dumps({"of": one.interaction_id, "until": _ms(one.until), "body": one.body}))
    ]


def _entry(key: bytes, value: bytes) -> Entry:
    kept = orjson.loads(value)
    return Entry(key.decode(), kept["of"], datetime.fromtimestamp(kept["until"] / 1000, UTC), kept["body"])


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
