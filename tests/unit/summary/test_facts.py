from decimal import Decimal
from typing import Any

import pytest

from callcenter.events import Action, Contact, MissingFact, Verification
from services.summary.facts import amount, facts_of, listed, missing, quote, sentence
from services.summary.wrap_up import ALWAYS, SOMETIMES, WrapUp

from .conftest import NOON, PROFILE, make_decision, make_entity, make_event, make_reason


def facts(sheet: WrapUp, event: Any, no: int = 0) -> dict[str, str]:
    return facts_of(event, event.policy.decisions[no], sheet.words, PROFILE)


def test_every_fact_that_a_template_may_name_is_there(sheet: WrapUp) -> None:
    found = facts(sheet, make_event())
    assert set(found) == {*ALWAYS, *SOMETIMES}
    assert all(found[name] for name in ALWAYS)


def test_what_always_has_a_value_has_one_where_nothing_is_known(sheet: WrapUp) -> None:
    event = make_event(make_decision("needs_review", None), contact_reason=None, outcome="unclear", entities=())
    found = facts(sheet, event)
    assert all(found[name] for name in ALWAYS)
    assert (found["reason"], found["subject"]) == ("Request not understood", "")


def test_due_times_are_local(sheet: WrapUp) -> None:
    assert facts(sheet, make_event())["resolve_by"] == "Tuesday, March 3 at 3:30 PM EST"


@pytest.mark.parametrize(
    ("verified", "required", "said"),
    [
        (Verification(verified=True, method="email+postcode"), True, "identity proved by email address and zip code"),
        (Verification(), True, "identity not proved"),
        (Verification(), False, ""),
    ],
)
def test_identity(sheet: WrapUp, verified: Verification, required: bool, said: str) -> None:
    contact = Contact(number=1, initiated_at=NOON, verified=verified)
    event = make_event(contact=contact, contact_reason=make_reason(identity_required=required))
    assert facts(sheet, event)["identity"] == said


def test_the_subject_is_the_first_entity_that_the_business_lists(sheet: WrapUp) -> None:
    said = (make_entity("email", "a@b.org"), make_entity("product", "lamp"), make_entity("order_id", "47105"))
    assert facts(sheet, make_event(entities=said))["subject"] == "order 47105"
    assert facts(sheet, make_event(entities=said[:2]))["subject"] == "the lamp"


def test_a_further_decision_has_the_subject_only_if_it_speaks_of_it(sheet: WrapUp) -> None:
    other = make_decision("deny", "account_update")
    about_order = make_decision("deny", "order_cancel", facts={"order": {"order_id": "48213"}})
    event = make_event(make_decision(), other, about_order)
    assert [facts(sheet, event, no)["subject"] for no in (1, 2)] == ["", "order 48213"]


def test_further_decisions_are_told(sheet: WrapUp) -> None:
    second = make_reason("order_cancel", "/orders/cancel", title="Cancel an order")
    event = make_event(make_decision(), make_decision("deny", "order_cancel"), secondary_reasons=(second,))
    assert facts(sheet, event)["also"] == "Refunds are allowed for 30 days, and those are over."
    assert facts(sheet, event)["also_short"] == "Cancel an order refused"
    assert facts(sheet, make_event())["also"] == ""


def test_missing_facts_are_named_once() -> None:
    event = make_event(make_decision("needs_info"), missing=(MissingFact(name="order_id", why="unknown"),))
    assert missing(event, event.policy.decisions[0]) == ("order_id",)


def test_a_long_quote_is_cut_between_words() -> None:
    text = "please help with " + "order 48213 " * 20
    assert quote(text).endswith(("order…", "48213…"))
    assert len(quote(text)) <= 141
    assert quote(" two\n lines “quoted” ") == "two lines 'quoted'"


@pytest.mark.parametrize(
    ("value", "shown"), [("129", "129.00 USD"), ("1299.5", "1,299.50 USD"), (None, ""), ("0.05", "0.05 USD")]
)
def test_amount(value: str | None, shown: str) -> None:
    action = Action(name="refund", amount=Decimal(value) if value else None, currency="USD")
    assert amount(make_decision(action=action)) == shown


def test_lists_and_sentences() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert [sentence(text) for text in ("No", "No. ", "Why?", "")] == ["No.", "No.", "Why?", ""]


def of_several(told: str) -> Any:
    """Two decisions on the same reason about two orders, told in the same words."""
    first, second = make_entity("order_id", "48213"), make_entity("order_id", "48244")
    main = make_reason().model_copy(update={"entities": (first,)})
    other = make_reason().model_copy(update={"entities": (second,)})
    decisions = [make_decision("allow", reason_customer=told, about=one.own) for one in (main, other)]
    return make_event(*decisions, contact_reason=main, secondary_reasons=(other,), entities=(first, second))


def test_each_of_several_things_has_its_own_subject_and_answer(sheet: WrapUp) -> None:
    event = of_several("It is done.")
    assert (facts(sheet, event)["subject"], facts(sheet, event, 1)["subject"]) == ("order 48213", "order 48244")
    assert facts(sheet, event)["decision"] == "Order 48213: It is done."
    assert facts(sheet, event)["also"] == "Order 48244: It is done."
    assert "48244" in facts(sheet, event)["also_short"]


def test_one_thing_is_not_named_beside_an_answer(sheet: WrapUp) -> None:
    event = make_event(make_decision("allow", reason_customer="It is done."))
    assert facts(sheet, event)["decision"] == "It is done."
