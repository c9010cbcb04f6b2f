"""A connection to Redis: how long it is waited for, what its errors mean, and scripts that share a round trip."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import NoScriptError, RedisError

from callcenter.errors import Unavailable
from callcenter.tls import advice

Call = tuple[str, Sequence[str], Sequence[Any]]

MAX_CONNECTIONS = 32
"""Of one process. Scripts share one."""


def connect(url: str) -> Redis:
    """A client; connections are made when they are needed."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=2,  # for a free connection; a burst waits its turn
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), 1),
        protocol=3,
    )
    return Redis.from_pool(pool)


async def available(answer: Any) -> Any:
    """The answer, or Unavailable: also when Redis is full, loading or read-only, which all pass.

    The client sends with `asyncio.wait_for`, which in Python 3.11 forgets a cancellation that meets the end of a call.
    """
    asking = cast(asyncio.Task[Any], asyncio.current_task())
    cancelled = asking.cancelling()
    try:
        return await answer
    except (RedisError, OSError, TimeoutError) as error:
        trouble = advice(error) or error or type(error).__name__
        raise Unavailable(f"Redis does not answer as it should: {trouble}") from error
    finally:
        if asking.cancelling() > cancelled:
            raise asyncio.CancelledError


@dataclass(slots=True)
class _Waiting:
    call: Call
    answer: asyncio.Future[Any]


class Scripts:
    """Runs the scripts. While one batch is on its way, later calls gather for the next: no call waits for a timer."""

    def __init__(self, redis: Redis, sources: Sequence[str]) -> None:
        self._redis, self._sources = redis, sources
        self._sha = {source: sha1(source.encode(), usedforsecurity=False).hexdigest() for source in sources}
        self._waiting: list[_Waiting] = []
        self._sender: asyncio.Task[None] | None = None

    async def run(self, source: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """What one of the scripts answers; raises Unavailable."""
        waiting = _Waiting((self._sha[source], keys, arguments), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="redis-scripts")
        return await available(waiting.answer)

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
            for source in self._sources:
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
