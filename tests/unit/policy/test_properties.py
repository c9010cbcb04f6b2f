"""What holds for every customer, order, reason and statement."""

import string
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.policy.conftest import CUSTOMERS, VOCABULARY, held, proof_of

ORDERS = {order["order_id"]: order for customer in CUSTOMERS.values() for order in customer["orders"]}
PROTECTED = [code for code, entry in VOCABULARY.items() if entry.get("identity")]
FACTS = ("email", "postcode", "date_of_birth")

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
customers = st.sampled_from(sorted(CUSTOMERS))
one_right = st.tuples(customers, st.sampled_from(FACTS)).map(
    lambda drawn: {fact: value for fact, value in proof_of(drawn[0]).items() if fact == drawn[1]}
)
wrong = st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, st.just("something else")))
slots = st.fixed_dictionaries(
    {},
    optional={
        "order_id": st.sampled_from(sorted(ORDERS)) | st.from_regex(r"[0-9]{5}", fullmatch=True),
        "product": st.text(string.ascii_letters, min_size=1, max_size=20),
        "new_address": st.text(string.ascii_letters, min_size=1, max_size=20),
        "gift_card_code": st.sampled_from(["GC-4T9X-22BP", "GC-0000-0000"]),
        "promo_code": st.sampled_from(["SAVE10", "NOPE1"]),
        "phone": st.sampled_from(["+1 555 010 1001", "12345"]),
    },
)


unproved = st.tuples(slots, wrong, one_right).map(lambda drawn: {**drawn[0], **drawn[1], **drawn[2]})


@many
@given(st.sampled_from(PROTECTED), st.none() | customers, unproved)
async def test_who_is_not_proved_is_never_allowed_anything_protected(worker, code, claimed, said):
    event = held(code, customer_id=claimed, **said)
    decided = await worker.decide(event)
    assert not decided.contact.verified.verified
    assert decided.policy.verdict != "allow"
    assert decided.policy.decisions[0].action is None
    assert decided.policy.decisions[0].facts == {}


@many
@given(st.sampled_from(sorted(VOCABULARY)), customers, slots)
async def test_no_more_is_paid_back_than_was_paid(worker, code, customer_id, said):
    decided = await worker.decide(held(code, **{**said, **proof_of(customer_id)}))
    for decision in decided.policy.decisions:
        if decision.action and decision.action.name in ("refund", "refund_charge", "cancel_order"):
            order = ORDERS[said["order_id"]]
            paid = sum(Decimal(charge["amount"]) for charge in order["charges"])
            assert Decimal(0) < decision.action.amount <= paid - Decimal(order["refunded"])


@many
@given(st.sampled_from(sorted(VOCABULARY)), customers, slots)
async def test_the_same_event_gives_the_same_decision_from_its_own_order_only(worker, code, customer_id, said):
    event = held(code, **{**said, **proof_of(customer_id)})
    decided = await worker.decide(event)
    assert decided.encoded() == (await worker.decide(event)).encoded()
    own = {order["order_id"] for order in CUSTOMERS[customer_id]["orders"]}
    spoken = {d.facts["order.order_id"] for d in decided.policy.decisions if "order.order_id" in d.facts}
    assert spoken <= own
    assert all("{" not in d.reason_customer + d.reason_internal for d in decided.policy.decisions)
