"""Deliveries from RabbitMQ: taken, counted, settled, and left to come again when they were not."""

import asyncio
import random
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
    messages_of,
    number,
    properties_of,
)
from callcenter.messaging.rabbitmq.link import Link
from callcenter.messaging.rabbitmq.topology import Topology
from callcenter.messaging.transport import Fault, Message, OnDelivery
from callcenter.telemetry import emit

SUSPECT = 2
"""Unsettled deliveries after which a message may be what kills the workers, or only their neighbour."""

ON_ITS_WAY = 0.005
"""Seconds in which the connection's writer has written an acknowledgement."""

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

    async def sent(self) -> None:
        """Return when what was added is on its way to the broker."""
        if self.sending:
            await self.sending
        await asyncio.sleep(ON_ITS_WAY)

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


@dataclass
class _Parcel:
    """One AMQP message with one or more events; it is acknowledged when all of them are settled."""

    acks: _Acks
    tag: int
    headers: Headers
    redelivered: bool
    open: int

    @classmethod
    def of(cls, delivered: DeliveredMessage, acks: _Acks, events: int) -> "_Parcel":
        """The parcel of a delivery that carries this many events."""
        deliver = delivered.delivery
        tag, again = int(deliver.delivery_tag or 0), bool(deliver.redelivered)  # type: ignore[union-attr]
        return cls(acks, tag, headers_of(delivered), again, events)

    def settle(self) -> None:
        """One more event is settled."""
        self.open -= 1
        if self.open == 0:
            self.acks.add(self.tag)


class RabbitDelivery:
    """See Delivery."""

    def __init__(self, consumer: "RabbitConsumer", parcel: _Parcel, message: Message) -> None:
        self._consumer, self._parcel = consumer, parcel
        self.message = message
        self.attempt = number(parcel.headers, ATTEMPT, 1)
        self.redelivered = parcel.redelivered

    def ack(self) -> None:
        """See Delivery.ack."""
        self._parcel.settle()

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
            FIRST_FAILED_AT: str(self._parcel.headers.get(FIRST_FAILED_AT, now)),
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
        self._alone = asyncio.Lock()
        self._draining = False

    async def declare(self, channel: AbstractChannel) -> None:
        """What this service needs in the broker."""
        await self.topology.declare_service(channel, self.service, self._subscription.types)

    async def subscribe(self, raw: RawChannel) -> None:
        """Take deliveries from a new channel."""
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
            await self._open(delivered, self._acks)
        finally:
            self._in_hand.discard(task)

    async def _open(self, delivered: DeliveredMessage, acks: _Acks) -> None:
        messages = messages_of(delivered)
        parcel = _Parcel.of(delivered, acks, len(messages))
        if parcel.redelivered and len(messages) > 1:
            await self._unpack(messages, parcel)
            return
        if number(parcel.headers, "x-delivery-count", 0) >= SUSPECT:
            await self._handle_alone(RabbitDelivery(self, parcel, messages[0]), acks)
            return
        handled = (self._subscription.on_delivery(RabbitDelivery(self, parcel, message)) for message in messages)
        for outcome in await asyncio.gather(*handled, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _handle_alone(self, delivery: RabbitDelivery, acks: _Acks) -> None:
        """One suspect after the other, in random order: whoever kills the worker takes few others with it."""
        await asyncio.sleep(random.random() * 0.1)
        async with self._alone:
            await self._subscription.on_delivery(delivery)
            await acks.sent()

    async def _unpack(self, messages: list[Message], parcel: _Parcel) -> None:
        """A bundle that comes again may hold one event that kills workers: from now on each travels alone."""
        queue = self.topology.queue(self.service)
        await asyncio.gather(*(self.publish("", queue, m.body, properties_of(m)) for m in messages))
        for _ in messages:
            parcel.settle()
