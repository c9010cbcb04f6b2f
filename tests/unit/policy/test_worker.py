"""One event in, the same dossier with decisions out."""

from datetime import timedelta

import pytest

from callcenter.errors import Permanent
from callcenter.events import (
    ActionsAgreed,
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    ConversationHeld,
    InformationNeeded,
    InteractionCompleted,
    PolicyDecided,
)
from tests.unit.policy.conftest import DANA, MONDAY_NOON, held


async def test_a_refund_in_time_is_allowed_and_says_why(published):
    event = await published("refund_request", order_id="48213", **DANA)

    (decision,) = event.policy.decisions
    assert (event.policy.verdict, decision.verdict, decision.rule_id) == ("allow", "allow", "refund.window")
    assert (decision.action.name, str(decision.action.amount), decision.action.currency) == ("refund", "129.00", "USD")
    assert "$129.00" in decision.reason_customer
    assert "Visa ending 4242" in decision.reason_customer
    assert decision.reason_internal == "Delivered 15 days ago; limit 30. $0.00 of $129.00 refunded so far."
    assert decision.facts["days_since_delivery"] == 15
    assert decision.facts["order.total"] == "129.00"


async def test_the_dossier_is_kept_and_the_contact_is_verified(worker):
    before = held("refund_request", order_id="48213", **DANA)
    after = await worker.decide(before)

    assert after.rev == before.rev + 1
    assert after.causation_id == before.event_id
    assert after.entities == before.entities
    assert after.contact.customer_id == "C-1001"
    assert after.contact.verified.verified
    assert after.contact.verified.method == "email+postcode+date_of_birth"


async def test_a_claimed_account_that_is_not_proved_leaves_the_contact_as_it_was(published):
    event = await published("refund_request", order_id="48213", email=DANA["email"])
    assert event.contact.customer_id is None
    assert not event.contact.verified.verified


async def test_every_reason_gets_its_decision_and_the_main_one_gives_the_verdict(published):
    event = await published("refund_request", "store_hours", "order_cancel", order_id="48213", **DANA)
    assert [(d.contact_reason, d.verdict) for d in event.policy.decisions] == [
        ("refund_request", "allow"),
        ("store_hours", "allow"),
        ("order_cancel", "deny"),
    ]
    assert event.policy.verdict == "allow"


async def test_time_is_the_time_of_the_event(worker):
    event = held("store_hours", promo_code="SAVE10")
    assert (await worker.decide(event)).encoded() == (await worker.decide(event)).encoded()

    wording = [
        (await worker.decide(held("order_status", order_id="48213", at=at, **DANA))).policy.decisions[0].reason_customer
        for at in (MONDAY_NOON, MONDAY_NOON + timedelta(days=1))
    ]
    assert "delivered on February 15" in wording[0]
    assert "delivered on February 16" in wording[1]


async def test_an_unknown_business_is_a_permanent_failure(worker):
    with pytest.raises(Permanent, match="no business 'bakery'; known are"):
        await worker.decide(held(business="bakery"))


def test_the_signature_is_the_subscription(worker):
    assert {s.consumes: s.publishes for s in worker.subscriptions.values()} == {
        CaseStated: (CaseDecided,),
        CaseAgreed: (CaseSettled, ActionsAgreed, InformationNeeded),
        ConversationHeld: (PolicyDecided, ActionsAgreed, InformationNeeded),
        ActionsAgreed: (PolicyDecided, CaseSettled),
        InteractionCompleted: (),
    }
