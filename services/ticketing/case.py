"""One decision of a contact, seen the way the routes of a business ask about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from callcenter.events import ContactReason, Decision, Outcome, PolicyDecided, Verdict

Status = Literal["new", "open", "pending", "resolved"]


@dataclass(frozen=True)
class Case:
    """How the conversation ended, and what was decided about which reason, with which action (`none` for no action)."""

    outcome: Outcome
    verdict: Verdict
    code: str | None
    path: str
    action: str
    ruled: bool

    def is_about(self, reason: str) -> bool:
        """Whether the reason is this code, or a subtree (`/payments`) that the reason lies in."""
        if reason.startswith("/"):
            return f"{self.path}/".startswith(f"{reason.rstrip('/')}/")
        return self.code == reason


def cases(event: PolicyDecided) -> Iterator[Case]:
    """One case for each decision, that of the main reason first; without any decision, the verdict alone."""
    decided = sorted(event.policy.decisions, key=lambda decision: decision.contact_reason != main_code(event))
    for decision in decided:
        yield _case(event, decision)
    if not decided:
        reason = event.contact_reason
        path = reason.path if reason else ""
        yield Case(event.outcome, event.policy.verdict, main_code(event), path, "none", ruled=False)


def main_code(event: PolicyDecided) -> str | None:
    """The code of the main reason, where there is one."""
    return event.contact_reason.code if event.contact_reason else None


def main_decision(event: PolicyDecided) -> Decision | None:
    """The decision about the main reason; the first one where none names it."""
    code = main_code(event)
    decisions = event.policy.decisions
    return next((d for d in decisions if d.contact_reason == code), decisions[0] if decisions else None)


def _case(event: PolicyDecided, decision: Decision) -> Case:
    reasons: tuple[ContactReason | None, ...] = (event.contact_reason, *event.secondary_reasons)
    path = next((r.path for r in reasons if r and r.code == decision.contact_reason), "")
    action = decision.action.name if decision.action else "none"
    ruled = decision.rule_id is not None
    return Case(event.outcome, decision.verdict, decision.contact_reason, path, action, ruled)
