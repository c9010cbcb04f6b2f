"""Deliveries from RabbitMQ: taken, counted, settled, and left to come again when they were not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel
from aiormq import spec
from aiormq.abc import DeliveredMessage
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import AMQPError

from callcenter.events import utc_now
from callcenter.messaging.rabbitmq.envelope import (
    ATTEMPT,
    FIRST_FAILED_AT,
    Headers,
    headers_of,
    message_of,
    number,
    properties_of,
)
from callcenter.messaging.rabbitmq.link import Link
from callcenter.messaging.rabbitmq.topology import Topology
from callcenter.messaging.transport import Fault, Message, OnDelivery
from callcenter.telemetry import emit

Publish = Callable[[str, str, bytes, spec.Basic.Properties], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """Who takes what, how many at once, and what to call with each."""

    service: str
    types: tuple[str, ...]
    prefetch: int
    on_delivery: OnDelivery


@dataclass
class _Acks:
    """Acknowledgements of one channel, gathered for one turn of the event loop and sent together."""

    channel: RawChannel
    service: str
    below: int = 0
    """Every tag up to this one is acknowledged."""
    done: set[int] = field(default_factory=set)
    ahead: set[int] = field(default_factory=set)
    """Tags above `below` that were acknowledged one by one."""
    sending: asyncio.Task[None] | None = None

    def add(self, tag: int) -> None:
        self.done.add(tag)
        if self.sending is None:
            self.sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        await asyncio.sleep(0)
        upto, single = self._gather()
        self.sending = None
        try:
            if upto:
                await self.channel.basic_ack(upto, multiple=True, wait=False)
            for tag in single:
                await self.channel.basic_ack(tag, wait=False)
        except (AMQPError, OSError, RuntimeError) as error:  # it will come again, and be recognised
            emit("ack_lost", service=self.service, error=repr(error))

    def _gather(self) -> tuple[int, list[int]]:
        """The highest tag that one multiple acknowledgement may name (0: none), and the tags beyond it."""
        upto = 0
        while (tag := self.below + 1) in self.done or tag in self.ahead:
            self.below = tag
            self.ahead.discard(tag)
            if tag in self.done:
                self.done.discard(tag)
                upto = tag
        single = sorted(self.done)
        self.ahead.update(single)
        self.done.clear()
        return upto, single


class RabbitDelivery:
    """See Delivery."""

    def __init__(self, consumer: "RabbitConsumer", acks: _Acks, delivered: DeliveredMessage) -> None:
        self._consumer, self._acks = consumer, acks
        self._headers = headers_of(delivered)
        self._tag: int = delivered.delivery.delivery_tag  # type: ignore[union-attr, assignment]
        self.message: Message = message_of(delivered)
        self.attempt = number(self._headers, ATTEMPT, 1)
        self.redelivered: bool = bool(delivered.delivery.redelivered)  # type: ignore[union-attr]

    def ack(self) -> None:
        """See Delivery.ack."""
        self._acks.add(self._tag)

    async def retry(self, delay: float, fault: Fault) -> None:
        """See Delivery.retry: a copy goes up the ladder, and only then is this one acknowledged."""
        step = self._consumer.topology.retry(delay)
        await self._copy(step, {**self._note(fault), ATTEMPT: self.attempt + 1})

    async def dead_letter(self, fault: Fault) -> None:
        """See Delivery.dead_letter: a copy with the reason, and only then is this one acknowledged."""
        await self._copy(self._consumer.topology.dead, {**self._note(fault), ATTEMPT: self.attempt})

    async def _copy(self, exchange: str, headers: Headers) -> None:
        key = self._consumer.topology.queue(self._consumer.service)
        await self._consumer.publish(exchange, key, self.message.body, properties_of(self.message, headers))
        self.ack()

    def _note(self, fault: Fault) -> Headers:
        now = utc_now().isoformat()
        return {
            "x-cc-reason": fault.reason,
            "x-cc-error": fault.error,
            "x-cc-error-type": fault.error_type,
            "x-cc-service": self._consumer.service,
            "x-cc-failed-at": now,
            FIRST_FAILED_AT: str(self._headers.get(FIRST_FAILED_AT, now)),
        }


class RabbitConsumer:
    """See Consumer."""

    link: Link

    def __init__(self, topology: Topology, publish: Publish, subscription: Subscription) -> None:
        self.topology, self.publish, self.service = topology, publish, subscription.service
        self._subscription = subscription
        self._in_hand: set[asyncio.Task[None]] = set()
        self._raw: RawChannel | None = None
        self._acks: _Acks | None = None
        self._tag = ""
        self._draining = False

    async def prepare(self, channel: AbstractChannel, raw: RawChannel) -> None:
        """Declare and subscribe on a new channel."""
        await self.topology.declare_service(channel, self.service, self._subscription.types)
        await raw.basic_qos(prefetch_count=self._subscription.prefetch, global_=False)
        self._raw, self._acks = raw, _Acks(raw, self.service)
        answer = await raw.basic_consume(self.topology.queue(self.service), self._take)
        self._tag = str(answer.consumer_tag)

    def alive(self) -> bool:
        """Whether the broker still knows our subscription."""
        return self._draining or (self._raw is not None and self._tag in self._raw.consumers)

    async def drain(self, grace: float) -> None:
        """See Consumer.drain."""
        self._draining = True
        if self._raw and not self._raw.is_closed:
            with suppress(AMQPError, OSError, RuntimeError, TimeoutError):
                await self._raw.basic_cancel(self._tag, timeout=2)
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._acks and self._acks.sending:
            await self._acks.sending

    async def _take(self, delivered: DeliveredMessage) -> None:
        task = asyncio.current_task()
        if task is None or self._draining or self._acks is None or delivered.channel is not self._acks.channel:
            return  # it comes again, to whoever takes it
        self._in_hand.add(task)
        try:
            await self._subscription.on_delivery(RabbitDelivery(self, self._acks, delivered))
        finally:
            self._in_hand.discard(task)
