"""Several events in one AMQP message, when there is a backlog; each event keeps its own identity.

A message costs the client about a millisecond of CPU, whatever it carries. So while a few publishes of a type await
their confirms, further events of that type gather, and travel together. With no backlog every event travels alone.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from callcenter.messaging.transport import Message

ALONE = 4
"""Unconfirmed messages of one type up to which an event does not wait for company."""

MAX_BYTES = 256 * 1024
"""Of all events in one bundle; a larger event travels alone."""

SendTogether = Callable[[Sequence[Message]], Awaitable[None]]


@dataclass
class _Lane:
    """Events of one type on their way out."""

    flying: int = 0
    waiting: list[tuple[Message, asyncio.Future[None]]] = field(default_factory=list)

    def take(self, most: int) -> list[tuple[Message, asyncio.Future[None]]]:
        """The next events to travel together: at least one, at most `most`, within MAX_BYTES."""
        size = count = 0
        for message, _ in self.waiting[:most]:
            size += len(message.body)
            if count and size > MAX_BYTES:
                break
            count += 1
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken


class Bundler:
    """Publishes events, alone or together. `most` events share a message; 1 switches bundles off."""

    def __init__(self, send: SendTogether, most: int) -> None:
        self._send, self._most = send, most
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)
        self._flights: set[asyncio.Task[None]] = set()

    async def publish(self, message: Message) -> None:
        """Return once the event is confirmed; raise what went wrong with the message that carried it."""
        lane = self._lanes[message.type]
        confirmed = asyncio.get_running_loop().create_future()
        lane.waiting.append((message, confirmed))
        self._depart(lane)
        await confirmed

    def _depart(self, lane: _Lane) -> None:
        alone = self._most == 1
        while lane.waiting and (alone or lane.flying < ALONE):
            lane.flying += 1
            flight = asyncio.create_task(self._fly(lane, lane.take(self._most)))
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)

    async def _fly(self, lane: _Lane, passengers: list[tuple[Message, asyncio.Future[None]]]) -> None:
        error: BaseException | None = None
        try:
            await self._send([message for message, _ in passengers])
        except (Exception, asyncio.CancelledError) as trouble:  # it belongs to those who wait for it
            error = trouble
        lane.flying -= 1
        for _, confirmed in passengers:
            if confirmed.done():  # its publisher was cancelled
                continue
            if error:
                confirmed.set_exception(error)
            else:
                confirmed.set_result(None)
        self._depart(lane)
