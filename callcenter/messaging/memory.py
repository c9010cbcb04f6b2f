"""The transport in one process, for the embedded mode and for tests: RabbitMQ's contract, but for durability."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

from callcenter.errors import Unroutable
from callcenter.events import utc_now
from callcenter.messaging.transport import DeadLetter, Fault, Message, OnDelivery
from callcenter.messaging.unheard import Unheard


@dataclass
class _Queue:
    """The messages of one service."""

    service: str
    waiting: deque["_Delivery"] = field(default_factory=deque)
    dead: list[DeadLetter] = field(default_factory=list)
    consumers: list["_Consumer"] = field(default_factory=list)

    def put(self, delivery: "_Delivery", *, first: bool = False) -> None:
        if first:
            self.waiting.appendleft(delivery)
        else:
            self.waiting.append(delivery)
        for consumer in self.consumers:
            consumer.wake.set()


@dataclass
class _Delivery:
    """See Delivery."""

    queue: _Queue
    message: Message
    attempt: int = 1
    redelivered: bool = False
    settled: bool = False

    def ack(self) -> None:
        self.settled = True

    async def retry(self, delay: float, fault: Fault) -> None:  # noqa: ARG002 - no header to put it in
        again = _Delivery(self.queue, self.message, self.attempt + 1)
        asyncio.get_running_loop().call_later(delay, self.queue.put, again)
        self.settled = True

    async def dead_letter(self, fault: Fault) -> None:
        self.queue.dead.append(
            DeadLetter(
                uuid4().hex,
                self.queue.service,
                self.message,
                fault.reason,
                fault.error,
                fault.error_type,
                self.attempt,
                utc_now(),
            )
        )
        self.settled = True


class _Consumer:
    """Takes from one queue, up to `prefetch` deliveries at once."""

    def __init__(self, queue: _Queue, prefetch: int, on_delivery: OnDelivery) -> None:
        self.queue, self.prefetch, self.on_delivery = queue, prefetch, on_delivery
        self.wake = asyncio.Event()
        self.in_hand: dict[asyncio.Task[None], _Delivery] = {}
        queue.consumers.append(self)
        self.loop = asyncio.create_task(self._take(), name=f"memory-{queue.service}")

    async def _take(self) -> None:
        while True:
            self.wake.clear()
            while self.queue.waiting and len(self.in_hand) < self.prefetch:
                delivery = self.queue.waiting.popleft()
                task = asyncio.create_task(self._handle(delivery))
                self.in_hand[task] = delivery
                task.add_done_callback(self._done)
            await self.wake.wait()

    async def _handle(self, delivery: _Delivery) -> None:
        await self.on_delivery(delivery)

    def _done(self, task: asyncio.Task[None]) -> None:
        delivery = self.in_hand.pop(task)
        if not delivery.settled:
            self.queue.put(replace(delivery, redelivered=True), first=True)
        if not task.cancelled() and (error := task.exception()):
            task.get_loop().call_exception_handler({"message": "A delivery was not settled", "exception": error})
        self.wake.set()

    async def drain(self, grace: float) -> None:
        """See Consumer."""
        self.queue.consumers.remove(self)
        self.loop.cancel()
        if self.in_hand:
            _, late = await asyncio.wait(self.in_hand, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class _OpenDeadLetters:
    """See OpenDeadLetters."""

    def __init__(self, queue: _Queue) -> None:
        self.queue = queue

    async def letters(self) -> AsyncIterator[DeadLetter]:
        for letter in tuple(self.queue.dead):
            yield letter

    async def remove(self, letter: DeadLetter) -> None:
        self.queue.dead.remove(letter)


class MemoryTransport:
    """See Transport."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._subscribers: defaultdict[str, list[str]] = defaultdict(list)
        self._unheard = Unheard()

    async def open(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Stop delivering."""
        for queue in self._queues.values():
            for consumer in tuple(queue.consumers):
                await consumer.drain(0)

    def trouble(self) -> str | None:
        """Memory is always there."""
        return None

    def unheard(self) -> Sequence[str]:
        """See Transport.unheard."""
        return self._unheard.lately()

    async def publish(self, message: Message) -> None:
        """See Transport.publish."""
        services = self._subscribers[message.type]
        if not services:
            self._unheard.note(message.type)
            raise Unroutable(f"Nobody subscribes to {message.type} yet.")
        self._unheard.taken(message.type)
        for service in services:
            await self.send(service, message)

    async def send(self, service: str, message: Message) -> None:
        """See Transport.send."""
        queue = self._queue(service)
        queue.put(_Delivery(queue, message.sendable()))

    async def subscribe(self, service: str, types: Sequence[str], prefetch: int, on_delivery: OnDelivery) -> _Consumer:
        """See Transport.subscribe."""
        for kind in types:
            if service not in self._subscribers[kind]:
                self._subscribers[kind].append(service)
        return _Consumer(self._queue(service), prefetch, on_delivery)

    @asynccontextmanager
    async def dead_letters(self, service: str) -> AsyncIterator[_OpenDeadLetters]:
        """See Transport.dead_letters."""
        yield _OpenDeadLetters(self._queue(service))

    async def depths(self, services: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """See Transport.depths."""
        return {name: (len(self._queue(name).waiting), len(self._queue(name).dead)) for name in services}

    def _queue(self, service: str) -> _Queue:
        return self._queues.setdefault(service, _Queue(service))
