"""How a handoff looks to a client."""

from collections.abc import Iterable

from pydantic import AwareDatetime, BaseModel

from callcenter.events import Handoff, InteractionRequested
from services.intake.handoff.briefing import Briefing, briefing


class HandoffLinks(BaseModel):
    """Where to look further."""

    self: str
    interaction: str
    events: str


class HandoffView(BaseModel):
    """A contact that a person is awaited in, or has; the briefing says what it is about."""

    id: str
    rev: int
    business: str
    number: int
    handoff: Handoff | None
    briefing: Briefing
    links: HandoffLinks


class PersonView(BaseModel):
    """A person on duty."""

    name: str
    business: str
    queues: list[str]


class TeamView(BaseModel):
    """A queue that people can be on duty for."""

    business: str
    queue: str
    team: str


class DutyView(BaseModel):
    """Until when a person is on duty unless they say so again; null: they are not."""

    name: str
    business: str
    queues: list[str]
    until: AwareDatetime | None


class HandoffsView(BaseModel):
    """Who waits, longest first, and who has which contact."""

    waiting: list[HandoffView]
    accepted: list[HandoffView]


def handoff_view(event: InteractionRequested) -> HandoffView:
    """A contact as it stands."""
    interaction = f"/v1/interactions/{event.interaction_id}"
    return HandoffView(
        id=event.interaction_id,
        rev=event.rev,
        business=event.request.business,
        number=event.contact.number,
        handoff=event.handoff,
        briefing=briefing(event),
        links=HandoffLinks(
            self=f"/v1/handoffs/{event.interaction_id}", interaction=interaction, events=f"{interaction}/events"
        ),
    )


def handoffs_view(events: Iterable[InteractionRequested]) -> HandoffsView:
    """All of them, in their order."""
    views = [handoff_view(event) for event in events]
    held = {view.id for view in views if view.handoff and view.handoff.held}
    return HandoffsView(
        waiting=[one for one in views if one.id not in held], accepted=[one for one in views if one.id in held]
    )
