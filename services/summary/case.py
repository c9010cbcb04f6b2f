"""One decision of a contact, seen the way the wording of a business asks about it."""

from dataclasses import dataclass
from typing import Literal

from callcenter import conditions
from callcenter.conditions import main_first, reason_of, tickets_of
from callcenter.errors import Permanent
from callcenter.events import Decision, Sentiment, Ticket, TicketOpened

Mood = Literal["negative", "neutral", "positive"]
TicketStatus = Literal["new", "open", "pending", "resolved", "closed", "reopened"]
_LEAST_FINISHED_FIRST: tuple[TicketStatus, ...] = ("new", "reopened", "open", "pending", "resolved", "closed")


@dataclass(frozen=True, kw_only=True)
class Case(conditions.Case):
    """What was decided, how the customer left, and where things stand."""

    mood: Mood
    status: TicketStatus
    proved: bool


def decisions(event: TicketOpened) -> tuple[Decision, ...]:
    """All decisions, that of the main reason first; raises Permanent where there is none to tell."""
    if not event.policy.decisions:
        raise Permanent("The policy holds no decision, so there is nothing to tell the customer.")
    return main_first(event)


def status_of(event: TicketOpened) -> TicketStatus:
    """Where the whole contact stands: the least finished status of its tickets."""
    return min((ticket.status for ticket in tickets_of(event)), key=_LEAST_FINISHED_FIRST.index)


def unfinished(event: TicketOpened) -> tuple[Ticket, ...]:
    """The tickets that somebody still has to do something for."""
    return tuple(ticket for ticket in tickets_of(event) if ticket.status not in ("resolved", "closed"))


def mood_of(sentiment: Sentiment, *, negative: float, positive: float) -> Mood:
    """Negative if the customer was upset at either end; positive if they left so."""
    if min(sentiment.start, sentiment.end) <= negative:
        return "negative"
    return "positive" if sentiment.end >= positive else "neutral"


def case_of(event: TicketOpened, decision: Decision, mood: Mood) -> Case:
    """The case of one decision. Who is told nothing of a person that looks at it hears it like one that is settled."""
    reason = reason_of(event, decision)
    return Case(
        **vars(conditions.case_of(event, decision)),
        mood=mood,
        status="resolved" if decision.escalation else status_of(event),
        proved=event.contact.verified.verified or not (reason and reason.identity_required),
    )
