"""Who has to act on what: the decisions of a contact, shared out among the teams of its business."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from callcenter.conditions import Case, case_of, main_first, reason_of
from callcenter.events import ContactReason, Decision, Outcome, PolicyDecided
from services.ticketing.case import cases
from services.ticketing.desks import Desks, first


@dataclass(frozen=True)
class Share:
    """What one team has before it of a contact: its decisions, the leading one first; none if nothing was decided."""

    event: PolicyDecided
    queue: str
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """One for each decision; of a contact without any, its verdict alone."""
        mine = tuple(case_of(self.event, one) for one in self.decisions)
        return mine or tuple(cases(self.event))

    @property
    def leading(self) -> Decision | None:
        """The decision that the ticket is named after."""
        return next(iter(self.decisions), None)

    @property
    def outcome(self) -> Outcome:
        """How the conversation about it ended."""
        return self.cases[0].outcome

    @property
    def reason(self) -> ContactReason | None:
        """What the customer wants of this team first."""
        return reason_of(self.event, self.leading) if self.leading else self.event.contact_reason

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all that they want of it."""
        return tuple(dict.fromkeys(case.code for case in self.cases if case.code))

    @property
    def places(self) -> tuple[int, ...]:
        """Where its decisions stand in the policy."""
        return tuple(at for at, one in enumerate(self.event.policy.decisions) if one in self.decisions)


def shares(event: PolicyDecided, desks: Desks) -> Iterator[Share]:
    """The share of the main reason's team, then one for each further team that has to act.

    What nobody has to act on, since it was answered, refused or carried out, is told in the first one.
    """
    decided = main_first(event)
    lead = _queue(event, desks, next(iter(decided), None))
    dealt: dict[str, list[Decision]] = {lead: []}
    for decision in decided:
        queue = lead if _over(event, desks, decision) else _queue(event, desks, decision)
        dealt.setdefault(queue, []).append(decision)
    yield from (Share(event, queue, tuple(decisions)) for queue, decisions in dealt.items())


def _over(event: PolicyDecided, desks: Desks, decision: Decision) -> bool:
    """Whether nobody has to look at it: not even at who was refused since they guessed."""
    return not decision.escalation and first(desks.statuses, case_of(event, decision)) == "resolved"


def _queue(event: PolicyDecided, desks: Desks, decision: Decision | None) -> str:
    """By the routes of the business, else by the reason; a queue that does not exist becomes the default one."""
    case = case_of(event, decision) if decision else next(cases(event))
    reason = reason_of(event, decision) if decision else event.contact_reason
    wanted = first(desks.routing, case) or (reason and reason.queue)
    return wanted if wanted in desks.queues else desks.default_queue
