"""Ordered rules: the first that applies decides, and each look is recorded."""

import pytest

from callcenter.events import Act, Dialogue, MissingFact
from tests.unit.policy.conftest import DANA, TOM, held, proof_of


async def test_every_rule_that_was_looked_at_is_recorded_with_what_it_read(decide):
    decision = await decide("refund_request", order_id="47105", **proof_of("C-1002"))

    assert decision.verdict == "deny"
    results = {check.rule_id: check.result for check in decision.checks}
    assert results["account.security_review"] == "not_applicable"
    assert results["refund.final_sale"] == "not_applicable"
    assert list(results)[-1] == "refund.too_late"
    assert results["refund.too_late"] == "applied"
    assert "refund.window" not in results
    assert decision.checks[-1].facts["days_since_delivery"] == 52
    assert decision.checks[-1].facts["refund_window"] == 30


async def test_gold_customers_have_twice_the_time(decide):
    decision = await decide("refund_request", order_id="47418", **proof_of("C-1003"))
    assert (decision.verdict, decision.facts["refund_window"]) == ("allow", 60)


async def test_a_rule_whose_facts_are_lacking_is_passed_over_and_says_which(decide):
    decision = await decide("damaged_item", order_id="48302", **proof_of("C-1024"))  # cancelled, never delivered

    lacking = {check.rule_id: check.note for check in decision.checks if check.result == "lacks_facts"}
    assert "days_since_delivery" in lacking["damaged.warranty"]
    assert (decision.verdict, decision.rule_id) == ("needs_review", None)
    assert decision.reason_internal.startswith("no_rule: ")


async def test_only_what_is_left_is_refunded(decide):
    decision = await decide("refund_request", order_id="48090", **proof_of("C-1022"))
    assert str(decision.action.amount) == "210.00"


async def test_one_charge_of_two_is_refunded(decide):
    decision = await decide("double_charge", order_id="48260", **TOM)
    assert (decision.rule_id, str(decision.action.amount)) == ("double_charge.found", "84.50")


async def test_one_charge_is_refused_with_the_facts(decide):
    decision = await decide("double_charge", order_id="48275", **proof_of("C-1005"))
    assert decision.rule_id == "double_charge.not_found"
    assert decision.facts["times_charged"] == 1
    assert "$39.00" in decision.reason_customer


async def test_what_a_rule_needs_is_asked_for_in_words(decide):
    decision = await decide("delivery_address", order_id="48399", **proof_of("C-1007"))
    assert (decision.verdict, decision.missing) == ("needs_info", ("new_address",))
    assert "the full new address" in decision.reason_customer


async def test_who_could_not_tell_what_a_rule_needs_gets_a_person_and_no_further_question(worker):
    event = held("delivery_address", order_id="48399", **proof_of("C-1007"))
    asked = MissingFact(name="new_address", why="the customer does not have it")
    decision = (await worker.decide(event.model_copy(update={"missing": (asked,)}))).policy.decisions[0]
    assert (decision.verdict, decision.action, decision.missing) == ("needs_review", None, ())
    assert "without the full new address" in decision.reason_customer
    assert "could not tell: the full new address" in decision.reason_internal


async def test_a_person_who_is_given_for_want_of_a_fact_is_told_so(worker):
    """No rule is looked at, as nothing was read back: not even one that could do without it."""
    event = held("account_access", **proof_of("C-1007"))
    missing = (MissingFact(name="order_id", why="the customer does not have it"),)
    stuck = Dialogue(acts=(Act(kind="hand_over", slot="order_id"),))
    decision = (await worker.decide(event.model_copy(update={"missing": missing, "dialogue": stuck}))).policy.decisions[
        0
    ]
    assert (decision.verdict, decision.contact_reason) == ("needs_review", "account_access")
    assert (decision.action, decision.checks) == (None, ())
    assert "could not tell: the order number" in decision.reason_internal


async def test_the_order_of_somebody_else_is_not_found(decide):
    decision = await decide("order_cancel", order_id="48399", **DANA)
    assert (decision.verdict, decision.rule_id, decision.missing) == ("needs_info", None, ("order_id",))
    assert "can't find order 48399 in your account" in decision.reason_customer
    assert decision.facts == {}


@pytest.mark.parametrize("outcome", ["unclear", "human_requested", "abusive", "unsupported_language"])
@pytest.mark.parametrize("code", [None, "refund_request"])
async def test_what_was_not_understood_is_for_a_person(decide, outcome, code):
    decision = await decide(code, outcome=outcome, order_id="48213", **DANA)
    assert (decision.verdict, decision.contact_reason, decision.action) == ("needs_review", code, None)
    assert decision.reason_internal.startswith(f"{outcome}: ")


async def test_information_needs_no_account(decide):
    decision = await decide("store_hours")
    assert (decision.verdict, decision.rule_id) == ("allow", "store_hours.overview")


@pytest.mark.parametrize(
    ("code", "rule"),
    [("WELCOME15", "promo_code.valid"), ("spring20", "promo_code.expired"), ("GOLD20", "promo_code.gold_only")],
)
async def test_promo_codes_are_looked_up_in_a_table_of_the_rules(decide, code, rule):
    assert (await decide("promo_code", promo_code=code, **DANA)).rule_id == rule


async def test_an_unknown_promo_code_is_refused(decide):
    decision = await decide("promo_code", promo_code="FREE100", **DANA)
    assert (decision.verdict, decision.missing) == ("deny", ())
    assert "FREE100" in decision.reason_customer


async def test_a_gold_code_works_for_gold(decide):
    assert (await decide("promo_code", promo_code="GOLD20", **proof_of("C-1003"))).verdict == "allow"


async def test_a_security_review_stops_everything(decide):
    for code in ("refund_request", "order_status", "account_access"):
        decision = await decide(code, order_id="48230", **proof_of("C-1009"))
        assert (decision.verdict, decision.rule_id) == ("needs_review", "account.security_review")


async def test_the_last_order_that_the_customer_names_counts(worker):
    event = held("order_status", order_id="48402", **proof_of("C-1006"))
    corrected = event.entities[0].model_copy(update={"value": "48244"})
    decided = await worker.decide(event.model_copy(update={"entities": (*event.entities, corrected)}))
    assert decided.policy.decisions[0].rule_id == "order_status.shipped"
