"""The same suites over memory and over the real server: `store` and `transport` come in both kinds."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, TypeVar

import pytest

from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Transport
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import MemoryAccess, RedisAccess
from callcenter.storage.agreements import MemoryAgreements, RedisAgreements
from callcenter.storage.audit import MemoryAudit, RedisAudit
from callcenter.storage.book import MemoryBook, RedisBook
from callcenter.storage.counters import MemoryCounters, RedisCounters
from callcenter.storage.memory import MemoryStore
from callcenter.storage.post import MemoryPost, RedisPost
from callcenter.storage.redis import RedisStore
from callcenter.storage.switchboard import MemorySwitchboard, RedisSwitchboard
from tests.waiting import until

LADDER = (0.3, 0.6)


class Kept(Protocol):
    """What every store has."""

    async def close(self) -> None: ...


T = TypeVar("T", bound=Kept)


def kept(name: str, memory: Callable[[], T], redis: Callable[[str, str], T]) -> Any:
    """A fixture of a store in both kinds; on Redis it is given the address and the namespace of the test."""

    @pytest.fixture(params=["memory", "redis"], name=name)
    async def made(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[T]:
        on_redis = request.param == "redis"
        one = redis(request.getfixturevalue("redis_url"), namespace) if on_redis else memory()
        if opens := getattr(one, "open", None):
            await opens()  # the record store alone has to be opened
        yield one
        await one.close()

    return made


store = kept("store", MemoryStore, RedisStore)
book = kept("book", MemoryBook, RedisBook)
agreements = kept("agreements", MemoryAgreements, RedisAgreements)
audit = kept("audit", MemoryAudit, RedisAudit)
people = kept("people", MemoryAccess, RedisAccess)
counters = kept("counters", MemoryCounters, RedisCounters)
switchboard = kept("switchboard", MemorySwitchboard, RedisSwitchboard)
post = kept("post", MemoryPost, RedisPost)


@pytest.fixture(params=["memory", "rabbitmq"])
async def transport(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Transport]:
    if request.param == "memory":
        made: Transport = MemoryTransport()
    else:
        made = RabbitTransport(request.getfixturevalue("amqp_url"), namespace, LADDER)
    await made.open()
    await until(lambda: made.trouble() is None)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "servers"])
async def runtime(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Runtime]:
    """Store and transport together, with a ladder of two short steps."""
    limits = {
        "namespace": namespace,
        "retry_ladder": LADDER,
        "handler_timeout": 1,
        "work_limit": 0.5,
        "drain_timeout": 1,
    }
    if request.param == "memory":
        made = Runtime.embedded(RuntimeSettings(**limits))
    else:
        urls = {name: request.getfixturevalue(name) for name in ("amqp_url", "redis_url")}
        made = Runtime.distributed(RuntimeSettings(**limits, **urls))
    async with made:
        yield made
