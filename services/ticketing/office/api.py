"""The API of tickets: list, read, change, comment, merge; their history; and what other systems were told."""

import re
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from callcenter.access.principal import Principal, principal_of
from callcenter.events import Priority, TicketStatus
from callcenter.http.bodies import documented, idempotency, read_body
from callcenter.http.problems import PROBLEM, REFUSED, Problem
from callcenter.storage.book import TicketFilters
from services.ticketing.office.bodies import FollowUpPatch, Merge, NewComment, Redelivery, TicketPatch
from services.ticketing.office.office import Office, unknown
from services.ticketing.office.sla import State
from services.ticketing.office.ticket import FiledTicket, TicketEvent
from services.ticketing.office.views import (
    DeliveryView,
    HookView,
    TicketPageView,
    TicketView,
    deliveries_view,
    page_view,
    ticket_view,
)

MAX_BODY = 64 * 1024
"""Bytes of a request."""

_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**PROBLEM, "description": "There is no such ticket"}}
_FORBIDDEN: dict[int | str, dict[str, Any]] = {
    409: {**PROBLEM, "description": "The state of the ticket does not allow it"}
}
_CHANGES = {**REFUSED, **_UNKNOWN, **_FORBIDDEN}


class TicketQuery(BaseModel):
    """Which tickets a list shows."""

    model_config = ConfigDict(extra="forbid")

    business: str | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    queue: str | None = None
    assignee: str | None = None
    customer_id: str | None = None
    reason: str | None = Field(None, description="Code of the contact reason")
    sla: State | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: float | None = Field(None, allow_inf_nan=False, description="`next` of the page before")

    def filters(self, who: Principal) -> TicketFilters:
        """What the book has to compare; what is not for them is not there."""
        return TicketFilters(**self.model_dump(exclude={"limit", "cursor"}), businesses=who.businesses)


class LogQuery(BaseModel):
    """How many lines of a log are shown."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=1000)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


The = Annotated[Office, Depends(_office)]
Who = Annotated[Principal, Depends(principal_of)]


async def _ticket(ticket_id: str, office: The, who: Who) -> FiledTicket:
    """The ticket that is named, if it is there for them."""
    ticket = await office.ticket(ticket_id)
    if not who.serves(ticket.business):
        raise unknown(ticket_id)
    return ticket


Theirs = Annotated[FiledTicket, Depends(_ticket)]
router = APIRouter(prefix="/v1")
TICKETS: list[str | Enum] = ["Tickets"]
HOOKS: list[str | Enum] = ["Webhooks"]


@router.get("/tickets", tags=TICKETS, response_model=TicketPageView, responses={422: REFUSED[422]})
async def list_tickets(office: The, who: Who, query: Annotated[TicketQuery, Query()]) -> Response:
    """The newest tickets."""
    return JSONResponse(page_view(await office.book.page(query.filters(who), query.cursor, query.limit)))


@router.get("/tickets/{ticket_id}", tags=TICKETS, response_model=TicketView, responses=_UNKNOWN)
async def get_ticket(ticket: Theirs, office: The) -> Response:
    """One ticket as it stands."""
    return _shown(office, ticket)


@router.patch(
    "/tickets/{ticket_id}",
    tags=TICKETS,
    response_model=TicketView,
    responses={**_CHANGES, 412: {**PROBLEM, "description": "Somebody changed the ticket since it was read"}},
    openapi_extra=documented(TicketPatch),
)
async def change_ticket(
    ticket: Theirs,
    request: Request,
    office: The,
    who: Who,
    if_match: Annotated[str, Header(description="ETag of the ticket as you read it")] = "",
) -> Response:
    """Give a ticket another status, priority, queue or assignee."""
    asked = await read_body(request, TicketPatch, MAX_BODY, who)
    return _shown(office, await office.update(ticket.ticket_id, asked.wish(), asked.by, _rev(if_match)))


@router.post(
    "/tickets/{ticket_id}/comments",
    tags=TICKETS,
    status_code=201,
    response_model=TicketView,
    responses=_CHANGES,
    openapi_extra=documented(NewComment),
)
async def add_comment(
    ticket: Theirs,
    request: Request,
    office: The,
    who: Who,
    idempotency_key: Annotated[str | None, Header(description="Makes repeating this comment safe")] = None,
) -> Response:
    """Add a note to a ticket."""
    asked, key = await read_body(request, NewComment, MAX_BODY, who), idempotency(idempotency_key)
    after = await office.comment(ticket.ticket_id, asked.text, asked.by, public=asked.public, key=key)
    return _shown(office, after, 201)


@router.post(
    "/tickets/{ticket_id}/merge",
    tags=TICKETS,
    response_model=TicketView,
    responses=_CHANGES,
    openapi_extra=documented(Merge),
)
async def merge_ticket(ticket: Theirs, request: Request, office: The, who: Who) -> Response:
    """Merge a duplicate into another ticket of the same customer; answers the other one."""
    asked = await read_body(request, Merge, MAX_BODY, who)
    into = await _ticket(asked.into, office, who)
    return _shown(office, await office.merge(ticket.ticket_id, into.ticket_id, asked.by))


@router.patch(
    "/tickets/{ticket_id}/follow-ups/{number}",
    tags=TICKETS,
    response_model=TicketView,
    responses=_CHANGES,
    openapi_extra=documented(FollowUpPatch),
)
async def change_follow_up(ticket: Theirs, number: int, request: Request, office: The, who: Who) -> Response:
    """Mark a follow-up, counted from 1, as done, or give it another owner or date."""
    asked = await read_body(request, FollowUpPatch, MAX_BODY, who)
    return _shown(office, await office.work(ticket.ticket_id, number, asked.wish(), asked.by))


@router.get("/tickets/{ticket_id}/events", tags=TICKETS, response_model=list[TicketEvent], responses=_UNKNOWN)
async def ticket_history(ticket: Theirs, office: The) -> Response:
    """All that happened to a ticket, oldest first: what, when, by whom."""
    return JSONResponse([event.model_dump(mode="json") for event in await office.events(ticket.ticket_id)])


@router.get("/tickets/{ticket_id}/deliveries", tags=HOOKS, response_model=list[DeliveryView], responses=_UNKNOWN)
async def ticket_deliveries(ticket: Theirs, office: The, query: Annotated[LogQuery, Query()]) -> Response:
    """What other systems were told of a ticket, newest attempt first."""
    return JSONResponse(deliveries_view(await office.book.deliveries(ticket.ticket_id, query.limit)))


@router.post(
    "/tickets/{ticket_id}/redeliver",
    tags=HOOKS,
    status_code=202,
    response_model=list[HookView],
    responses=_CHANGES,
    openapi_extra=documented(Redelivery),
)
async def redeliver(ticket: Theirs, request: Request, office: The, who: Who) -> Response:
    """Tell every hook again what happened to a ticket, from a revision on."""
    asked = await read_body(request, Redelivery, MAX_BODY, who)
    await office.tell_again(ticket.ticket_id, asked.from_rev)
    return JSONResponse(await _hooks(office), 202)


@router.get("/webhooks", tags=HOOKS, response_model=list[HookView])
async def list_hooks(office: The) -> Response:
    """Who is told of every event, and how much still waits."""
    return JSONResponse(await _hooks(office))


@router.get("/webhooks/deliveries", tags=HOOKS, response_model=list[DeliveryView])
async def all_deliveries(office: The, query: Annotated[LogQuery, Query()]) -> Response:
    """The newest attempts to tell other systems."""
    return JSONResponse(deliveries_view(await office.book.deliveries(None, query.limit)))


async def _hooks(office: Office) -> list[dict[str, Any]]:
    waiting = await office.book.waiting()
    return [{"hook": name, "waiting": waiting.get(name, 0)} for name in office.hooks]


def _shown(office: Office, ticket: FiledTicket, status: int = 200) -> JSONResponse:
    view = ticket_view(ticket, office.desk(ticket.business).desks)
    return JSONResponse(view, status, {"ETag": f'"{ticket.rev}"'})


def _rev(if_match: str) -> int | None:
    """The revision that an ETag names; None where the client does not care."""
    if if_match.strip() in ("", "*"):
        return None
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', if_match.strip())
    if not found:
        raise Problem(422, 'If-Match: please send the ETag of the ticket as it came, for example "3".')
    return int(found[1])
