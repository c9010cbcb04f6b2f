"""What other systems are told of a customer who waits for a person: that they do, or did in vain. Pure."""

from typing import Literal, Self

from pydantic import AwareDatetime

from callcenter.events import AskedBy, Handoff, InteractionRequested
from callcenter.events.words import Section


class WaitingNotice(Section):
    """Who waits, for which team, and until when they were promised an answer; nothing that they said."""

    id: str
    type: Literal["handoff.requested", "handoff.overdue"]
    at: AwareDatetime
    business: str
    interaction_id: str
    number: int
    channel: str
    asked_by: AskedBy
    cause: str
    queue: str | None
    team: str | None
    since: AwareDatetime
    until: AwareDatetime | None

    @classmethod
    def of(cls, kind: Literal["requested", "overdue"], event: InteractionRequested, handoff: Handoff) -> Self:
        """One for each event, so that whoever hears it twice knows it by its id."""
        kept = {name: getattr(handoff, name) for name in ("asked_by", "cause", "queue", "team", "since", "until")}
        return cls(
            id=f"{event.interaction_id}/{event.rev}",
            type="handoff.requested" if kind == "requested" else "handoff.overdue",
            at=event.occurred_at,
            business=event.request.business,
            interaction_id=event.interaction_id,
            number=event.contact.number,
            channel=event.contact.channel,
            **kept,
        )


def notice_of(event: InteractionRequested) -> WaitingNotice | None:
    """None where nobody has to be told: a person came, or the customer waits no more by their own will."""
    handoff = event.handoff
    if handoff is None:
        return None
    if handoff.state == "offered":
        return WaitingNotice.of("requested", event, handoff)
    return WaitingNotice.of("overdue", event, handoff) if _in_vain(handoff) else None


def _in_vain(handoff: Handoff) -> bool:
    """Whether the time that was promised has passed, and nobody came."""
    over = handoff.ended_at is not None and handoff.until is not None and handoff.ended_at >= handoff.until
    return handoff.state == "lapsed" and handoff.owner is None and over
