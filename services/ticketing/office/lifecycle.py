"""What becomes of a ticket: opened, changed, wrapped up, merged. Pure: a ticket and a wish in, a ticket out."""

from datetime import datetime
from typing import Any

from callcenter.conditions import tickets_of
from callcenter.events import InteractionCompleted, Priority, Ticket, TicketOpened, TicketStatus
from callcenter.http.problems import Problem
from services.ticketing.office import sla
from services.ticketing.office.ticket import (
    SYSTEM,
    Brief,
    Comment,
    EventType,
    FiledTicket,
    Target,
    Targets,
    Task,
    TicketEvent,
    WrapUp,
)
from services.ticketing.tickets import TicketDesk

NEXT: dict[TicketStatus, tuple[TicketStatus, ...]] = {
    "new": ("open", "pending", "resolved", "closed"),
    "open": ("pending", "resolved", "closed"),
    "pending": ("open", "resolved", "closed"),
    "resolved": ("closed", "reopened"),
    "closed": ("reopened",),
    "reopened": ("open", "pending", "resolved", "closed"),
}
"""From each status, where a person may take the ticket. `pending`: the customer has the word."""

OVER = ("resolved", "closed")
TRACKED = ("status", "priority", "queue", "assignee", "type", "title", "merged_into")
"""Fields whose change an event tells."""


def opened(event: TicketOpened, ticket: Ticket, desk: TicketDesk) -> FiledTicket:
    """The first revision of one of its tickets, from the dossier of a contact."""
    start = ticket.sla.started_at or event.occurred_at
    filed = FiledTicket(
        **ticket.model_dump(include={"ticket_id", "type", "title", "priority", "impact", "urgency", "queue"}),
        rev=1,
        as_opened=ticket,
        number=event.contact.number,
        place=tickets_of(event).index(ticket) + 1,
        business=event.request.business,
        interaction_id=event.interaction_id,
        channel=event.contact.channel,
        customer_id=event.contact.customer_id,
        reason=next(iter(ticket.reasons), None),
        subject=ticket.subject,
        status="new",
        escalation=ticket.escalation,
        opened_at=start,
        updated_at=event.occurred_at,
        sla=sla.targets(desk, ticket.priority, start),
        related=ticket.related,
        duplicate_of=ticket.duplicate_of,
        mail=event.contact.mail,
    )
    if ticket.status == "new":
        return filed
    return filed.model_copy(update={"status": ticket.status, **_following(filed, ticket.status, desk, start)})


def wrapped_up(ticket: FiledTicket, event: InteractionCompleted) -> FiledTicket | None:
    """With what the contact came to, and the follow-ups that are its own; None where it has them."""
    if ticket.wrap_up:
        return None
    told = WrapUp(disposition=event.disposition.code, **event.summary.model_dump(include=set(WrapUp.model_fields)))
    mine = (None, ticket.ticket_id)
    tasks = tuple(Task(**one.model_dump()) for one in event.follow_ups if one.ticket_id in mine)
    return _revised(ticket, event.occurred_at, wrap_up=told, follow_ups=tasks)


def updated(ticket: FiledTicket, wish: dict[str, Any], desk: TicketDesk, now: datetime) -> FiledTicket | None:
    """With other values of `status`, `priority`, `queue`, `assignee`; None where they are as wished already.

    Raises Problem for a step that the lifecycle does not know, and for a queue that the business does not have.
    """
    wish = {name: value for name, value in wish.items() if value != getattr(ticket, name)}
    if not wish:
        return None
    _not_merged(ticket)
    if "queue" in wish and wish["queue"] not in desk.desks.queues:
        raise Problem(422, f"queue: there is no {wish['queue']!r}; choose one of {', '.join(desk.desks.queues)}.")
    if ticket.status == "new" and wish.get("assignee") and "status" not in wish:
        wish["status"] = "open"
    if "status" in wish:
        _allowed(ticket, wish["status"])
        wish |= _following(ticket, wish["status"], desk, now)
    priority = wish.get("priority", ticket.priority)
    wish["sla"] = sla.scheduled(desk, priority, wish.get("sla", ticket.sla))
    return _revised(ticket, now, **wish)


def commented(ticket: FiledTicket, comment: Comment) -> FiledTicket:
    """With a note more; the first public one is the first response."""
    _not_merged(ticket)
    both = ticket.sla
    if comment.public:
        both = both.model_copy(update={"first_response": sla.met(both.first_response, comment.at)})
    return _revised(ticket, comment.at, comments=(*ticket.comments, comment), sla=both)


def come_back_to(ticket: FiledTicket, comment: Comment, desk: TicketDesk, *, again: bool) -> FiledTicket | None:
    """With what the customer said of it in a later contact; None where it is told, or goes on in another ticket.

    Where somebody has to act `again`, what was over is reopened, and what waited for the customer waits no longer.
    """
    if ticket.merged_into or comment.key in {one.key for one in ticket.comments}:
        return None
    after = commented(ticket, comment)
    becomes: dict[TicketStatus, TicketStatus] = {"pending": "open", "resolved": "reopened", "closed": "reopened"}
    status = becomes.get(ticket.status) if again else None
    changes = {"status": status, **_following(after, status, desk, comment.at)} if status else {}
    return after.model_copy(update=changes)


def worked(ticket: FiledTicket, number: int, wish: dict[str, Any], by: str, now: datetime) -> FiledTicket | None:
    """With a follow-up, counted from 1, done or not `done`, or with another `owner` or `due_at`; None for no change."""
    _not_merged(ticket)
    if not 1 <= number <= len(ticket.follow_ups):
        raise Problem(404, f"{ticket.ticket_id} has {len(ticket.follow_ups)} follow-ups; there is no number {number}.")
    before = ticket.follow_ups[number - 1]
    changes = {name: value for name, value in wish.items() if name != "done"}
    if "done" in wish and wish["done"] != bool(before.done_at):
        changes |= {"done_at": now, "done_by": by} if wish["done"] else {"done_at": None, "done_by": None}
    task = before.model_copy(update=changes)
    if task == before:
        return None
    tasks = (*ticket.follow_ups[: number - 1], task, *ticket.follow_ups[number:])
    return _revised(ticket, now, follow_ups=tasks)


def told_of_task(before: FiledTicket, after: FiledTicket, number: int) -> str:
    """What became of a follow-up, in words."""
    was, now = before.follow_ups[number - 1], after.follow_ups[number - 1]
    became = "changed" if bool(was.done_at) is bool(now.done_at) else "done" if now.done_at else "not done after all"
    return f"Follow-up {number} {became}: {now.title}"


def merged(ticket: FiledTicket, into: FiledTicket, now: datetime) -> FiledTicket:
    """Closed, since its matter is worked on in another ticket."""
    both = Targets(**{name: sla.met(getattr(ticket.sla, name), now) for name in sla.NAMES})
    return _revised(ticket, now, status="closed", closed_at=now, merged_into=into.ticket_id, sla=both)


def absorbed(ticket: FiledTicket, other: FiledTicket, desk: TicketDesk, now: datetime) -> FiledTicket | None:
    """The ticket that another is merged into, with the more pressing priority; None where it holds it already."""
    if other.ticket_id in ticket.absorbed:
        return None
    priority: Priority = min(ticket.priority, other.priority)
    related = tuple(dict.fromkeys((other.ticket_id, *ticket.related)))
    both = sla.scheduled(desk, priority, ticket.sla)
    held = (*ticket.absorbed, other.ticket_id)
    return _revised(ticket, now, priority=priority, related=related, absorbed=held, sla=both)


def mergeable(ticket: FiledTicket, into: FiledTicket) -> None:
    """Raises Problem where the two are not the same matter of the same customer."""
    for one in (ticket, into):
        _not_merged(one)
    if ticket.ticket_id == into.ticket_id:
        raise Problem(422, "into: a ticket cannot be merged into itself.")
    if (ticket.business, ticket.customer_id) != (into.business, into.customer_id):
        raise Problem(409, f"{ticket.ticket_id} and {into.ticket_id} are of different customers and stay apart.")
    if into.status in OVER:
        raise Problem(409, f"{into.ticket_id} is {into.status}; reopen it first, or merge it into {ticket.ticket_id}.")


def noticed(ticket: FiledTicket, desk: TicketDesk, now: datetime) -> tuple[FiledTicket, TicketEvent] | None:
    """What the clock has to do first, by now: tell that a target was missed, warn of it, or close what was resolved."""
    due = sorted((kind, name) for at, name, kind in sla.alarms(ticket) if at <= now)  # "breach" before "warn"
    if due:
        kind, name = due[0]
        target: Target = getattr(ticket.sla, name)
        field, event_type = _TOLD[kind]
        late = target.model_copy(update={field: now})
        after = _revised(ticket, now, sla=ticket.sla.model_copy(update={name: late}))
        return after, happened(event_type, ticket, after, SYSTEM, target=name)
    ends = closes_at(ticket, desk)
    if ends and ends <= now:
        after = _revised(ticket, now, status="closed", closed_at=now)
        return after, happened("ticket.updated", ticket, after, SYSTEM, note="Resolved, and not heard of since.")
    return None


_TOLD: dict[str, tuple[str, EventType]] = {
    "breach": ("breached_at", "ticket.sla_breached"),
    "warn": ("warned_at", "ticket.sla_warning"),
}


def closes_at(ticket: FiledTicket, desk: TicketDesk) -> datetime | None:
    """When a resolved ticket closes by itself."""
    if ticket.status != "resolved" or ticket.resolved_at is None:
        return None
    return desk.calendar.due(ticket.resolved_at, desk.desks.minutes(desk.desks.close_after))


def happened(kind: EventType, before: FiledTicket | None, after: FiledTicket, by: str, **facts: Any) -> TicketEvent:
    """The event that leads from one revision to the next."""
    changes = {
        name: (getattr(before, name), getattr(after, name))
        for name in TRACKED
        if before and getattr(before, name) != getattr(after, name)
    }
    brief = Brief(
        **after.model_dump(include=set(Brief.model_fields)),
        first_response_due=after.sla.first_response.due,
        resolution_due=after.sla.resolution.due,
    )
    return TicketEvent(
        id=f"{after.ticket_id}/{after.rev}",
        type=kind,
        at=after.updated_at,
        by=by,
        rev=after.rev,
        changes=changes,
        ticket=brief,
        **facts,
    )


def _revised(ticket: FiledTicket, at: datetime, **changes: Any) -> FiledTicket:
    return ticket.model_copy(update={**changes, "rev": ticket.rev + 1, "updated_at": at})


def _following(ticket: FiledTicket, status: TicketStatus, desk: TicketDesk, now: datetime) -> dict[str, Any]:
    """What a new status means for the clocks and the dates of a ticket."""
    first, resolution = (sla.resumed(desk, getattr(ticket.sla, name), now) for name in sla.NAMES)
    if status in ("pending", *OVER):
        first = sla.met(first, now)
    if status == "pending":
        resolution = sla.paused(resolution, now)
    elif status in OVER:
        resolution = sla.met(resolution, now)
    elif status == "reopened":
        resolution = sla.restarted(resolution, now)
    return {
        "sla": sla.scheduled(desk, ticket.priority, Targets(first_response=first, resolution=resolution)),
        "resolved_at": (ticket.resolved_at or now) if status in OVER else None,
        "closed_at": now if status == "closed" else None,
    }


def _allowed(ticket: FiledTicket, status: TicketStatus) -> None:
    if status not in NEXT[ticket.status]:
        there = " or ".join(NEXT[ticket.status])
        raise Problem(409, f"status: {ticket.ticket_id} is {ticket.status}; from there it can become {there}.")


def _not_merged(ticket: FiledTicket) -> None:
    if ticket.merged_into:
        raise Problem(
            409, f"{ticket.ticket_id} was merged into {ticket.merged_into}, which is where its matter goes on."
        )
