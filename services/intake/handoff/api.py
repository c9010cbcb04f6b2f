"""The API of people who take over: be on duty, see who waits, accept, talk, hand back, close."""

from datetime import timedelta
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict

from callcenter.access.acting import Acting
from callcenter.access.principal import Principal, principal_of
from callcenter.http.bodies import documented, idempotency, read_body
from callcenter.http.problems import PROBLEM, REFUSED
from services.intake.front import Front, front_of
from services.intake.handoff.bodies import Duty, Ending, Words
from services.intake.handoff.views import (
    DutyView,
    HandoffsView,
    HandoffView,
    PersonView,
    TeamView,
    handoff_view,
    handoffs_view,
)

_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**PROBLEM, "description": "There is no such interaction"}}
_NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: {
        **PROBLEM,
        "description": "Somebody else has it, or nobody waits any more: the detail says which",
    }
}
_CHANGES = {**REFUSED, **_UNKNOWN, **_NOT_NOW}

The = Annotated[Front, Depends(front_of)]
Who = Annotated[Principal, Depends(principal_of)]


async def _theirs(interaction_id: str, front: The, who: Who) -> str:
    """Its id, if they see this interaction; else a Problem, as for one that there is not."""
    await front.newest(interaction_id, who)
    return interaction_id


Theirs = Annotated[str, Depends(_theirs)]
router = APIRouter(prefix="/v1/handoffs")
TAGS: list[str | Enum] = ["Handoffs"]


class WaitingQuery(BaseModel):
    """Whose contacts a list shows."""

    model_config = ConfigDict(extra="forbid")

    business: str | None = None
    queue: str | None = None


@router.put("/duty", tags=TAGS, response_model=DutyView, responses=REFUSED, openapi_extra=documented(Duty))
async def be_on_duty(request: Request, front: The, who: Who) -> DutyView:
    """Say that you are there for these queues, and say it again before `until`; with no queues, that you are not."""
    asked, lasts = await read_body(request, Duty, front.settings.max_body_bytes, who), front.settings.duty_lasts
    front.serves(asked.business, who)
    await front.in_time(front.teams.sign_on(asked.business, asked.by, asked.queues, lasts))
    until = front.handoffs.now() + timedelta(seconds=lasts) if asked.queues else None
    return DutyView(name=asked.by, business=asked.business, queues=asked.queues, until=until)


@router.get("/teams", tags=TAGS, response_model=list[TeamView])
async def list_teams(front: The, who: Who) -> list[TeamView]:
    """The queues that one can be on duty for."""
    return [
        TeamView(business=business, queue=queue, team=team)
        for business, queue, team in front.teams.all()
        if who.serves(business)
    ]


@router.get("/duty", tags=TAGS, response_model=list[PersonView])
async def who_is_on_duty(front: The, who: Who) -> list[PersonView]:
    """Who is there now, and for which queues."""
    people = await front.in_time(front.teams.people())
    return [
        PersonView(name=name, business=business, queues=list(queues))
        for business, there in people.items()
        for name, queues in sorted(there.items())
        if who.serves(business)
    ]


@router.get("", tags=TAGS, response_model=HandoffsView, responses={422: REFUSED[422]})
async def list_handoffs(front: The, who: Who, query: Annotated[WaitingQuery, Query()]) -> HandoffsView:
    """Who waits for a person, longest first, and which contacts a person has."""
    front.serves(query.business, who)
    there = await front.in_time(front.handoffs.waiting(query.business, query.queue))
    return handoffs_view([event for event in there if who.serves(event.request.business)])


@router.get("/{interaction_id}", tags=TAGS, response_model=HandoffView, responses=_UNKNOWN)
async def look_at(interaction_id: Theirs, front: The) -> HandoffView:
    """One contact with its briefing, whoever has it."""
    return handoff_view(await front.in_time(front.handoffs.look(interaction_id)))


@router.post(
    "/{interaction_id}/accept",
    tags=TAGS,
    response_model=HandoffView,
    responses=_CHANGES,
    openapi_extra=documented(Acting),
)
async def accept(interaction_id: Theirs, request: Request, front: The, who: Who) -> HandoffView:
    """Take a contact that waits for a person. One wins; from then on the assistant is mute."""
    asked = await read_body(request, Acting, front.settings.max_body_bytes, who)
    return handoff_view(await front.handoffs.accept(interaction_id, asked.by))


@router.post(
    "/{interaction_id}/take",
    tags=TAGS,
    response_model=HandoffView,
    responses=_CHANGES,
    openapi_extra=documented(Acting),
)
async def take(interaction_id: Theirs, request: Request, front: The, who: Who) -> HandoffView:
    """Take any live contact at any moment, from the assistant or from whoever has it."""
    asked = await read_body(request, Acting, front.settings.max_body_bytes, who)
    return handoff_view(await front.handoffs.take(interaction_id, asked.by))


@router.post(
    "/{interaction_id}/say", tags=TAGS, response_model=HandoffView, responses=_CHANGES, openapi_extra=documented(Words)
)
async def say(
    interaction_id: Theirs,
    request: Request,
    front: The,
    who: Who,
    idempotency_key: Annotated[str | None, Header(description="Makes repeating this safe")] = None,
) -> HandoffView:
    """Say something to the customer of a contact that is yours."""
    asked, key = await read_body(request, Words, front.settings.max_body_bytes, who), idempotency(idempotency_key)
    return handoff_view(await front.handoffs.say(interaction_id, asked.by, asked.text, key))


@router.post(
    "/{interaction_id}/return",
    tags=TAGS,
    response_model=HandoffView,
    responses=_CHANGES,
    openapi_extra=documented(Ending),
)
async def hand_back(interaction_id: Theirs, request: Request, front: The, who: Who) -> HandoffView:
    """Hand a contact of yours back to the assistant, which goes on; `done`: with nothing left of what it was about."""
    asked = await read_body(request, Ending, front.settings.max_body_bytes, who)
    return handoff_view(await front.handoffs.hand_back(interaction_id, asked.by, asked.note, done=asked.done))


@router.post(
    "/{interaction_id}/close",
    tags=TAGS,
    response_model=HandoffView,
    responses=_CHANGES,
    openapi_extra=documented(Ending),
)
async def close(interaction_id: Theirs, request: Request, front: The, who: Who) -> HandoffView:
    """End a contact of yours; it is wrapped up, and unless it is `done` its ticket is for you to go on with."""
    asked = await read_body(request, Ending, front.settings.max_body_bytes, who)
    return handoff_view(await front.handoffs.close(interaction_id, asked.by, asked.note, done=asked.done))
