"""Filling in the ticket: number, title, priority, queue, status, clock, and whether a person has to take over."""

from collections.abc import Iterator, Sequence
from typing import get_args

from callcenter.calendar import Calendar
from callcenter.conditions import case_of, main_first, reason_of
from callcenter.events import Decision, Escalation, Level, PolicyDecided, Priority, ServiceLevel, Ticket
from callcenter.storage.book import TicketCard
from services.ticketing.case import Status, cases, main_decision
from services.ticketing.desks import LEVELS, Desks, first
from services.ticketing.repeats import raised, repeats

HIGHEST: Priority = get_args(Priority)[0]
"""Of a contact in which somebody may be in danger, whatever its matter is."""

UNFINISHED_FIRST: tuple[Status, ...] = get_args(Status)


class TicketDesk:
    """The ticket desk of one business."""

    def __init__(self, desks: Desks, calendar: Calendar) -> None:
        self.desks, self.calendar = desks, calendar

    def ticket(self, event: PolicyDecided, history: Sequence[TicketCard] = ()) -> Ticket:
        """The one ticket of this contact; its number is made from the contact number, so no repeat opens a second.

        `history` are earlier tickets of the customer, newest first.
        """
        impact: Level = event.contact_reason.impact if event.contact_reason else "medium"
        urgency = self.urgency(event)
        repeated = repeats(event, history, self.desks.repeat_days, self.subject(event))
        priority = self.desks.priority[impact][urgency]
        priority = HIGHEST if event.outcome == "emergency" else raised(priority) if repeated else priority
        return Ticket(
            ticket_id=f"{self.desks.ticket_prefix}-{event.contact.number}",
            type=first(self.desks.types, next(cases(event))) or "request",
            title=self.title(event),
            priority=priority,
            impact=impact,
            urgency=urgency,
            status=self.status(event),
            queue=self.queue(event),
            sla=self._sla(event, priority),
            related=repeated.related,
            raised_for="repeat_contact" if repeated else None,
            duplicate_of=repeated.duplicate_of,
        )

    def escalation(self, event: PolicyDecided) -> Escalation:
        """Requested where somebody may be in danger, or any decision needs a person; the main reason is asked first."""
        if event.dialogue and event.dialogue.danger:
            return Escalation(state="requested", reason_code=f"danger_{event.dialogue.danger}")
        for case in cases(event):
            code = first(self.desks.escalations, case)
            if code:
                return Escalation(state="requested", reason_code=code)
        return Escalation()

    def urgency(self, event: PolicyDecided) -> Level:
        """What the conversation showed, one level higher for a customer who left upset."""
        level = LEVELS.index(event.urgency)
        upset = event.sentiment.end <= self.desks.upset_below
        return LEVELS[min(level + upset, len(LEVELS) - 1)]

    def status(self, event: PolicyDecided) -> Status:
        """The least finished status of all decisions: work for a second reason keeps the ticket open."""
        return min((first(self.desks.statuses, case) or "open" for case in cases(event)), key=UNFINISHED_FIRST.index)

    def queue(self, event: PolicyDecided) -> str:
        """By the routes of the business, else by the reason; a queue that does not exist becomes the default one."""
        wanted = first(self.desks.routing, next(cases(event))) or (event.contact_reason and event.contact_reason.queue)
        return wanted if wanted in self.desks.queues else self.desks.default_queue

    def title(self, event: PolicyDecided) -> str:
        """What it is about and how it came out: `Request a refund (order 48213): allowed, 129.00 USD`."""
        outcome = self.desks.titles.outcomes[event.outcome]
        if event.contact_reason is None:
            return outcome
        if event.outcome != "understood":
            return f"{event.contact_reason.title} {self.subject(event)}".rstrip() + f": {outcome.lower()}"
        told = "; ".join(f"{self._named(event, one)}: {self._decided(event, one)}" for one in _about_main(event))
        return f"{event.contact_reason.title} {told}".replace(" : ", ": ", 1)

    def _decided(self, event: PolicyDecided, decision: Decision | None) -> str:
        words, verdict = self.desks.titles, decision.verdict if decision else event.policy.verdict
        case = case_of(event, decision) if decision else next(cases(event))
        settled = verdict == "allow" and first(self.desks.statuses, case) == "resolved"
        said = words.done if case.carried_out == "done" else words.answered if settled else words.verdicts[verdict]
        return ", ".join(filter(None, [said, _amount(decision)]))

    def subject(self, event: PolicyDecided) -> str:
        """What it is about, as the title tells it: `(order 48213)`; empty where the customer named nothing."""
        return self._named(event, main_decision(event))

    def _named(self, event: PolicyDecided, decision: Decision | None) -> str:
        """The thing of one decision."""
        said = event.stated_for(reason_of(event, decision) if decision else event.contact_reason)
        phrases = self.desks.titles.subjects.items()
        return next((phrase.replace("{value}", said[name]) for name, phrase in phrases if name in said), "")

    def _sla(self, event: PolicyDecided, priority: Priority) -> ServiceLevel:
        target, start, minutes = self.desks.sla[priority], event.occurred_at, self.desks.minutes
        return ServiceLevel(
            first_response_due=self.calendar.due(start, minutes(target.first_response)),
            resolution_due=self.calendar.due(start, minutes(target.resolution)),
            started_at=start,
        )


def _about_main(event: PolicyDecided) -> Iterator[Decision | None]:
    """The main decision, and what was decided on the same for other things."""
    main, *further = main_first(event) or (None,)
    yield main
    yield from (one for one in further if main and one and main.about and one.contact_reason == main.contact_reason)


def _amount(decision: Decision | None) -> str:
    if not decision or not decision.action or decision.action.amount is None:
        return ""
    return f"{decision.action.amount:,.2f} {decision.action.currency or ''}".strip()
