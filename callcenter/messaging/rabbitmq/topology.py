"""Everything that lies in the broker: exchanges, queues, bindings and their arguments, for RabbitMQ 3.10 and 4.x."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aio_pika.abc import AbstractChannel

DELIVERY_LIMIT = 20
"""Deliveries of one message that crashing workers may cost before the broker puts it with the dead letters.

A crash counts for every message that the worker held, guilty or not: with 5, 78 crashes among 300 interactions put
innocent ones there.
"""

MAX_LENGTH = 100_000
"""Messages that may wait for one service; more are refused, and their publisher waits."""


@dataclass(frozen=True)
class Topology:
    """Names and arguments of everything that lies in the broker.

    <ns>.events        topic exchange, routing key = event type
    <ns>.<service>     quorum queue of one service, bound to the types it consumes
    <ns>.<service>.dead   its dead letters; nothing expires there
    <ns>.retry.<n>s    one fanout exchange and queue per step of the retry ladder. A copy is published there with the
                       name of its own queue as routing key; when its time is up, RabbitMQ dead-letters it through the
                       default exchange straight back to that queue, and to no other service.
    """

    namespace: str = "cc"
    ladder: Sequence[float] = (1.0, 5.0, 30.0, 120.0)

    @property
    def events(self) -> str:
        """The exchange that events are published to."""
        return f"{self.namespace}.events"

    @property
    def dead(self) -> str:
        """The exchange of dead letters, routing key = queue of the service."""
        return f"{self.namespace}.dead"

    def queue(self, service: str) -> str:
        """The queue of a service."""
        return f"{self.namespace}.{service}"

    def dead_queue(self, service: str) -> str:
        """The dead letters of a service."""
        return f"{self.namespace}.{service}.dead"

    def retry(self, delay: float) -> str:
        """The exchange and queue of one step of the ladder."""
        return f"{self.namespace}.retry.{delay:g}s"

    async def declare(self, channel: AbstractChannel) -> None:
        """What publishers need; declaring again with the same arguments changes nothing."""
        await channel.declare_exchange(self.events, "topic", durable=True)
        await channel.declare_exchange(self.dead, "direct", durable=True)
        for delay in self.ladder:
            exchange = await channel.declare_exchange(self.retry(delay), "fanout", durable=True)
            queue = await channel.declare_queue(
                self.retry(delay),
                durable=True,
                arguments={
                    **_quorum("reject-publish"),
                    "x-message-ttl": int(delay * 1000),
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-strategy": "at-least-once",
                },
            )
            await queue.bind(exchange)

    async def declare_service(self, channel: AbstractChannel, service: str, types: Sequence[str]) -> None:
        """What one service consumes, and where its dead letters go."""
        await self.declare(channel)
        dead = await channel.declare_queue(
            self.dead_queue(service),
            durable=True,
            arguments={**_quorum(), "x-delivery-limit": 1_000_000},  # looking at a dead letter must not delete it
        )
        await dead.bind(self.dead, self.queue(service))
        queue = await channel.declare_queue(
            self.queue(service),
            durable=True,
            arguments={
                **_quorum("reject-publish"),
                "x-max-length": MAX_LENGTH,
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": self.dead,
                "x-dead-letter-routing-key": self.queue(service),
                "x-dead-letter-strategy": "at-least-once",
            },
        )
        for kind in types:
            await queue.bind(self.events, kind)


def _quorum(overflow: str | None = None) -> dict[str, Any]:
    return {"x-queue-type": "quorum"} | ({"x-overflow": overflow} if overflow else {})
