"""What was settled while the contact went on is not asked about again once nothing is open."""

from callcenter.events import Decision, Dialogue, PolicyDecided, Settled
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import held, reason


async def test_who_leaves_when_a_settled_request_lacked_a_fact_is_asked_nothing(worker: PolicyWorker):
    lacked = Decision(
        contact_reason="refund_request",
        verdict="needs_info",
        rule_id=None,
        reason_customer="Please send us the order number.",
        reason_internal="It was not said.",
        missing=("order_id",),
    )
    settled = Settled(reason=reason("refund_request"), decision=lacked, upto=1)
    event = held("refund_request").model_copy(update={"dialogue": Dialogue(settled=(settled,))})
    decided = await worker.decide(event)
    assert isinstance(decided, PolicyDecided)
    assert decided.policy.decisions == (lacked,)
