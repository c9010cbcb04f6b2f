"""The handling figures of one contact, from its timings and its conversation."""

from collections import defaultdict
from datetime import datetime

from callcenter.conditions import tickets_of
from callcenter.events import Metrics, TicketOpened
from services.summary.case import status_of


def measure(event: TicketOpened) -> Metrics:
    """Handle time is the conversation plus the work of the desks; the wrap-up itself is timed only once it is over."""
    queue_ms: defaultdict[str, float] = defaultdict(float)
    work_ms: defaultdict[str, float] = defaultdict(float)
    for timing in event.timings:
        queue_ms[timing.service] += timing.queue_ms
        work_ms[timing.service] += timing.work_ms
    return Metrics(
        handle_ms=round(talk_ms(event) + sum(work_ms.values()), 3),
        queue_ms=dict(queue_ms),
        work_ms=dict(work_ms),
        turns=len(event.transcript),
        contained=is_contained(event),
        first_contact_resolution=is_resolved_at_first_contact(event),
    )


def talk_ms(event: TicketOpened) -> float:
    """From the first turn to the last, in milliseconds."""
    if not event.transcript:
        return 0.0
    return (event.transcript[-1].at - event.transcript[0].at).total_seconds() * 1000


def is_contained(event: TicketOpened) -> bool:
    """No person took part in the conversation, and none was asked to take over."""
    return event.escalation.state == "none" and all(turn.speaker != "human_agent" for turn in event.transcript)


def is_resolved_at_first_contact(event: TicketOpened) -> bool | None:
    """True: allowed and done. False: it is a repeat contact, or there will be another. None: nobody knows yet.

    Not known is what was allowed and is still to be carried out, and what was refused: the customer may come back.
    """
    verdicts = {event.policy.verdict, *(decision.verdict for decision in event.policy.decisions)}
    ours = {ticket.ticket_id for ticket in tickets_of(event)}
    repeated = any(set(ticket.related) - ours for ticket in tickets_of(event))
    if repeated or event.escalation.state == "requested" or verdicts & {"needs_review", "needs_info"}:
        return False
    return True if verdicts == {"allow"} and status_of(event) == "resolved" else None


def ended_at(event: TicketOpened) -> datetime:
    """When the last word was said; a contact without words ended when it was decided."""
    last = event.transcript[-1].at if event.transcript else event.occurred_at
    return max(last, event.contact.initiated_at)
