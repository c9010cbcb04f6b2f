"""Carries the orders of a contact out, and writes into its decisions what came of each."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callcenter.errors import Permanent, Transient, Unavailable
from callcenter.events import ActionOrder, ActionsAgreed, CarriedOut, Decision, Policy
from callcenter.storage.audit import Act
from services.policy.accounts.shape import Shape
from services.policy.actions import Actions, ByPeople, Done, NotDone
from services.policy.actions.ordering import ordered
from services.policy.case import Case
from services.policy.rulebook import Rulebook
from services.policy.settings import PATIENCE

ASSISTANT = "assistant"
"""Who does what a machine carries out, as the audit log names it."""


def acts(event: ActionsAgreed, policy: Policy) -> Iterator[Act]:
    """What was ordered and came of it, as the audit log tells it: the same act however often it is told."""
    for order in event.orders:
        decision = policy.decisions[order.decision]
        if told := decision.carried_out:
            what, rule = f"action.{told.state}", decision.rule_id
            amount = str(order.action.amount) if order.action.amount is not None else None
            facts = {"action": order.action.name, "amount": amount, "rule": rule, "reference": told.reference}
            named = f"{what} {order.key}"
            yield Act(named, told.at, ASSISTANT, what, event.interaction_id, order.business, told.by, facts)


class Machine:
    """Carries out the actions of one business; `patience` in seconds, for one that cannot be reached."""

    def __init__(self, actions: Actions | None = None, shape: Shape | None = None, patience: float = PATIENCE) -> None:
        self.actions: Actions = actions or ByPeople()
        self.shape, self.patience = shape or Shape(()), timedelta(seconds=patience)

    def ordered(self, case: Case, policy: Policy, book: Rulebook) -> tuple[Policy, tuple[ActionOrder, ...]]:
        """What is ordered of it, with the decisions as they go on."""
        noted, orders = ordered(case, policy, book, self.shape)
        return noted, tuple(order for order in orders if self.actions.takes(order))

    async def carry_out(self, event: ActionsAgreed, now: datetime) -> Policy:
        """The decisions with what was done; raises Transient while trying again may help, and is soon enough."""
        last = now - event.occurred_at > self.patience
        decisions = list(event.agreed.decisions)
        for order in event.orders:
            result = await self._result(order, now, last=last)
            decisions[order.decision] = self._told(decisions[order.decision], order, result, now)
        return event.agreed.model_copy(update={"decisions": tuple(decisions)})

    async def _result(self, order: ActionOrder, now: datetime, *, last: bool) -> Done | NotDone:
        try:
            return await self.actions.carry_out(order, now)
        except Unavailable as away:
            if not last:
                raise Transient(f"{order.action.name} cannot be carried out yet: {away}") from None
            told = f"it could not be reached and may have been done; look there for key {order.key} ({away})"
            return NotDone(told)
        except Permanent as refusal:
            return NotDone(str(refusal))

    def _told(self, decision: Decision, order: ActionOrder, result: Done | NotDone, now: datetime) -> Decision:
        by, internal = self.actions.name, decision.reason_internal
        if isinstance(result, Done):
            told = CarriedOut(state="done", at=result.at, by=by, key=order.key, reference=result.reference)
            named = f" ({result.reference})" if result.reference else ""
            said = {"reason_customer": order.done, "reason_internal": f"{internal} Done by {by}{named}."}
        else:
            told = CarriedOut(state="not_done", at=now, by=by, key=order.key, reason=result.reason)
            reason = f"{internal} Not done by {by}: {result.reason.rstrip('.')}."
            said = {"reason_customer": f"{decision.reason_customer} {order.failed}", "reason_internal": reason}
        return decision.model_copy(update={**said, "carried_out": told})
