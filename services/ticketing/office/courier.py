"""Delivers what has to be told to other systems, at least once: the outbox in the book is emptied only by an answer.

A courier that dies leaves its deliveries to the next one, when their lease ends. Receivers tell repeats by
`webhook-id`. The events of one ticket arrive in their order: after one that fails the later ones wait.
"""

import asyncio
import random
import time
from asyncio import FIRST_COMPLETED
from datetime import timedelta

import orjson

from callcenter.errors import Unavailable
from callcenter.storage.book import Delivery
from callcenter.telemetry import emit
from services.ticketing.office.hooks import Answer, Hooks
from services.ticketing.office.letters import MAIL, Outgoing
from services.ticketing.office.office import Office
from services.ticketing.office.ticket import FiledTicket, TicketEvent

_AT_ONCE = 50


class Courier:
    """Looks every `every` seconds for what is due. `ladder` are the seconds before the second, third, ... attempt."""

    def __init__(
        self, office: Office, hooks: Hooks, outgoing: Outgoing, *, ladder: tuple[float, ...], lease: float, every: float
    ) -> None:
        self.office, self.hooks, self.outgoing = office, hooks, outgoing
        self.ladder, self.lease, self.every = ladder, lease, every

    async def run(self) -> None:
        """For ever. A receiver that takes its time keeps no other from hearing; whatever goes wrong, it goes on."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                under_way |= await self._start(_AT_ONCE - len(under_way))
                if under_way:
                    _, under_way = await asyncio.wait(under_way, timeout=self.every, return_when=FIRST_COMPLETED)
                else:
                    await asyncio.sleep(self.every)
        finally:
            for attempt in under_way:
                attempt.cancel()

    async def round(self) -> int:
        """One attempt of everything that is due, up to a limit; how many there were."""
        attempts = await self._start(_AT_ONCE)
        await asyncio.gather(*attempts)
        return len(attempts)

    async def _start(self, most: int) -> set[asyncio.Task[None]]:
        """Begin what is due; nothing where the book cannot be read."""
        try:
            due = await self.office.book.claim(self.office.now(), self.lease, most) if most else []
        except Unavailable as error:
            emit("courier_failed", service="ticketing", error=str(error))
            return set()
        return {asyncio.create_task(self._attempt(delivery)) for delivery in due}

    async def _attempt(self, delivery: Delivery) -> None:
        """One delivery; what cannot be noted in the book is tried again when the lease ends."""
        try:
            await self._deliver(delivery)
        except Exception as error:
            emit("courier_failed", service="ticketing", ticket_id=delivery.ticket_id, error=repr(error))

    async def _deliver(self, delivery: Delivery) -> None:
        events = await self.office.book.events(delivery.ticket_id)
        started = time.monotonic()
        if delivery.hook == MAIL:
            answer = await self._put(delivery, events)
        elif delivery.hook not in self.hooks.names:
            answer = Answer(410, "the address is not set any more")
        elif delivery.rev > len(events):
            answer = Answer(410, "the ticket has expired")
        else:
            event = orjson.loads(events[delivery.rev - 1])
            body = orjson.dumps({"type": event["type"], "timestamp": event["at"], "data": event})
            answer = await self.hooks.post(delivery.hook, event["id"], body, self.office.now())
        await self._settle(delivery, answer, (time.monotonic() - started) * 1000)

    async def _put(self, delivery: Delivery, events: list[bytes]) -> Answer:
        ticket = await self.office.book.read(delivery.ticket_id)
        if ticket is None or delivery.rev > len(events):
            return Answer(410, "the ticket has expired")
        event = TicketEvent.model_validate_json(events[delivery.rev - 1])
        return await self.outgoing.put(FiledTicket.model_validate_json(ticket), event)

    async def _settle(self, delivery: Delivery, answer: Answer, ms: float) -> None:
        now = self.office.now()
        over = answer.arrived or answer.unwanted or delivery.attempt > len(self.ladder)
        wait = 0.0 if over else self.ladder[delivery.attempt - 1] * random.uniform(0.8, 1.2)
        again = None if over else now + timedelta(seconds=wait)
        outcome = "delivered" if answer.arrived else "given_up" if over else "failed"
        line = {
            "event": f"{delivery.ticket_id}/{delivery.rev}",
            "hook": delivery.hook,
            "attempt": delivery.attempt,
            "at": now.isoformat(),
            "outcome": outcome,
            "status": answer.status,
            "error": answer.error,
            "ms": round(ms, 1),
            "next_attempt_at": again.isoformat() if again else None,
        }
        await self.office.book.settle(delivery, orjson.dumps(line), again)
        told = {"ticket_id": delivery.ticket_id, "hook": delivery.hook, "attempt": delivery.attempt}
        emit(f"webhook_{outcome}", service="ticketing", **told, status=answer.status, error=answer.error)
