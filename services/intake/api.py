"""The API, version 1: send a request, talk, follow it, read the record, list the newest."""

import re
from enum import Enum
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from callcenter import __version__
from callcenter.access.principal import Principal, principal_of
from callcenter.events import EVENTS, Status, Verdict, utc_now
from callcenter.http.bodies import documented, idempotency, read_body
from callcenter.http.clients import client_of
from callcenter.http.problems import PROBLEM, REFUSED
from callcenter.messaging.memory import MemoryTransport
from callcenter.storage.protocol import Filters
from services.intake.customer_view import CustomerView
from services.intake.export import MEDIA, Format, exported, printable
from services.intake.front import Front, front_of
from services.intake.live import SETTLED, frames
from services.intake.reception import Accepted
from services.intake.requests import House, NewInteraction, NewMessage
from services.intake.samples import Business
from services.intake.told import seen_by
from services.intake.views import InteractionView, MailView, PageView, interaction_view, mails_view, page_view

T = TypeVar("T")


_BUSY: dict[int | str, dict[str, Any]] = {409: {**PROBLEM, "description": "It takes no message now, or too many came"}}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**PROBLEM, "description": "There is no such interaction"}}


class Filter(BaseModel):
    """Which interactions are meant."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    business: str | None = None
    reason: str | None = Field(None, description="Code of the contact reason")
    verdict: Verdict | None = None

    def filters(self, who: Principal) -> Filters:
        """What the store has to compare; what is not for them is not there."""
        asked = {"status": self.status, "business": self.business, "reason": self.reason, "verdict": self.verdict}
        return Filters(**asked, businesses=who.businesses)


class ListQuery(Filter):
    """Which interactions a list shows."""

    limit: int = Field(20, ge=1, le=100)
    cursor: UUID | None = Field(None, description="`next` of the page before")


class ExportQuery(Filter):
    """Which interactions are taken away, and how."""

    format: Format = "ndjson"


class EventStream(StreamingResponse):
    """Server-sent events. FastAPI's own class would take a route that may also answer 204 for a generator."""

    media_type = "text/event-stream"


The = Annotated[Front, Depends(front_of)]
Who = Annotated[Principal, Depends(principal_of)]
router = APIRouter(prefix="/v1")
INTERACTIONS: list[str | Enum] = ["Interactions"]
DEPLOYMENT: list[str | Enum] = ["Deployment"]


@router.post(
    "/interactions",
    tags=INTERACTIONS,
    status_code=202,
    response_model=InteractionView | CustomerView,
    responses={200: {"model": InteractionView | CustomerView, "description": "Ended, or answered, in time"}, **REFUSED},
    openapi_extra=documented(NewInteraction),
)
async def create_interaction(
    request: Request,
    front: The,
    *,
    who: Who,
    prefer: Annotated[str, Header(description="`wait=10`: answer 200 if it ends within 10 seconds")] = "",
    idempotency_key: Annotated[str | None, Header(description="Makes repeating this request safe")] = None,
    traceparent: Annotated[str | None, Header(description="W3C trace context")] = None,
) -> Response:
    """Send a customer's request."""
    house = House(demo=front.settings.demo)
    asked = await read_body(request, NewInteraction, front.settings.max_body_bytes, house)
    key, client = idempotency(idempotency_key), client_of(request)
    accepted = await front.reception.accept(asked, key, _trace(traceparent), who, client)
    return await _accepted(front, who, accepted, prefer)


@router.post(
    "/interactions/{interaction_id}/messages",
    tags=INTERACTIONS,
    status_code=202,
    response_model=InteractionView | CustomerView,
    responses={
        200: {"model": InteractionView | CustomerView, "description": "Answered in time"},
        **REFUSED,
        **_UNKNOWN,
        **_BUSY,
    },
    openapi_extra=documented(NewMessage),
)
async def add_message(
    interaction_id: str,
    request: Request,
    front: The,
    *,
    who: Who,
    prefer: Annotated[str, Header(description="`wait=10`: answer 200 if the agent answers within 10 seconds")] = "",
    idempotency_key: Annotated[str | None, Header(description="Makes repeating this message safe")] = None,
) -> Response:
    """Say something in a live conversation; quick messages are answered together.

    If it has ended, this opens another one that continues it: the answer is that one, whose `follows` is the ended one.
    """
    message = await read_body(request, NewMessage, front.settings.max_body_bytes)
    key, client = idempotency(idempotency_key), client_of(request)
    accepted = await front.conversations.say(interaction_id, message, key, who, client)
    return await _accepted(front, who, accepted, prefer)


@router.get("/interactions", tags=INTERACTIONS, response_model=PageView, responses={422: REFUSED[422]})
async def list_interactions(front: The, who: Who, query: Annotated[ListQuery, Query()]) -> Response:
    """The newest interactions."""
    front.serves(query.business, who)
    cursor = str(query.cursor) if query.cursor else None
    page = await front.in_time(front.runtime.store.page(query.filters(who), cursor, query.limit))
    return JSONResponse(page_view(page))


@router.get("/interactions/export", tags=INTERACTIONS, response_class=StreamingResponse, responses={422: REFUSED[422]})
async def export_interactions(front: The, who: Who, query: Annotated[ExportQuery, Query()]) -> Response:
    """All interactions as one JSON document a line, or as a table; newest first, as they are read."""
    front.serves(query.business, who)
    parts = exported(front.runtime.store, query.filters(who), query.format)
    headers = {"Content-Disposition": f'attachment; filename="interactions.{query.format}"'}
    return StreamingResponse(parts, media_type=MEDIA[query.format], headers=headers)


@router.get("/interactions/{interaction_id}/print", tags=INTERACTIONS, response_class=HTMLResponse, responses=_UNKNOWN)
async def print_interaction(interaction_id: str, front: The, who: Who) -> Response:
    """One interaction as a page to print."""
    return HTMLResponse(printable(interaction_view(await front.newest(interaction_id, who))))


@router.get(
    "/interactions/{interaction_id}/mails", tags=INTERACTIONS, response_model=list[MailView], responses=_UNKNOWN
)
async def list_mails(interaction_id: str, front: The, who: Who) -> Response:
    """What became of the mails to the customer of a contact that came by mail, in their order."""
    await front.newest(interaction_id, who)
    return JSONResponse(mails_view(await front.in_time(front.runtime.post.of(interaction_id))))


@router.get(
    "/interactions/{interaction_id}",
    tags=INTERACTIONS,
    response_model=InteractionView | CustomerView,
    responses=_UNKNOWN,
)
async def get_interaction(
    interaction_id: str, front: The, who: Who, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """One interaction: its state, and the record as far as it has come; its customer sees what is meant for them."""
    response = _interaction(seen_by(who, interaction_view(await front.newest(interaction_id, who))), {})
    if response.headers["ETag"] in re.split(r"\s*,\s*", if_none_match.replace("W/", "")):
        return Response(status_code=304, headers={"ETag": response.headers["ETag"]})
    return response


@router.get("/interactions/{interaction_id}/events", tags=INTERACTIONS, response_class=EventStream, responses=_UNKNOWN)
async def follow_interaction(
    interaction_id: str, front: The, who: Who, last_event_id: Annotated[str, Header()] = ""
) -> Response:
    """The interaction as it happens, as server-sent events; ends with the terminal event."""
    newest = await front.newest(interaction_id, who)
    after = int(last_event_id) if re.fullmatch(r"[0-9]{1,9}", last_event_id) else 0
    if EVENTS[newest.type].terminal and after >= interaction_view(newest)["rev"]:
        return Response(status_code=204)  # tells an EventSource not to come again
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(frames(front.runtime, interaction_id, after, partial(seen_by, who)), headers=headers)


@router.get("/businesses", tags=DEPLOYMENT, response_model=list[Business], response_model_exclude_unset=True)
async def list_businesses(front: The, who: Who) -> Any:
    """The businesses of this deployment, each with sample requests; in a demo also with a customer to be."""
    return [business for business in front.showcase.on(utc_now().date()) if who.serves(business.name)]


@router.get("/about", tags=DEPLOYMENT)
async def about(front: The) -> dict[str, str | bool | None]:
    """Version, mode, whether this is a demo, whether one has to sign in, also by which provider, and where to look."""
    mode = "embedded" if isinstance(front.runtime.transport, MemoryTransport) else "distributed"
    auth = front.runtime.access is not None
    console = None if auth else front.settings.rabbitmq_console_url
    told: dict[str, str | bool | None] = {"version": __version__, "mode": mode, "docs": "/docs"}
    provider = front.settings.provider_name if auth else None
    return {**told, "demo": front.settings.demo, "auth": auth, "provider": provider, "rabbitmq_console": console}


async def _accepted(front: Front, who: Principal, accepted: Accepted, prefer: str) -> Response:
    """What was accepted, or what became of it within the time that the client prefers to wait.

    Where AUTH is on, its customer is given the secret by which they go on.
    """
    seconds = _wait(prefer, front.settings.max_wait)
    stored = await front.outcome(accepted, seconds or 0)
    headers = {"Idempotency-Replayed": "true"} if accepted.replayed else {}
    if seconds is not None:
        headers["Preference-Applied"] = f"wait={seconds:g}"
    view = seen_by(who, interaction_view(stored), sends=True)
    if front.runtime.access and view["record"]["request"]["mode"] == "live":
        view["token"] = await front.in_time(front.runtime.access.of_conversation(accepted.interaction_id))
    return _interaction(view, headers, accepted=True)


def _interaction(view: dict[str, Any], headers: dict[str, str], *, accepted: bool = False) -> JSONResponse:
    """The view, with ETag; 202 with Location and Retry-After while a desk is still at work on what was `accepted`."""
    headers["ETag"] = f'"{view["rev"]}"'
    settled = view["status"] in SETTLED
    if accepted:
        headers["Location"] = view["links"]["self"]
    if not settled:
        headers["Retry-After"] = "1"
    return JSONResponse(view, 202 if accepted and not settled else 200, headers)


def _wait(prefer: str, longest: float) -> float | None:
    """Seconds of `Prefer: wait=N` (RFC 7240), at most `longest`; None where it is not asked."""
    match = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", prefer, re.IGNORECASE)
    return min(float(match[1]), longest) if match else None


def _trace(header: str | None) -> str | None:
    return header if header and re.fullmatch(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", header) else None
