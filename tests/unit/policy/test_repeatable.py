"""What may be done as often as it is asked for is done once for one wish, and again for who asks again."""

from typing import Any

from callcenter.events import (
    Act,
    CaseAgreed,
    CaseSettled,
    ContactReason,
    ConversationHeld,
    Decision,
    Dialogue,
    Evidence,
    Pending,
    PolicyDecided,
    Settled,
)
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import held, proof_of, reason

CUSTOMER, ORDER = "C-1001", "48213"


def asked(*reasons: ContactReason) -> ConversationHeld:
    """These requests of one customer about one order."""
    event = held(reasons[0].code, **proof_of(CUSTOMER), order_id=ORDER)
    return event.model_copy(update={"contact_reason": reasons[0], "secondary_reasons": reasons[1:]})


def said_in(turn: int, code: str) -> ContactReason:
    """A request that is made in a turn of the conversation."""
    return reason(code).model_copy(update={"evidence": (Evidence(turn=turn, start=0, end=5),)})


def going_on(event: ConversationHeld, *before: Settled) -> CaseAgreed:
    reasons = (*(one.reason for one in before), *event.reasons)
    dialogue = Dialogue(reasons=event.reasons, entities=event.entities, settled=before)
    told: dict[str, Any] = {"contact_reason": reasons[0], "secondary_reasons": reasons[1:], "dialogue": dialogue}
    agreed: CaseAgreed = event.model_copy(update=told).then(CaseAgreed, pending=Pending(act=Act(kind="wait")))
    return agreed


async def settled(worker: PolicyWorker, one: ContactReason, *before: Settled) -> Decision:
    step = await worker.settle(going_on(asked(one), *before))
    assert isinstance(step, CaseSettled)
    (decision,) = step.decisions
    return decision


def acts(decision: Decision) -> str | None:
    return decision.action and decision.action.name


async def invoice(worker: PolicyWorker) -> Settled:
    """The first request, made in turn 0, and told after turn 5."""
    first = said_in(0, "invoice_copy")
    decision = await settled(worker, first)
    assert acts(decision) == "send_invoice"
    return Settled(reason=first, decision=decision, upto=6)


async def test_one_wish_that_is_settled_is_not_done_again(worker: PolicyWorker):
    again = await settled(worker, said_in(0, "invoice_copy"), await invoice(worker))
    assert (acts(again), again.verdict) == (None, "allow")
    assert "under_way" in again.facts


async def test_who_asks_again_once_it_was_told_gets_it_again(worker: PolicyWorker):
    assert acts(await settled(worker, said_in(7, "invoice_copy"), await invoice(worker))) == "send_invoice"


async def test_the_same_for_another_thing_is_another_wish(worker: PolicyWorker):
    before = await invoice(worker)
    other = before.decision.model_copy(update={"about": {**before.decision.about, "order_id": "10000"}})
    again = await settled(worker, said_in(0, "invoice_copy"), before.model_copy(update={"decision": other}))
    assert acts(again) == "send_invoice"


async def test_two_reasons_that_lead_to_the_same_set_it_in_motion_once(worker: PolicyWorker):
    first = said_in(0, "invoice_copy")
    decided = await worker.decide(asked(first, first.model_copy(update={"confidence": 0.5})))
    assert isinstance(decided, PolicyDecided)
    assert [acts(one) for one in decided.policy.decisions] == ["send_invoice", None]


async def test_other_contacts_need_not_know_of_it(worker: PolicyWorker):
    fresh = PolicyWorker(worker.desks)
    first = await fresh.decide(asked(said_in(0, "invoice_copy")))
    assert isinstance(first, PolicyDecided)
    other = asked(said_in(0, "invoice_copy")).model_copy(update={"interaction_id": "another"})
    second = await fresh.decide(other)
    assert isinstance(second, PolicyDecided)
    assert acts(second.policy.decisions[0]) == "send_invoice"
