"""Who works on it, how soon?  PolicyDecided -> TicketOpened. Later each ticket gets the wrap-up.

It publishes nothing of who waits for a person: it tells other systems, as it does of tickets.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from callcenter.events import HandoffLapsed, HandoffOffered, InteractionCompleted, PolicyDecided, TicketOpened
from callcenter.messaging.worker import Worker, handles
from services.ticketing.office.clock import Clock
from services.ticketing.office.courier import Courier
from services.ticketing.office.office import Office


class TicketingWorker(Worker, name="ticketing"):
    """Opens the tickets of an interaction, and keeps them from then on."""

    def __init__(self, office: Office, clock: Clock, courier: Courier) -> None:
        self.office, self.clock, self.courier = office, clock, courier
        self._running: Sequence[asyncio.Task[None]] = ()

    @handles
    async def open(self, event: PolicyDecided) -> TicketOpened:
        """The dossier with its tickets and, where a person has to take over, the escalation.

        The tickets go into the book at once, under numbers that are made from the contact's: whoever reads the
        dossier finds them there, and a repeat finds those that were opened.
        """
        desk = self.office.desk(event.request.business)
        tickets = desk.tickets(event, await self.office.history(event))
        opened = event.then(TicketOpened, ticket=tickets[0], tickets=tickets, escalation=desk.escalation(event))
        filed = await self.office.open(opened)
        return opened.model_copy(update={"ticket": filed[0], "tickets": filed})

    @handles
    async def wrap_up(self, event: InteractionCompleted) -> None:
        """People who work on a ticket see what the contact came to."""
        await self.office.wrap_up(event)

    @handles
    async def tell_of_waiting(self, event: HandoffOffered | HandoffLapsed) -> None:
        """Other systems are told that a customer waits for a person, and that nobody came in time."""
        await self.office.tell_of_waiting(event)

    async def prepare(self) -> None:
        """Start the clock and the courier."""
        runs: list[Coroutine[Any, Any, None]] = [self.clock.run(), self.courier.run()]
        self._running = [asyncio.create_task(run) for run in runs]

    async def release(self) -> None:
        """Stop both, and let go of connections."""
        for task in self._running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.courier.hooks.close()
