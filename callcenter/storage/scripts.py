"""The Lua scripts of the Redis store, and a runner that sends calls which meet in one round trip."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

Call = tuple[str, Sequence[str], Sequence[Any]]

_PUT = """
local function put(cause)
  redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'type', ARGV[3], 'body', ARGV[4], 'cause', cause)
  local card = {}
  for name, value in pairs(cjson.decode(ARGV[7])) do card[#card + 1] = name; card[#card + 1] = value end
  redis.call('HSET', KEYS[1], unpack(card))
  redis.call('RPUSH', KEYS[2], ARGV[5])
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[1])
end
local function await_publication()
  redis.call('ZADD', KEYS[5], ARGV[6], ARGV[1])
  redis.call('HSET', KEYS[1], 'pending', ARGV[2])
end
"""

# KEYS: record, log, all, open, pending, key.  ARGV: see RedisStore._arguments, then seconds, fingerprint of the key
CREATE = (
    _PUT
    + """
if ARGV[9] ~= '' then
  local owner = redis.call('HMGET', KEYS[6], 'id', 'fingerprint')
  if owner[1] then return owner end
  redis.call('HSET', KEYS[6], 'id', ARGV[1], 'fingerprint', ARGV[9])
  redis.call('EXPIRE', KEYS[6], ARGV[8])
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  put('')
  await_publication()
end
return {ARGV[1], ARGV[9]}
"""
)

# KEYS: record, log, all, open, pending.  ARGV: see RedisStore._arguments, then cause, channel, whether it is pending
ADVANCE = (
    _PUT
    + """
local found = redis.call('HMGET', KEYS[1], 'rev', 'cause')
local rev, from = tonumber(found[1] or 0), tonumber(ARGV[2]) - 1
if rev < from or rev == 0 then return {'early', '', ''} end
if rev == from then
  put(ARGV[8])
  if ARGV[10] == '1' then await_publication() end
  redis.call('PUBLISH', ARGV[9], ARGV[1])
  return {'new', '', ''}
end
local result = 'stale'
if rev == from + 1 then result = found[2] == ARGV[8] and 'repeat' or 'conflict' end
local newest = redis.call('HMGET', KEYS[1], 'type', 'body')
return {result, newest[1], newest[2]}
"""
)

# KEYS: record, pending.  ARGV: id, rev
PUBLISHED = """
if tonumber(redis.call('HGET', KEYS[1], 'pending') or 0) <= tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return 1
"""

RESTORE = (
    _PUT
    + """
if tonumber(redis.call('HGET', KEYS[1], 'rev') or 0) >= tonumber(ARGV[2]) then return 0 end
put(ARGV[8])
redis.call('PUBLISH', ARGV[9], ARGV[1])
return 1
"""
)

_SOURCES = {
    sha1(source.encode(), usedforsecurity=False).hexdigest(): source for source in (CREATE, ADVANCE, PUBLISHED, RESTORE)
}
_SHA = {source: sha for sha, source in _SOURCES.items()}


@dataclass(slots=True)
class _Waiting:
    call: Call
    answer: asyncio.Future[Any]


class Scripts:
    """Runs the scripts. While one batch is on its way, later calls gather for the next: no call waits for a timer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[_Waiting] = []
        self._sender: asyncio.Task[None] | None = None

    async def create(self, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run CREATE."""
        return await self._run((_SHA[CREATE], keys, arguments))

    async def advance(self, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run ADVANCE."""
        return await self._run((_SHA[ADVANCE], keys, arguments))

    async def published(self, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run PUBLISHED."""
        return await self._run((_SHA[PUBLISHED], keys, arguments))

    async def restore(self, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run RESTORE."""
        return await self._run((_SHA[RESTORE], keys, arguments))

    async def _run(self, call: Call) -> Any:
        waiting = _Waiting(call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="redis-scripts")
        return await waiting.answer

    async def _send(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    answers = await self._execute([waiting.call for waiting in batch])
                except Exception as error:  # it belongs to the callers, who wait for it
                    answers = [error] * len(batch)
                for waiting, answer in zip(batch, answers, strict=True):
                    _settle(waiting.answer, answer)
        finally:
            self._sender = None

    async def _execute(self, calls: list[Call]) -> list[Any]:
        answers = await self._pipeline(calls)
        forgotten = [n for n, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if forgotten:
            for source in _SOURCES.values():
                await self._redis.script_load(source)
            again = await self._pipeline([calls[n] for n in forgotten])
            for n, answer in zip(forgotten, again, strict=True):
                answers[n] = answer
        return answers

    async def _pipeline(self, calls: list[Call]) -> list[Any]:
        pipe = self._redis.pipeline(transaction=False)
        for sha, keys, arguments in calls:
            pipe.evalsha(sha, len(keys), *keys, *arguments)
        return list(await pipe.execute(raise_on_error=False))


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():  # its caller was cancelled
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
