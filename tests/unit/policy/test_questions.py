"""What is lacking goes back to the customer once, where they could know it."""

from callcenter.events import Dialogue, InformationNeeded, MissingFact, PolicyDecided
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import DANA, held


async def test_an_order_that_cannot_be_found_is_asked_for_again(worker: PolicyWorker):
    event = held("refund_request", order_id="99999", **DANA).model_copy(update={"dialogue": Dialogue()})
    asked = await worker.decide(event)
    assert isinstance(asked, InformationNeeded)
    assert asked.question.slot == "order_id"
    assert "99999" in asked.question.text


async def test_it_is_asked_for_once(worker: PolicyWorker):
    event = held("refund_request", order_id="99999", **DANA).model_copy(update={"dialogue": Dialogue(returned=1)})
    decided = await worker.decide(event)
    assert isinstance(decided, PolicyDecided)
    assert decided.policy.verdict == "needs_info"


async def test_what_the_customer_does_not_have_is_not_asked_for_again(worker: PolicyWorker):
    lacking = MissingFact(name="order_id", why="the customer does not have it")
    event = held("refund_request", **DANA).model_copy(update={"dialogue": Dialogue(), "missing": (lacking,)})
    assert isinstance(await worker.decide(event), PolicyDecided)


async def test_what_was_never_asked_for_is(worker: PolicyWorker):
    event = held("refund_request", **DANA).model_copy(update={"dialogue": Dialogue()})
    asked = await worker.decide(event)
    assert isinstance(asked, InformationNeeded)
    assert asked.question.slot == "order_id"


async def test_a_clear_decision_asks_nothing(worker: PolicyWorker):
    event = held("refund_request", order_id="48213", **DANA).model_copy(update={"dialogue": Dialogue()})
    assert isinstance(await worker.decide(event), PolicyDecided)
