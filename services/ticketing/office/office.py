"""Reads and writes the ticket book. Whoever else changes the same ticket, each change is made once, on the newest."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from callcenter.conditions import tickets_of
from callcenter.errors import Permanent, Unavailable
from callcenter.events import InteractionCompleted, InteractionRequested, PolicyDecided, Ticket, TicketOpened, utc_now
from callcenter.http.problems import Problem
from callcenter.storage.book import Leaf, TicketBook, TicketCard
from callcenter.telemetry import emit
from services.ticketing.office import lifecycle, returning, sla
from services.ticketing.office.letters import MAIL, goes_out
from services.ticketing.office.lifecycle import happened
from services.ticketing.office.ticket import SYSTEM, Comment, EventType, FiledTicket, TicketEvent
from services.ticketing.office.waiting import notice_of
from services.ticketing.tickets import TicketDesk

HISTORY = 50
"""Earlier tickets of a customer that are looked at, the newest."""

MOST_TICKETS = 64
"""More than a contact can have: they stand in lists between the number of their contact and the one before it."""

_TRIES = 100
"""Attempts to write a change while others change the same ticket."""

Revision = tuple[FiledTicket, TicketEvent]


class Office:
    """Where tickets are worked on. `hooks` are told of every event; `now` is the clock."""

    def __init__(
        self,
        book: TicketBook,
        desks: Mapping[str, TicketDesk],
        hooks: tuple[str, ...] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.book, self.desks, self.hooks, self.now = book, desks, hooks, now

    def desk(self, business: str) -> TicketDesk:
        """The desk of a business; raises Permanent for one that has no folder here."""
        if business not in self.desks:
            known = ", ".join(sorted(self.desks))
            raise Permanent(f"Ticketing knows no business named {business!r}. It has loaded: {known}.")
        return self.desks[business]

    async def history(self, event: PolicyDecided) -> list[TicketCard]:
        """Earlier tickets of this customer, newest first; none of who is not known."""
        customer_id = event.contact.customer_id
        return await self.book.of_customer(event.request.business, customer_id, HISTORY) if customer_id else []

    async def open(self, event: TicketOpened) -> tuple[Ticket, ...]:
        """Put the tickets of a contact into the book; those that are there already, as they were put there.

        Raises Permanent where a number is that of another contact: only a store that was set back gives one twice.
        """
        filed = tuple([await self._file(event, ticket) for ticket in tickets_of(event)])
        for ticket in filed:
            await self._tell_earlier(event, ticket)
        return filed

    async def wrap_up(self, event: InteractionCompleted) -> None:
        """Add the wrap-up to its tickets; once, however often it is told. A ticket that the book lost comes back."""

        def change(ticket: FiledTicket) -> Revision | None:
            after = lifecycle.wrapped_up(ticket, event)
            return _revision("ticket.wrapped_up", ticket, after, SYSTEM)

        for ticket in tickets_of(event):
            if await self.book.read(ticket.ticket_id) is None:
                await self._file(event, ticket)
            await self._change(ticket.ticket_id, change)

    async def tell_of_waiting(self, event: InteractionRequested) -> None:
        """Let the hooks know of a customer who waits for a person, or waited in vain; once, however often it comes."""
        if self.hooks and (notice := notice_of(event)):
            told = notice.model_dump_json().encode()
            await self.book.notice(f"handoff:{event.interaction_id}", told, self.hooks, self.now())

    async def _file(self, event: TicketOpened, ticket: Ticket) -> Ticket:
        new = lifecycle.opened(event, ticket, self.desk(event.request.business))
        if await self._write(new, happened("ticket.opened", None, new, SYSTEM)):
            emit("ticket_filed", service="ticketing", ticket_id=new.ticket_id, interaction_id=event.interaction_id)
            return ticket
        filed = await self.ticket(ticket.ticket_id)
        if filed.interaction_id != event.interaction_id:
            raise Permanent(f"{ticket.ticket_id} is the ticket of another contact, {filed.interaction_id}.")
        return filed.as_opened

    async def _tell_earlier(self, event: TicketOpened, ticket: Ticket) -> None:
        """Where the customer came back to an earlier ticket, note there what they said, once."""
        body = await self.book.read(ticket.duplicate_of) if ticket.duplicate_of else None
        earlier = FiledTicket.model_validate_json(body) if body else None
        if earlier and returning.is_meant(earlier, event, ticket):
            desk = self.desk(earlier.business)
            await self._change(
                earlier.ticket_id, lambda before: returning.noted(before, event, ticket, desk, self.now())
            )

    async def ticket(self, ticket_id: str) -> FiledTicket:
        """The ticket as it stands; a Problem where there is none."""
        body = await self.book.read(ticket_id)
        if body is None:
            raise unknown(ticket_id)
        return FiledTicket.model_validate_json(body)

    async def events(self, ticket_id: str) -> list[TicketEvent]:
        """All that happened to it, oldest first."""
        return [TicketEvent.model_validate_json(event) for event in await self.book.events(ticket_id)]

    async def update(self, ticket_id: str, wish: dict[str, Any], by: str, rev: int | None = None) -> FiledTicket:
        """Other values of some fields; a Problem where the lifecycle forbids it, or `rev` is not the newest."""

        def change(ticket: FiledTicket) -> Revision | None:
            after = lifecycle.updated(ticket, dict(wish), self.desk(ticket.business), self.now())
            return _revision("ticket.updated", ticket, after, by)

        return await self._change(ticket_id, change, rev)

    async def comment(self, ticket_id: str, text: str, by: str, *, public: bool, key: str | None = None) -> FiledTicket:
        """A note more; under one `key` there is one, however often it is sent."""

        def change(ticket: FiledTicket) -> Revision | None:
            if key and key in {comment.key for comment in ticket.comments}:
                return None
            comment = Comment(at=self.now(), by=by, text=text, public=public, key=key)
            after = lifecycle.commented(ticket, comment)
            return after, happened("ticket.commented", ticket, after, by, comment=comment)

        return await self._change(ticket_id, change)

    async def work(self, ticket_id: str, number: int, wish: dict[str, Any], by: str) -> FiledTicket:
        """Another state of a follow-up: done, or with another owner or date."""

        def change(ticket: FiledTicket) -> Revision | None:
            after = lifecycle.worked(ticket, number, wish, by, self.now())
            told = lifecycle.told_of_task(ticket, after, number) if after else ""
            return _revision("ticket.updated", ticket, after, by, note=told)

        return await self._change(ticket_id, change)

    async def merge(self, ticket_id: str, into: str, by: str) -> FiledTicket:
        """The other ticket, once it holds this one, which is closed. Done half, it can be done again."""
        source, target = await self.ticket(ticket_id), await self.ticket(into)
        lifecycle.mergeable(source, target)

        def absorb(ticket: FiledTicket) -> Revision | None:
            after = lifecycle.absorbed(ticket, source, self.desk(ticket.business), self.now())
            told = f"{ticket_id} was merged into this ticket: {source.title}"
            return _revision("ticket.absorbed", ticket, after, by, note=told)

        def close(ticket: FiledTicket) -> Revision:
            lifecycle.mergeable(ticket, target)
            after = lifecycle.merged(ticket, target, self.now())
            return after, happened("ticket.merged", ticket, after, by, note=f"Merged into {into}.")

        kept = await self._change(into, absorb)
        await self._change(ticket_id, close)
        return kept

    async def tell_again(self, ticket_id: str, rev: int) -> None:
        """Deliver its events, from a revision on, to every hook again; a Problem where there is none."""
        ticket = await self.ticket(ticket_id)
        if not self.hooks:
            raise Problem(409, "Nobody is told of tickets here: WEBHOOK_URLS is not set.")
        if rev > ticket.rev:
            raise Problem(422, f"from_rev: {ticket_id} has {ticket.rev} revisions.")
        await self.book.tell(ticket_id, rev, self.hooks, self.now())

    async def look_at_the_clock(self, ticket_id: str) -> None:
        """Tell what is late, and close what was resolved long enough."""
        await self._change(ticket_id, lambda _: None)

    async def _change(
        self, ticket_id: str, step: Callable[[FiledTicket], Revision | None], rev: int | None = None
    ) -> FiledTicket:
        """The ticket after a step; what the clock had to notice before comes first."""
        for _ in range(_TRIES):
            ticket = await self.ticket(ticket_id)
            if rev not in (None, ticket.rev):
                raise Problem(412, f"{ticket_id} is at revision {ticket.rev} by now; read it again before changing it.")
            late = lifecycle.noticed(ticket, self.desk(ticket.business), self.now())
            done = late or step(ticket)
            if done is None:
                return ticket
            if await self._write(*done):
                if not late:
                    return done[0]
                rev = rev and rev + 1
        raise Unavailable(f"{ticket_id} is being changed by many at once.")

    async def _write(self, ticket: FiledTicket, event: TicketEvent) -> bool:
        written = await self.book.write(self._leaf(ticket, event))
        if written and event.type in ("ticket.sla_warning", "ticket.sla_breached"):
            moment = event.type.removeprefix("ticket.")
            emit(moment, service="ticketing", ticket_id=ticket.ticket_id, queue=ticket.queue, target=event.target)
        return written

    def _leaf(self, ticket: FiledTicket, event: TicketEvent) -> Leaf:
        desk = self.desk(ticket.business)
        times = [at for at, _, _ in sla.alarms(ticket)]
        if ends := lifecycle.closes_at(ticket, desk):
            times.append(ends)
        body, told = ticket.model_dump_json().encode(), event.model_dump_json().encode()
        alarm, hooks = min(times, default=None), self.hooks
        if goes_out(ticket, event.comment):
            hooks = (*hooks, MAIL)
        done, keep = ticket.status == "closed", desk.kept.total_seconds() if desk.kept else None
        return Leaf(ticket.rev, _card(ticket), body, told, alarm, hooks, done=done, keep=keep)


def unknown(ticket_id: str) -> Problem:
    """There is none; whoever may not see one hears the same."""
    return Problem(404, f"There is no ticket {ticket_id[:64]!r}; GET /v1/tickets lists the newest.")


def _revision(
    kind: EventType, before: FiledTicket, after: FiledTicket | None, by: str, note: str = ""
) -> Revision | None:
    """A change with its event; None where nothing changed."""
    return None if after is None else (after, happened(kind, before, after, by, note=note))


def _card(ticket: FiledTicket) -> TicketCard:
    due = sla.next_due(ticket)
    texts = {
        name: str(getattr(ticket, name) or "")
        for name in TicketCard.__slots__
        if name in FiledTicket.model_fields and name not in ("number", "sla", "opened_at", "updated_at", "resolved_at")
    }
    return TicketCard(
        **texts,
        number=ticket.number if ticket.place == 1 else ticket.number - (ticket.place - 1) / MOST_TICKETS,
        sla=sla.state(ticket),
        opened_at=ticket.opened_at.isoformat(),
        updated_at=ticket.updated_at.isoformat(),
        resolved_at=ticket.resolved_at.isoformat() if ticket.resolved_at else "",
        first_response_due=ticket.sla.first_response.due.isoformat(),
        resolution_due=ticket.sla.resolution.due.isoformat(),
        next_due=due.isoformat() if due else "",
    )
