"""What a client is shown of tickets, their history and what other systems were told."""

from typing import Any

import orjson
from pydantic import AwareDatetime, BaseModel

from callcenter.events import Priority, TicketStatus
from callcenter.storage.book import TicketCard, TicketPage
from services.ticketing.desks import Desks
from services.ticketing.office.lifecycle import NEXT
from services.ticketing.office.sla import State, next_due, state
from services.ticketing.office.ticket import FiledTicket


class TicketLinks(BaseModel):
    """Where to look further."""

    self: str
    events: str
    deliveries: str
    interaction: str


class Choices(BaseModel):
    """What a ticket can be given now: statuses, and queues by name with their titles."""

    status: list[TicketStatus]
    queue: dict[str, str]


class TicketView(FiledTicket):
    """A ticket as it stands. `sla_state` is the worst of its two targets; `next_due` the nearer that is running."""

    sla_state: State
    next_due: AwareDatetime | None
    choices: Choices
    links: TicketLinks


class TicketCardView(BaseModel):
    """One line of a list."""

    ticket_id: str
    business: str
    title: str
    type: str
    status: TicketStatus
    priority: Priority
    queue: str
    assignee: str | None
    sla: State
    next_due: AwareDatetime | None
    first_response_due: AwareDatetime
    resolution_due: AwareDatetime
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    customer_id: str | None
    reason: str | None
    interaction_id: str
    merged_into: str | None


class TicketPageView(BaseModel):
    """A page of a list, newest first; give `next` as `cursor` to go on. It is null at the end."""

    items: list[TicketCardView]
    next: float | None


class HookView(BaseModel):
    """An address that is told of every event, and of how many tickets it has not heard all yet."""

    hook: str
    waiting: int


class DeliveryView(BaseModel):
    """One attempt to tell a hook of an event."""

    event: str
    hook: str
    attempt: int
    at: AwareDatetime
    outcome: str
    status: int | None
    error: str
    ms: float
    next_attempt_at: AwareDatetime | None


def ticket_view(ticket: FiledTicket, desks: Desks) -> dict[str, Any]:
    """TicketView as JSON data."""
    address = f"/v1/tickets/{ticket.ticket_id}"
    links = {
        "self": address,
        "events": f"{address}/events",
        "deliveries": f"{address}/deliveries",
        "interaction": f"/v1/interactions/{ticket.interaction_id}",
    }
    choices = Choices(status=[] if ticket.merged_into else list(NEXT[ticket.status]), queue=desks.queues)
    due = next_due(ticket)
    return {
        **ticket.model_dump(mode="json"),
        "sla_state": state(ticket),
        "next_due": due.isoformat().replace("+00:00", "Z") if due else None,
        "choices": choices.model_dump(),
        "links": links,
    }


def page_view(page: TicketPage) -> dict[str, Any]:
    """TicketPageView as JSON data."""
    return {"items": [_card_view(card) for card in page.cards], "next": page.cursor}


def deliveries_view(lines: list[bytes]) -> list[Any]:
    """A list of DeliveryView as JSON data."""
    return [orjson.loads(line) for line in lines]


def _card_view(card: TicketCard) -> dict[str, Any]:
    shown = {name: getattr(card, name) or None for name in TicketCardView.model_fields}
    return TicketCardView.model_validate(shown).model_dump(mode="json")
