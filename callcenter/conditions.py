"""Conditions as business files write them, and the case that they are asked about: one decision of a contact."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from callcenter.business import Sheet
from callcenter.events import ContactReason, Decision, Outcome, PolicyDecided, Ticket, TicketOpened, Verdict


def covers(named: str, code: str | None, path: str) -> bool:
    """Whether a reason is the one named: by its code, or by a subtree (`/payments`) that its path lies in."""
    if named.startswith("/"):
        return f"{path}/".startswith(f"{named.rstrip('/')}/")
    return code == named


Work = Literal["done", "not_done", "team"]
"""What became of an action: a machine did it, or was to and could not, or a team carries it out."""


@dataclass(frozen=True)
class Case:
    """How the conversation ended, and what was decided about which reason; `ruled` is whether a rule applied.

    `carried_out` is None where there is nothing to carry out.
    """

    outcome: Outcome
    verdict: Verdict
    code: str | None = None
    path: str = ""
    action: str | None = None
    ruled: bool = True
    carried_out: Work | None = None

    def is_about(self, named: str) -> bool:
        """Whether the reason is this code, or lies in this subtree."""
        return covers(named, self.code, self.path)

    def acts_by(self, action: str) -> bool:
        """Whether this is the action; `none` stands for no action, `some` for any."""
        return {"none": self.action is None, "some": self.action is not None}.get(action, self.action == action)


C = TypeVar("C", bound=Case)


class Condition(Sheet, Generic[C]):
    """When something applies: all that is written must fit; what is left out fits always.

    `reasons` are codes, or subtrees like `/payments`; the action `none` stands for no action, `some` for any;
    `ruled: false` means that no rule applied; `carried_out` is what became of the action: `done` by a machine,
    `not_done` though it was to, or left to a `team`. A desk that knows more of a contact adds conditions of its own.
    """

    outcomes: tuple[Outcome, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    reasons: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    ruled: bool | None = None
    carried_out: tuple[Work, ...] = ()

    def fits(self, case: C) -> bool:
        """Whether every condition holds for the case."""
        return (
            (not self.outcomes or case.outcome in self.outcomes)
            and (not self.verdicts or case.verdict in self.verdicts)
            and (not self.reasons or any(case.is_about(reason) for reason in self.reasons))
            and (not self.actions or any(case.acts_by(action) for action in self.actions))
            and self.ruled in (None, case.ruled)
            and (not self.carried_out or case.carried_out in self.carried_out)
        )

    @property
    def unconditional(self) -> bool:
        """Whether it fits everything."""
        named = self.outcomes or self.verdicts or self.reasons or self.actions or self.carried_out
        return not named and self.ruled is None


def reason_of(event: PolicyDecided, decision: Decision) -> ContactReason | None:
    """The contact reason that a decision is about; one that names none is about the main reason, if there is one."""
    settled = next((one.reason for one in event.settled if one.decision == decision), None)
    if settled or decision.contact_reason is None:
        return settled or event.contact_reason
    same = [reason for reason in event.reasons if reason.code == decision.contact_reason]
    return next((reason for reason in same if reason.own == decision.about), same[0] if same else None)


def case_of(event: PolicyDecided, decision: Decision) -> Case:
    """The case of one decision."""
    reason, settled = reason_of(event, decision), any(one.decision == decision for one in event.settled)
    return Case(
        outcome="understood" if settled else event.outcome,
        verdict=decision.verdict,
        code=reason.code if reason else decision.contact_reason,
        path=reason.path if reason else "",
        action=decision.action.name if decision.action else None,
        ruled=decision.rule_id is not None,
        carried_out=work_of(decision),
    )


def work_of(decision: Decision) -> Work | None:
    """What became of the action of a decision."""
    if decision.carried_out:
        return decision.carried_out.state
    return "team" if decision.action else None


def main_first(event: PolicyDecided) -> tuple[Decision, ...]:
    """All decisions, that of the main reason first."""
    code = event.contact_reason.code if event.contact_reason else None
    return tuple(sorted(event.policy.decisions, key=lambda decision: decision.contact_reason != code))


def tickets_of(event: TicketOpened) -> tuple[Ticket, ...]:
    """All tickets of a contact, the main one first."""
    return event.tickets or (event.ticket,)


def ticket_of(event: TicketOpened, decision: Decision) -> Ticket:
    """The ticket of the team that has the decision before it."""
    place = event.policy.decisions.index(decision)
    return next((ticket for ticket in tickets_of(event) if place in ticket.decisions), event.ticket)
