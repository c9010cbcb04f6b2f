"""Counters on Redis. Whether there is room is decided inside Redis, by one Lua script and in one round trip.

Keys, below the namespace `cc`:  cc:tried:<name> marks by time    cc:quota:<name> when it is full again (ms)
"""

from collections.abc import Sequence
from datetime import datetime

from callcenter.storage.counters.memory import room
from callcenter.storage.counters.protocol import Quota, Room, Tries
from callcenter.storage.server import Scripts, connect

# KEYS: names.  ARGV: mark, now (ms), whether it counts, then the most and the length (ms) of each
TRIED = """
local full = {}
for n, key in ipairs(KEYS) do
  local most, since = tonumber(ARGV[2 * n + 2]), tonumber(ARGV[2]) - tonumber(ARGV[2 * n + 3])
  local others = redis.call('ZCOUNT', key, '(' .. since, '+inf')
  local mine = redis.call('ZSCORE', key, ARGV[1])
  if mine and tonumber(mine) > since then others = others - 1 end
  if others >= most then full[#full + 1] = n end
end
if #full == 0 and ARGV[3] == '1' then
  for n, key in ipairs(KEYS) do
    local length = tonumber(ARGV[2 * n + 3])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', tonumber(ARGV[2]) - length)
    redis.call('ZADD', key, 'NX', ARGV[2], ARGV[1])
    redis.call('PEXPIRE', key, length)
  end
end
return full
"""

# KEYS: names.  ARGV: the most and the length (ms) of each
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local lacking, taken = {}, 1
for n, key in ipairs(KEYS) do
  local pause = tonumber(ARGV[2 * n]) / tonumber(ARGV[2 * n - 1])
  lacking[n] = math.max(0, tonumber(redis.call('GET', key) or 0) - now)
  if lacking[n] + pause > tonumber(ARGV[2 * n]) + 0.001 then taken = 0 end
end
for n, key in ipairs(KEYS) do
  if taken == 1 then
    lacking[n] = lacking[n] + tonumber(ARGV[2 * n]) / tonumber(ARGV[2 * n - 1])
    redis.call('SET', key, string.format('%.3f', now + lacking[n]), 'PX', math.ceil(lacking[n]))
  end
  lacking[n] = string.format('%.3f', lacking[n])
end
return {taken, unpack(lacking)}
"""


class RedisCounters:
    """See Counters. Calls that meet are sent together, in one round trip."""

    def __init__(self, url: str, namespace: str = "cc") -> None:
        self.namespace = namespace
        self._redis = connect(url)
        self._scripts = Scripts(self._redis, (TRIED, TAKE))

    async def tried(self, tries: Sequence[Tries], mark: str, now: datetime, *, counts: bool) -> Sequence[str]:
        """See Counters.tried."""
        lengths = [part for one in tries for part in (one.most, int(one.within.total_seconds() * 1000))]
        keys = [f"{self.namespace}:tried:{one.name}" for one in tries]
        at = int(now.timestamp() * 1000)
        full: list[int] = await self._scripts.run(TRIED, keys, (mark, at, int(counts), *lengths))
        return [tries[place - 1].name for place in full]

    async def take(self, quotas: Sequence[Quota]) -> tuple[bool, Sequence[Room]]:
        """See Counters.take."""
        keys = [f"{self.namespace}:quota:{one.name}" for one in quotas]
        arguments = [part for one in quotas for part in (one.most, one.seconds * 1000)]
        taken, *lacking = await self._scripts.run(TAKE, keys, arguments)
        return bool(taken), [room(one, float(ms) / 1000) for one, ms in zip(quotas, lacking, strict=True)]

    async def close(self) -> None:
        """See Counters.close."""
        await self._redis.aclose()
