"""An office with a clock that only the test moves. Open 09:00 to 18:00 in New York, on Saturdays 10:00 to 14:00."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from callcenter.events import FollowUp, InteractionCompleted, PolicyDecided, TicketOpened
from callcenter.storage.book import MemoryBook, TicketCard
from services.ticketing.office import lifecycle
from services.ticketing.office.clock import Clock
from services.ticketing.office.office import Office
from services.ticketing.office.ticket import FiledTicket
from services.ticketing.tickets import TicketDesk
from tests.dossier import completed
from tests.unit.ticketing.conftest import MONDAY_NOON, make_decision, make_event


class Desk(Office):
    """The office, and what a test does there."""

    def __init__(self, desks: Mapping[str, TicketDesk], hooks: tuple[str, ...] = ()) -> None:
        self.time = MONDAY_NOON
        super().__init__(MemoryBook(), desks, hooks, lambda: self.time)
        self.clock = Clock(self, 1)

    def pass_time(self, **span: float) -> None:
        self.time += timedelta(**span)

    async def opened(self, event: PolicyDecided | None = None) -> str:
        """A new ticket, opened now."""
        event = event or make_event(make_decision("needs_review"))  # open: somebody has to look
        event = event.model_copy(update={"occurred_at": self.time, "interaction_id": f"i-{event.contact.number}"})
        desk = self.desk(event.request.business)
        return (await self.open(with_tickets(event, desk, await self.history(event))))[0].ticket_id

    async def finished(self, follow_ups: tuple[FollowUp, ...] = ()) -> InteractionCompleted:
        """The record of a contact whose ticket was opened."""
        event = make_event(make_decision("needs_review"))
        return completed(with_tickets(event, self.desk("retail"))).model_copy(update={"follow_ups": follow_ups})

    async def at(self, ticket_id: str, **span: float) -> FiledTicket:
        """The ticket, after so much time and a look at the clock."""
        self.pass_time(**span)
        await self.clock.round()
        return await self.ticket(ticket_id)

    async def told(self, ticket_id: str) -> list[str]:
        """The types of all events so far."""
        return [event.type.removeprefix("ticket.") for event in await self.events(ticket_id)]


def with_tickets(event: PolicyDecided, desk: TicketDesk, history: Sequence[TicketCard] = ()) -> TicketOpened:
    """The dossier with its tickets."""
    tickets = desk.tickets(event, history)
    return event.then(TicketOpened, ticket=tickets[0], tickets=tickets)


def first_revision(event: PolicyDecided, desk: TicketDesk) -> FiledTicket:
    """The main ticket of a contact, as it is put into the book."""
    dossier = with_tickets(event, desk)
    return lifecycle.opened(dossier, dossier.ticket, desk)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def office(desk: TicketDesk) -> Desk:
    return Desk({"retail": desk})


def contact(
    number: int, verdict: str = "needs_review", customer_id: str | None = "C-1001", **changes: Any
) -> PolicyDecided:
    """A contact of this number, and what was decided."""
    known = make_event().contact.model_copy(update={"number": number, "customer_id": customer_id})
    return make_event(make_decision(verdict), contact=known, **changes)
