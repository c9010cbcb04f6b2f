"""One decision of a contact, seen the way the wording of a business asks about it."""

from dataclasses import dataclass
from typing import Literal

from callcenter.errors import Permanent
from callcenter.events import ContactReason, Decision, Outcome, Sentiment, TicketOpened, Verdict

Mood = Literal["negative", "neutral", "positive"]
TicketStatus = Literal["new", "open", "pending", "resolved", "closed", "reopened"]


@dataclass(frozen=True)
class Case:
    """How the conversation ended, what was decided about which reason, and where things stand."""

    outcome: Outcome
    verdict: Verdict
    code: str | None
    path: str
    action: str | None
    mood: Mood
    status: TicketStatus
    proved: bool

    def is_about(self, reason: str) -> bool:
        """Whether the reason is this code, or a subtree (`/payments`) that the reason lies in."""
        if reason.startswith("/"):
            return f"{self.path}/".startswith(f"{reason.rstrip('/')}/")
        return self.code == reason

    def acts_by(self, action: str) -> bool:
        """Whether this is the action; `none` stands for no action, `some` for any."""
        return {"none": self.action is None, "some": self.action is not None}.get(action, self.action == action)


def decisions(event: TicketOpened) -> tuple[Decision, ...]:
    """All decisions, that of the main reason first; raises Permanent where there is none to tell."""
    if not event.policy.decisions:
        raise Permanent("The policy holds no decision, so there is nothing to tell the customer.")
    code = event.contact_reason.code if event.contact_reason else None
    return tuple(sorted(event.policy.decisions, key=lambda decision: decision.contact_reason != code))


def reason_of(event: TicketOpened, decision: Decision) -> ContactReason | None:
    """The contact reason that a decision is about; one that names none is about the main reason, if there is one."""
    if decision.contact_reason is None:
        return event.contact_reason
    reasons = (event.contact_reason, *event.secondary_reasons)
    return next((reason for reason in reasons if reason and reason.code == decision.contact_reason), None)


def mood_of(sentiment: Sentiment, *, negative: float, positive: float) -> Mood:
    """Negative if the customer was upset at either end; positive if they left so."""
    if min(sentiment.start, sentiment.end) <= negative:
        return "negative"
    return "positive" if sentiment.end >= positive else "neutral"


def case_of(event: TicketOpened, decision: Decision, mood: Mood) -> Case:
    """The case of one decision."""
    reason = reason_of(event, decision)
    return Case(
        outcome=event.outcome,
        verdict=decision.verdict,
        code=reason.code if reason else decision.contact_reason,
        path=reason.path if reason else "",
        action=decision.action.name if decision.action else None,
        mood=mood,
        status=event.ticket.status,
        proved=event.contact.verified.verified or not (reason and reason.identity_required),
    )
