"""RabbitMQ and Redis by TLS: an authority of our own, host names checked, and a sentence where something is wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from tests.brokers import Backend, RabbitMQ, Redis, Server
from tests.certificates import Authority
from tests.waiting import until

BOTH = ("store", "broker")


@dataclass(frozen=True)
class Servers:
    """Both speak TLS, by certificates for `localhost` alone; `authority` signed them."""

    rabbitmq: RabbitMQ
    redis: Redis
    authority: Authority
    namespace: str = "tls"

    def settings(self, host: str = "localhost", **files: Path) -> RuntimeSettings:
        return self.at(host, self.rabbitmq.tls_port, self.redis.tls_port, **files)

    def at(self, host: str, broker: int, store: int, **files: Path) -> RuntimeSettings:
        urls = {"amqp_url": f"amqps://guest@{host}:{broker}/", "redis_url": f"rediss://{host}:{store}/0"}
        told: dict[str, Any] = {**urls, **files}
        return RuntimeSettings(namespace=self.namespace, amqp_password="guest", drain_timeout=1, **told)


@pytest.fixture(scope="module")
def servers(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    authority = Authority(tmp_path_factory.mktemp("tls"))
    for path in (*authority.sign("server", "localhost"), authority.folder):
        path.chmod(0o755)  # in a container another user reads it
    with backend.rabbitmq(authority.folder) as rabbitmq, backend.redis(authority.folder) as store:
        yield Servers(rabbitmq, store, authority)


@asynccontextmanager
async def opened(settings: RuntimeSettings) -> AsyncIterator[Runtime]:
    """A runtime whose store is not asked before the test does."""
    runtime = Runtime.distributed(settings)
    await runtime.transport.open()
    try:
        yield runtime
    finally:
        await runtime.transport.close()
        await runtime.store.close()


async def ready(runtime: Runtime) -> None:
    async def all_is_well() -> bool:
        return set((await runtime.checks()).values()) == {"ok"}

    await until(all_is_well, 60)


async def told(runtime: Runtime, words: str) -> None:
    """Both servers' troubles have these words in them."""
    for name in BOTH:
        await until(lambda name=name: _says(runtime, name, words))


async def _says(runtime: Runtime, name: str, words: str) -> bool:
    return words in (await runtime.checks())[name]


async def test_who_is_signed_by_our_own_authority_is_believed_also_after_a_restart(servers: Servers) -> None:
    async with opened(servers.settings(tls_ca=servers.authority.ca)) as runtime:
        await ready(runtime)
        for server in (servers.redis, servers.rabbitmq):
            await asyncio.to_thread(server.stop)
            await until(lambda: _away(runtime), 60)
            await asyncio.to_thread(server.start)
            await ready(runtime)


async def _away(runtime: Runtime) -> bool:
    return set((await runtime.checks()).values()) != {"ok"}


async def test_whom_another_authority_signed_is_not_believed(servers: Servers, tmp_path: Path) -> None:
    async with opened(servers.settings(tls_ca=Authority(tmp_path, "somebody else").ca)) as runtime:
        await told(runtime, "nobody that we trust signed its certificate")
        await told(runtime, "put who did into the file in TLS_CA")


async def test_whom_nobody_known_signed_is_not_believed(servers: Servers) -> None:
    async with opened(servers.settings()) as runtime:
        await told(runtime, "put who did into the file in TLS_CA")


async def test_a_certificate_for_another_name_is_not_taken(servers: Servers) -> None:
    async with opened(servers.settings("127.0.0.1", tls_ca=servers.authority.ca)) as runtime:
        await told(runtime, "its certificate is for another name")
        await told(runtime, "'127.0.0.1'")


async def test_a_port_without_tls_is_told(servers: Servers) -> None:
    ports = servers.rabbitmq.port, servers.redis.port
    async with opened(servers.at("localhost", *ports, tls_ca=servers.authority.ca)) as runtime:
        await until(lambda: _says(runtime, "broker", "it speaks no TLS on this port"))


async def test_a_server_may_ask_who_we_are(servers: Servers, tmp_path: Path) -> None:
    ours, theirs = (
        servers.authority.sign("client", "agent"),
        Authority(tmp_path, "somebody else").sign("client", "agent"),
    )
    with asking_for_certificates(servers.redis):
        for certificate, key in [ours, theirs]:
            settings = servers.settings(tls_ca=servers.authority.ca, tls_cert=certificate, tls_key=key)
            async with opened(settings) as runtime:
                if (certificate, key) == ours:
                    await ready(runtime)
                else:
                    await told(runtime, "it does not take the certificate in TLS_CERT")
        async with opened(servers.settings(tls_ca=servers.authority.ca)) as runtime:
            await until(lambda: _says(runtime, "store", "it wants to know who asks: set TLS_CERT and TLS_KEY"))


class asking_for_certificates:  # noqa: N801 - used as a verb
    """Within it this Redis takes nobody by TLS who shows no certificate."""

    def __init__(self, server: Server) -> None:
        self.admin = redis.Redis(port=server.port)

    def __enter__(self) -> None:
        self.admin.config_set("tls-auth-clients", "yes")

    def __exit__(self, *_: object) -> None:
        self.admin.config_set("tls-auth-clients", "optional")
        self.admin.close()
