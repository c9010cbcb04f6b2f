"""The transport on RabbitMQ.

Two connections, one to publish and one to consume: a broker that blocks publishers must not stall acknowledgements.
The hot path (publish, deliver, acknowledge) uses the channel below aio-pika's objects: much less CPU a message.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast

from aio_pika.abc import AbstractConnection
from aiormq import spec
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity, DeliveryError, PublishError

from callcenter.errors import Unavailable, Unroutable
from callcenter.messaging.rabbitmq.bundles import Bundler
from callcenter.messaging.rabbitmq.consumer import RabbitConsumer, Subscription
from callcenter.messaging.rabbitmq.dead_letters import OpenRabbitDeadLetters
from callcenter.messaging.rabbitmq.envelope import bundled, properties_of
from callcenter.messaging.rabbitmq.link import Link, connect
from callcenter.messaging.rabbitmq.topology import Topology
from callcenter.messaging.rabbitmq.wire import Wire
from callcenter.messaging.transport import Message, OnDelivery
from callcenter.messaging.unheard import Unheard
from callcenter.tls import advice

CONFIRM_TIMEOUT = 5.0
"""Seconds to wait for a publisher confirm. Later its outcome is unknown; the same event is then published again."""


class RabbitTransport:
    """See Transport."""

    def __init__(
        self, url: str, namespace: str = "cc", ladder: Sequence[float] = (1.0, 5.0, 30.0, 120.0), bundle: int = 16
    ) -> None:
        self.url = url
        self.topology = Topology(namespace, ladder)
        self._bundler = Bundler(self._publish_together, bundle)
        self._publishing = Link(url, f"{namespace} publish", self.topology.declare)
        self._consuming: list[Link] = []
        self._unheard = Unheard()

    async def open(self) -> None:
        """See Transport.open."""
        self._publishing.start()

    async def close(self) -> None:
        """See Transport.close."""
        for link in (*self._consuming, self._publishing):
            await link.close()

    def trouble(self) -> str | None:
        """See Transport.trouble."""
        return next((why for link in (self._publishing, *self._consuming) if (why := link.trouble())), None)

    def unheard(self) -> Sequence[str]:
        """See Transport.unheard."""
        return self._unheard.lately()

    async def publish(self, message: Message) -> None:
        """See Transport.publish; with a backlog, several events share one AMQP message."""
        await self._bundler.publish(message.sendable())

    async def send(self, service: str, message: Message) -> None:
        """See Transport.send; through the default exchange, so that no other service sees it."""
        await self._publish("", self.topology.queue(service), message.sendable().body, properties_of(message))

    async def _publish_together(self, messages: Sequence[Message]) -> None:
        body, properties = bundled(messages)
        await self._publish(self.topology.events, messages[0].type, body, properties)

    async def subscribe(
        self, service: str, types: Sequence[str], prefetch: int, on_delivery: OnDelivery
    ) -> RabbitConsumer:
        """See Transport.subscribe; consuming starts over by itself after every loss of the broker."""
        consumer = RabbitConsumer(
            self.topology, self._publish, Subscription(service, tuple(types), prefetch, on_delivery)
        )
        link = Link(
            self.url, f"{self.topology.namespace} {service}", consumer.declare, consumer.subscribe, consumer.alive
        )
        consumer.link = link
        self._consuming.append(link)
        link.start()
        return consumer

    @asynccontextmanager
    async def dead_letters(self, service: str) -> AsyncIterator[OpenRabbitDeadLetters]:
        """See Transport.dead_letters; what is not removed goes back when the channel closes."""
        async with await self._connect() as connection:
            channel = await connection.channel()
            raw = cast(RawChannel, await channel.get_underlay_channel())
            yield OpenRabbitDeadLetters(service, raw, self.topology.dead_queue(service))

    async def depths(self, services: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """See Transport.depths; a queue that nobody declared yet counts as empty."""
        depths: dict[str, tuple[int, int]] = {}
        async with await self._connect() as connection:
            for service in services:
                names = (self.topology.queue(service), self.topology.dead_queue(service))
                waiting, dead = [await _count(connection, name, "message_count") or 0 for name in names]
                depths[service] = (waiting, dead)
        return depths

    async def consumers(self, service: str) -> int | None:
        """How many workers take from the queue of a service; None where it was never declared."""
        async with await self._connect() as connection:
            return await _count(connection, self.topology.queue(service), "consumer_count")

    async def _connect(self) -> AbstractConnection:
        try:
            return await connect(self.url, f"{self.topology.namespace} look", CONFIRM_TIMEOUT, Wire())
        except (AMQPError, OSError, TimeoutError) as error:
            raise Unavailable(f"RabbitMQ does not answer: {advice(error) or error or type(error).__name__}") from error

    def _declare_soon(self) -> None:
        """At once what this process needs in the broker; other processes look by themselves."""
        for link in (self._publishing, *self._consuming):
            link.declare_soon()

    async def _publish(self, exchange: str, key: str, body: bytes, properties: spec.Basic.Properties) -> None:
        try:
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                channel = await self._publishing.channel()
                await channel.basic_publish(
                    body, exchange=exchange, routing_key=key, properties=properties, mandatory=True, wait=False
                )
            self._unheard.taken(key)
        except PublishError as error:
            self._unheard.note(key)
            self._declare_soon()
            raise Unroutable(f"No queue takes {key!r}: its consumer was never started on this broker.") from error
        except DeliveryError as error:
            raise Unavailable(f"RabbitMQ refused {key!r}: a queue is full.") from error
        except TimeoutError as error:
            raise Unavailable(f"RabbitMQ did not confirm within {CONFIRM_TIMEOUT:g} s.") from error
        except (
            AMQPError,
            OSError,
            RuntimeError,
        ) as error:  # aiormq raises bare RuntimeErrors while a connection closes
            raise Unavailable(f"RabbitMQ is away: {error or type(error).__name__}") from error


async def _count(connection: AbstractConnection, queue: str, what: str) -> int | None:
    """`message_count` or `consumer_count` of a queue; on a channel of its own, as a missing queue closes it."""
    try:
        async with connection.channel() as channel:
            declared = await channel.declare_queue(queue, passive=True)
            return int(getattr(declared.declaration_result, what) or 0)
    except ChannelNotFoundEntity:
        return None
