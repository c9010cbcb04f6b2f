"""The same suites over memory and over the real server: `store` and `transport` come in both kinds."""

from collections.abc import AsyncIterator

import pytest

from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Transport
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import AccessStore, MemoryAccess, RedisAccess
from callcenter.storage.agreements import Agreements, MemoryAgreements, RedisAgreements
from callcenter.storage.audit import Audit, MemoryAudit, RedisAudit
from callcenter.storage.book import MemoryBook, RedisBook, TicketBook
from callcenter.storage.counters import Counters, MemoryCounters, RedisCounters
from callcenter.storage.memory import MemoryStore
from callcenter.storage.post import MemoryPost, Post, RedisPost
from callcenter.storage.protocol import Store
from callcenter.storage.redis import RedisStore
from callcenter.storage.switchboard import MemorySwitchboard, RedisSwitchboard, Switchboard
from tests.waiting import until

LADDER = (0.3, 0.6)


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Store]:
    if request.param == "memory":
        made: Store = MemoryStore()
    else:
        made = RedisStore(request.getfixturevalue("redis_url"), namespace)
    await made.open()
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def book(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[TicketBook]:
    if request.param == "memory":
        made: TicketBook = MemoryBook()
    else:
        made = RedisBook(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def agreements(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Agreements]:
    if request.param == "memory":
        made: Agreements = MemoryAgreements()
    else:
        made = RedisAgreements(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def audit(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Audit]:
    if request.param == "memory":
        made: Audit = MemoryAudit()
    else:
        made = RedisAudit(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def people(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[AccessStore]:
    if request.param == "memory":
        made: AccessStore = MemoryAccess()
    else:
        made = RedisAccess(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def counters(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Counters]:
    if request.param == "memory":
        made: Counters = MemoryCounters()
    else:
        made = RedisCounters(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def switchboard(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Switchboard]:
    if request.param == "memory":
        made: Switchboard = MemorySwitchboard()
    else:
        made = RedisSwitchboard(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "redis"])
async def post(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Post]:
    if request.param == "memory":
        made: Post = MemoryPost()
    else:
        made = RedisPost(request.getfixturevalue("redis_url"), namespace)
    yield made
    await made.close()


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
