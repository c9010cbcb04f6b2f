"""Filling in the tickets: number, title, priority, queue, status, clock, and whether a person has to take over."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import get_args

from callcenter.calendar import Calendar
from callcenter.conditions import case_of, reason_of
from callcenter.events import Decision, Escalation, Level, PolicyDecided, Priority, ServiceLevel, Ticket
from callcenter.storage.book import TicketCard
from callcenter.ticket_numbers import numbered
from services.ticketing.case import Status, cases
from services.ticketing.desks import LEVELS, Desks, first
from services.ticketing.repeats import raised, repeats
from services.ticketing.shares import Share, shares

HIGHEST: Priority = get_args(Priority)[0]
"""Of a contact in which somebody may be in danger, whatever its matter is."""

UNFINISHED_FIRST: tuple[Status, ...] = get_args(Status)


class TicketDesk:
    """The ticket desk of one business; a closed ticket is `kept` so long, or as long as the deployment keeps all."""

    def __init__(self, desks: Desks, calendar: Calendar, kept: timedelta | None = None) -> None:
        self.desks, self.calendar, self.kept = desks, calendar, kept

    def tickets(self, event: PolicyDecided, history: Sequence[TicketCard] = ()) -> tuple[Ticket, ...]:
        """A ticket for each team that has to act, the main reason's first; there is always that one.

        Their numbers are made from the contact number, so no repeat opens another. `history` are earlier tickets of the
        customer, newest first.
        """
        dealt = list(shares(event, self.desks))
        prefix, number = self.desks.ticket_prefix, event.contact.number
        ids = [numbered(prefix, number, place) for place in range(1, len(dealt) + 1)]
        told = next((share for share in dealt if share.outcome == event.outcome), dealt[0])
        opened = [self._ticket(share, ticket_id, history) for share, ticket_id in zip(dealt, ids, strict=True)]
        return tuple(
            ticket.model_copy(
                update={
                    "related": (*ticket.related, *(one for one in ids if one != ticket.ticket_id)),
                    "escalation": _danger(event) if share is told and _danger(event) else self._escalation(share),
                }
            )
            for ticket, share in zip(opened, dealt, strict=True)
        )

    def escalation(self, event: PolicyDecided) -> Escalation:
        """Requested where somebody may be in danger, or any decision needs a person; the main reason is asked first."""
        codes = (one.escalation for one in event.policy.decisions)
        routed = (first(self.desks.escalations, case) for case in cases(event))
        code = _danger(event) or next(filter(None, (*codes, *routed)), None)
        return Escalation(state="requested", reason_code=code) if code else Escalation()

    def urgency(self, event: PolicyDecided) -> Level:
        """What the conversation showed, one level higher for a customer who left upset."""
        level = LEVELS.index(event.urgency)
        upset = event.sentiment.end <= self.desks.upset_below
        return LEVELS[min(level + upset, len(LEVELS) - 1)]

    def _ticket(self, share: Share, ticket_id: str, history: Sequence[TicketCard]) -> Ticket:
        event, reason, subject = share.event, share.reason, self._named(share, share.leading)
        impact: Level = reason.impact if reason else "medium"
        urgency = self.urgency(event)
        repeated = repeats(share, history, self.desks.repeat_days, subject)
        priority = self.desks.priority[impact][urgency]
        priority = HIGHEST if event.outcome == "emergency" else raised(priority) if repeated else priority
        return Ticket(
            ticket_id=ticket_id,
            type=first(self.desks.types, share.cases[0]) or "request",
            title=self._title(share, subject),
            priority=priority,
            impact=impact,
            urgency=urgency,
            status=self._status(share),
            queue=share.queue,
            sla=self._sla(event, priority),
            related=repeated.related,
            raised_for="repeat_contact" if repeated else None,
            duplicate_of=repeated.duplicate_of,
            decisions=share.places,
            reasons=share.reasons,
            subject=subject,
        )

    def _escalation(self, share: Share) -> str | None:
        """Why a person has to take over what is before this team."""
        codes = (one.escalation for one in share.decisions)
        return next(filter(None, (*codes, *(first(self.desks.escalations, case) for case in share.cases))), None)

    def _status(self, share: Share) -> Status:
        """The least finished status of its decisions."""
        routed = [first(self.desks.statuses, case) or "open" for case in share.cases]
        looked_at: list[Status] = ["open" for one in share.decisions if one.escalation]
        return min([*routed, *looked_at], key=UNFINISHED_FIRST.index)

    def _title(self, share: Share, subject: str) -> str:
        """What it is about and how it came out: `Request a refund (order 48213): allowed, 129.00 USD`."""
        outcome, reason = self.desks.titles.outcomes[share.outcome], share.reason
        if reason is None:
            return outcome
        if share.outcome != "understood":
            return f"{reason.title} {subject}".rstrip() + f": {outcome.lower()}"
        told = "; ".join(f"{self._named(share, one)}: {self._decided(share, one)}" for one in _about_leading(share))
        return f"{reason.title} {told}".replace(" : ", ": ", 1)

    def _decided(self, share: Share, decision: Decision | None) -> str:
        words, verdict = self.desks.titles, decision.verdict if decision else share.event.policy.verdict
        case = case_of(share.event, decision) if decision else share.cases[0]
        settled = verdict == "allow" and first(self.desks.statuses, case) == "resolved"
        said = words.done if case.carried_out == "done" else words.answered if settled else words.verdicts[verdict]
        return ", ".join(filter(None, [said, _amount(decision)]))

    def _named(self, share: Share, decision: Decision | None) -> str:
        """The thing of one decision, as titles tell it: `(order 48213)`; empty where the customer named nothing."""
        said = share.event.stated_for(reason_of(share.event, decision) if decision else share.reason)
        phrases = self.desks.titles.subjects.items()
        return next((phrase.replace("{value}", said[name]) for name, phrase in phrases if name in said), "")

    def _sla(self, event: PolicyDecided, priority: Priority) -> ServiceLevel:
        target, start, minutes = self.desks.sla[priority], event.occurred_at, self.desks.minutes
        return ServiceLevel(
            first_response_due=self.calendar.due(start, minutes(target.first_response)),
            resolution_due=self.calendar.due(start, minutes(target.resolution)),
            started_at=start,
        )


def _danger(event: PolicyDecided) -> str | None:
    return f"danger_{event.dialogue.danger}" if event.dialogue and event.dialogue.danger else None


def _about_leading(share: Share) -> Iterator[Decision | None]:
    """The leading decision, and what was decided on the same for other things."""
    main, *further = share.decisions or (None,)
    yield main
    yield from (one for one in further if main and one and main.about and one.contact_reason == main.contact_reason)


def _amount(decision: Decision | None) -> str:
    if not decision or not decision.action or decision.action.amount is None:
        return ""
    return f"{decision.action.amount:,.2f} {decision.action.currency or ''}".strip()
