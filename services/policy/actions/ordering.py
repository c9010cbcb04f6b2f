"""What is ordered of a machine: computed from the case as it was decided, and frozen before anything is done."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from callcenter.errors import Permanent
from callcenter.events import Action, ActionOrder, Change, Decision, Policy
from services.policy.accounts.shape import Shape
from services.policy.actions.places import pattern
from services.policy.carry_out import CarryOut, Setting
from services.policy.case import Case, about
from services.policy.expressions import LacksFact
from services.policy.facts import for_record, for_rules, in_cents, value_at
from services.policy.rulebook import Rulebook, Ruling
from services.policy.under_way import thing
from services.policy.wording import filled

KEYS = UUID("2f6a3f0e-6a52-5f0c-8a65-0b1df7a5c001")
"""Namespace of the keys of orders (RFC 9562, version 5)."""


class Desired(NamedTuple):
    """One decision that a machine may carry out: of which case, and what the business says of its action."""

    case: Case
    decision: Decision
    action: Action
    told: CarryOut
    book: Rulebook

    @property
    def ruling(self) -> Ruling:
        """The rule that decided it."""
        return next(one for one in self.book.rulings if one.rule.id == self.decision.rule_id)

    @property
    def facts(self) -> dict[str, Any]:
        """All facts, with the amount where there is one."""
        return self.case.facts | ({} if self.action.amount is None else {"amount": self.action.amount})


def ordered(case: Case, policy: Policy, book: Rulebook, shape: Shape) -> tuple[Policy, tuple[ActionOrder, ...]]:
    """The orders, and the decisions with a note where one cannot be ordered and is left to the team."""
    decisions, orders = list(policy.decisions), []
    for place, wanted in _desired(case, policy, book):
        try:
            orders.append(_order(wanted, place, shape))
        except (LacksFact, Permanent) as why:
            note = f"{wanted.decision.reason_internal} Left to the team, as a machine cannot do it: {why}"
            decisions[place] = wanted.decision.model_copy(update={"reason_internal": f"{note.rstrip('.')}."})
    return policy.model_copy(update={"decisions": tuple(decisions)}), tuple(orders)


def _desired(case: Case, policy: Policy, book: Rulebook) -> Iterator[tuple[int, Desired]]:
    """What a machine may do of what was decided now, with its place among the decisions."""
    for place, (reason, decision) in enumerate(zip(case.event.reasons, policy.decisions, strict=False)):
        action = decision.action
        told = book.carry_out.get(action.name) if action else None
        new = place >= len(case.event.settled)
        if action and told and new and told.takes(decision) and case.proof.verified:
            yield place, Desired(about(case, reason, book), decision, action, told, book)


def _order(wanted: Desired, place: int, shape: Shape) -> ActionOrder:
    case, action, ruling = wanted.case, wanted.action, wanted.ruling
    named = thing(case, ruling, wanted.book)
    return ActionOrder(
        key=_key(case, place, action, named),
        decision=place,
        business=case.event.request.business,
        interaction_id=case.event.interaction_id,
        customer_id=str(case.contact.customer_id),
        action=action,
        about=named,
        changes=tuple(_changes(wanted, shape)),
        done=filled(ruling.rule.done or wanted.told.done, wanted.facts, case.say),
        failed=filled(wanted.told.failed, wanted.facts, case.say),
    )


def _key(case: Case, place: int, action: Action, named: dict[str, str]) -> str:
    """Of this decision of this contact, this action and this thing alone."""
    parts = [case.event.interaction_id, place, action.model_dump(mode="json"), sorted(named.items())]
    return str(uuid5(KEYS, json.dumps(parts)))


def _changes(wanted: Desired, shape: Shape) -> Iterator[Change]:
    """Raises LacksFact where an expression has no value, and Permanent where no account has such a one."""
    case, book = wanted.case, wanted.book
    values = {"now": case.event.occurred_at, "today": case.today.isoformat(), **for_rules(wanted.facts)}
    scope = book.setting.scope(values, case.today)
    for setting in book.settings[wanted.action.name]:
        change = _change(case, setting, in_cents(setting.to.value(scope)), book)
        shape.fact(pattern(change), change.to)
        yield change


def _change(case: Case, setting: Setting, to: Any, book: Rulebook) -> Change:
    entry, subject = case.facts.get(setting.subject), book.subjects.get(setting.subject)
    if entry is None:
        raise LacksFact(f"{setting.subject} is not known", setting.subject)
    values = {"place": setting.place, "was": for_record(value_at(entry, setting.place)), "to": for_record(to)}
    if subject is None:
        return Change(**values)
    return Change(
        among=subject.among.removeprefix("customer."), key=subject.key, entry=str(entry[subject.key]), **values
    )
