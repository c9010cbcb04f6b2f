"""What the agent sees before anything is agreed: the things of who proved to own them, and what would be done."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.events import Act, CaseDecided, CaseStated, ConversationHeld, Dialogue, Pending, PolicyDecided
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import CUSTOMERS, VOCABULARY, held, proof_of

ORDERS = sorted(str(order["order_id"]) for customer in CUSTOMERS.values() for order in customer["orders"])
FACTS = ("email", "postcode", "date_of_birth")


def stated(event: ConversationHeld) -> CaseStated:
    """The same, while the agent still talks."""
    state = Dialogue(reasons=event.reasons, entities=event.entities)
    return event.model_copy(update={"dialogue": state}).then(CaseStated, pending=Pending(act=Act(kind="confirm")))


def agreed(looked: CaseDecided) -> ConversationHeld:
    """The end of that conversation, once the customer has said yes."""
    assert looked.dialogue
    state = looked.dialogue.model_copy(update={"standing": looked.standing, "confirmed": True})
    return looked.then(ConversationHeld, dialogue=state)


def owned(customer: dict[str, Any]) -> set[str]:
    """All that names a thing of an account."""
    items = {item["product"] for one in customer["orders"] for item in one["items"]}
    return (
        items | {str(one["order_id"]) for one in customer["orders"]} | {one["code"] for one in customer["gift_cards"]}
    )


people = st.sampled_from(sorted(CUSTOMERS))
claims = st.fixed_dictionaries({fact: st.none() | people for fact in FACTS})


@settings(max_examples=300, deadline=None)
@given(claimed=claims)
async def test_nobody_sees_the_things_of_an_account_that_is_not_proved_to_be_theirs(
    worker: PolicyWorker, claimed: dict[str, str | None]
):
    said = {fact: proof_of(who)[fact] for fact, who in claimed.items() if who and fact in proof_of(who)}
    looked = await worker.look(stated(held("refund_request", **said)))
    things = {thing.value for thing in looked.standing.things}
    if not looked.standing.verified:
        assert things == set()
        return
    owners = [who for who in CUSTOMERS if sum(proof_of(who).get(fact) == value for fact, value in said.items()) >= 2]
    assert any(things == owned(CUSTOMERS[who]) for who in owners)


@settings(max_examples=300, deadline=None)
@given(who=people, code=st.sampled_from(sorted(VOCABULARY)), order=st.sampled_from(ORDERS))
async def test_what_is_read_back_is_what_is_done(worker: PolicyWorker, who: str, code: str, order: str):
    looked = await worker.look(stated(held(code, order_id=order, **proof_of(who))))
    decided = await worker.decide(agreed(looked))
    if isinstance(decided, PolicyDecided):
        assert [one.action for one in decided.policy.decisions] == [one.action for one in looked.standing.proposals]
        assert [one.verdict for one in decided.policy.decisions] == [one.verdict for one in looked.standing.proposals]


async def test_a_thing_is_shown_as_the_business_says_it(worker: PolicyWorker):
    looked = await worker.look(stated(held("refund_request", order_id="48213", **proof_of("C-1001"))))
    thing = looked.standing.named("order_id", "48213")
    assert thing is not None
    assert thing.label.startswith("order 48213 (Espresso machine, ")
    assert {"Espresso machine", "129.00"} <= {*thing.known}


async def test_an_action_is_read_back_in_the_words_of_the_business(worker: PolicyWorker):
    looked = await worker.look(stated(held("order_cancel", order_id="48402", **proof_of("C-1006"))))
    (proposal,) = looked.standing.proposals
    assert proposal.action is not None
    assert proposal.words == "cancel order 48402 and return $24.00"


async def test_a_look_agrees_to_nothing(worker: PolicyWorker):
    agreements = worker.memory_of("retail").agreements
    before = await agreements.of("retail:C-1006")
    event = stated(held("order_cancel", order_id="48402", **proof_of("C-1006")))
    first, again = await worker.look(event), await worker.look(event)
    assert first == again
    assert await agreements.of("retail:C-1006") == before


@pytest.mark.parametrize("change", [{"name": "refund"}, {"amount": "1.00"}])
async def test_what_differs_from_the_read_back_is_not_done(worker: PolicyWorker, change: dict[str, str]):
    looked = await worker.look(stated(held("order_cancel", order_id="48402", **proof_of("C-1006"))))
    (proposal,) = looked.standing.proposals
    assert proposal.action
    other = proposal.model_copy(update={"action": proposal.action.model_copy(update=change)})
    event = agreed(looked.model_copy(update={"standing": looked.standing.model_copy(update={"proposals": (other,)})}))
    (decision,) = (await worker.decide(event)).policy.decisions
    assert (decision.verdict, decision.action) == ("needs_review", None)
    assert "changed" in decision.reason_internal
