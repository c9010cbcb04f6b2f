"""The fault switches that other tests lean on: what was confirmed survives a kill, a frozen server is silent."""

import asyncio
import time

import aio_pika
import psycopg
import pytest
from redis import Redis as Client
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry

from tests.brokers import PostgreSQL, RabbitMQ, Redis, Server


async def test_a_confirmed_message_survives_the_death_of_the_broker(broker: RabbitMQ, namespace: str) -> None:
    async with await aio_pika.connect(broker.url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(f"{namespace}.kept", durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, f"{namespace}.kept")

    await asyncio.sleep(broker.settled_after)
    broker.kill()
    assert not broker.ready()
    broker.start()

    async with await aio_pika.connect(broker.url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(f"{namespace}.kept")
        found = await queue.get(timeout=10)
        assert found.body == b"kept"
        await found.ack()


def test_the_broker_knows_the_queues_of_a_namespace_and_forgets_them(broker: RabbitMQ, namespace: str) -> None:
    for name in (f"{namespace}.one", f"{namespace}.two", f"{namespace}x.other"):
        broker.api("PUT", f"queues/%2F/{name}", {"durable": True})
    assert sorted(broker.queues(f"{namespace}.")) == [f"{namespace}.one", f"{namespace}.two"]

    broker.forget(namespace)
    assert broker.queues(namespace) == [f"{namespace}x.other"]
    broker.forget(f"{namespace}x")


def test_rabbitmqctl_speaks_to_this_broker(broker: RabbitMQ) -> None:
    assert broker.version in broker.ctl("status")


def test_a_written_key_survives_the_death_of_the_store(redis_server: Redis, namespace: str) -> None:
    with Client.from_url(redis_server.url) as client:
        client.set(namespace, "kept")
    redis_server.kill()
    assert not redis_server.ready()
    redis_server.start()
    with Client.from_url(redis_server.url) as client:
        assert client.get(namespace) == b"kept"


def test_a_committed_row_survives_the_death_of_the_database(database: PostgreSQL, namespace: str) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute(f"create table {namespace} as select 'kept'")  # type: ignore[arg-type]
    database.kill()
    assert not database.ready()
    database.start()
    with psycopg.connect(database.url) as connection:
        assert connection.execute(f"table {namespace}").fetchone() == ("kept",)  # type: ignore[arg-type]
        connection.execute(f"drop table {namespace}")  # type: ignore[arg-type]


@pytest.mark.parametrize("server", ["broker", "redis_server", "database"])
def test_a_frozen_server_is_silent_until_it_thaws(server: str, request: pytest.FixtureRequest) -> None:
    frozen: Server = request.getfixturevalue(server)
    frozen.freeze()
    assert not frozen.ready()
    frozen.thaw()
    frozen.start()
    assert frozen.ready()


def test_a_client_of_a_frozen_store_runs_into_its_time_limit(redis_server: Redis) -> None:
    with Client.from_url(redis_server.url, socket_timeout=0.3, retry=Retry(NoBackoff(), 0)) as client:
        client.ping()
        redis_server.freeze()
        began = time.monotonic()
        with pytest.raises(RedisTimeout):
            client.ping()
        assert time.monotonic() - began < 2
        redis_server.thaw()


@pytest.mark.parametrize("server", ["broker", "redis_server", "database"])
def test_stopping_twice_and_starting_twice_is_harmless(server: str, request: pytest.FixtureRequest) -> None:
    stopped: Server = request.getfixturevalue(server)
    stopped.stop()
    stopped.stop()
    assert not stopped.ready()
    stopped.start()
    stopped.start()
    assert stopped.ready()
