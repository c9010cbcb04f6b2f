"""The switchboard on Redis.

Keys, below the namespace `cc`:  cc:duty:<business> people by name, each with queues and end (ms, by the clock of Redis)
cc:handoffs ids of interactions with a handoff to look after
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from callcenter.storage.server import available, connect

_FORGOTTEN = 7 * 24 * 3600
"""Seconds after which a list is gone that nobody signs on to."""


class RedisSwitchboard:
    """See Switchboard."""

    def __init__(self, url: str, namespace: str = "cc") -> None:
        self.namespace = namespace
        self._redis = connect(url)

    async def sign_on(self, business: str, name: str, queues: Sequence[str], seconds: float) -> None:
        """See Switchboard.sign_on."""
        until = await self._now() + int(seconds * 1000)
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.hset(self._duty(business), name, orjson.dumps({"queues": list(queues), "until": until}))
        pipe.expire(self._duty(business), _FORGOTTEN)
        await available(pipe.execute())

    async def sign_off(self, business: str, name: str) -> None:
        """See Switchboard.sign_off."""
        await available(self._redis.hdel(self._duty(business), name))

    async def on_duty(self, business: str) -> Mapping[str, Sequence[str]]:
        """See Switchboard.on_duty."""
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.hgetall(self._duty(business)).time()
        found, time = await available(pipe.execute())
        kept = {name.decode(): orjson.loads(value) for name, value in found.items()}
        return {name: one["queues"] for name, one in kept.items() if one["until"] > _ms(time)}

    async def note(self, interaction_id: str) -> None:
        """See Switchboard.note."""
        await available(self._redis.sadd(f"{self.namespace}:handoffs", interaction_id))

    async def forget(self, interaction_id: str) -> None:
        """See Switchboard.forget."""
        await available(self._redis.srem(f"{self.namespace}:handoffs", interaction_id))

    async def noted(self) -> list[str]:
        """See Switchboard.noted."""
        return sorted(one.decode() for one in await available(self._redis.smembers(f"{self.namespace}:handoffs")))

    async def close(self) -> None:
        """See Switchboard.close."""
        await self._redis.aclose()

    async def _now(self) -> int:
        return _ms(await available(self._redis.time()))

    def _duty(self, business: str) -> str:
        return f"{self.namespace}:duty:{business}"


def _ms(moment: tuple[int, int]) -> int:
    return moment[0] * 1000 + moment[1] // 1000
