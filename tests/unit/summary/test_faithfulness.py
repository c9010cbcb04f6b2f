import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.errors import Permanent
from callcenter.events import Action, MissingFact
from services.summary.composer import Composer
from services.summary.faithfulness import Faithfulness, normal
from services.summary.wrap_up import WrapUp

from .conftest import PROFILE, make_decision, make_event, make_reason


@pytest.fixture(scope="module")
def faithfulness(sheet: WrapUp) -> Faithfulness:
    return Faithfulness(sheet.words, PROFILE)


@pytest.mark.parametrize(
    "text",
    [
        "Order 48213, 129.00 USD, ticket RET-1042, priority P3.",
        "Refund of 129 USD for order 48213; limit 30.",
        "We'll refund 129.00 USD to your Visa ending 4242.",
        "Due Tuesday, March 3 at 3:30 PM EST.",
        "They wrote: “I want my money back for order 48213”",
        "They wrote: “I want my money back…”",
        "It was approved by Maya at Harbor & Pine.",
    ],
)
def test_what_the_dossier_says_may_be_said(faithfulness: Faithfulness, text: str) -> None:
    faithfulness.check(make_event(), [text])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Order 48214.", "48214"),
        ("Order 4821.", "4821"),
        ("Refund of 130.00 USD.", "130.00"),
        ("Refund of $129.50", "129.50"),
        ("Ticket RET-1043.", "RET-1043"),
        ("Due Tuesday, March 4 at 3:30 PM EST.", "'4'"),
        ("Due on 2026-03-05.", "2026-03-05"),
        ("Priority P1.", "P1"),
        ("Your request was refused.", "refused"),
        ("It is TO BE REVIEWED.", "TO BE REVIEWED"),
        ("They wrote: “I want two refunds”", "nobody wrote"),
    ],
)
def test_what_the_dossier_does_not_say_is_stopped(faithfulness: Faithfulness, text: str, told: str) -> None:
    with pytest.raises(Permanent, match=told):
        faithfulness.check(make_event(), ["All is well.", text])


def test_a_refusal_may_explain_what_is_allowed_but_not_call_itself_so(faithfulness: Faithfulness) -> None:
    refused = make_event(make_decision("deny"))
    faithfulness.check(refused, ["Refused: Refunds are allowed for 30 days, and those are over."])
    with pytest.raises(Permanent, match="allowed"):
        faithfulness.check(refused, ["Your refund is allowed."])


def test_each_verdict_of_a_contact_may_be_said(faithfulness: Faithfulness) -> None:
    both = make_event(make_decision(), make_decision("deny", "order_cancel"))
    faithfulness.check(both, ["The refund is approved, the cancellation refused."])


def test_why_a_fact_is_missing_is_no_verdict(faithfulness: Faithfulness) -> None:
    faithfulness.check(make_event(missing=(MissingFact(name="order_id", why="declined"),)), ["Order number: declined"])


def test_the_names_of_rules_and_actions_are_no_verdict(composer: Composer) -> None:
    action = Action(name="review_declined_payment")
    summary = composer.summary(make_event(make_decision(rule_id="payment.declined", action=action)))
    assert "payment.declined" in summary.action
    assert "review declined payment" in summary.next_step


def test_a_customer_may_quote_verdicts_and_quotation_marks(composer: Composer) -> None:
    text = "You “refused” my refund, the app says 'denied'!"
    assert "“You 'refused' my refund" in composer.summary(make_event(text=text)).situation


def test_a_decision_with_quotation_marks_passes(composer: Composer) -> None:
    told = make_decision(reason_customer="Choose “Refund to card”, refused refunds go back to us.")
    assert "“Refund to card”" in composer.summary(make_event(told)).reply_to_customer


@pytest.mark.parametrize("lost", ["RET-1042", "We'll refund 129.00 USD to your Visa ending 4242."])
def test_a_reply_may_leave_nothing_out(faithfulness: Faithfulness, composer: Composer, lost: str) -> None:
    summary = composer.summary(make_event())
    shorter = summary.model_copy(update={"reply_to_customer": summary.reply_to_customer.replace(lost, "")})
    with pytest.raises(Permanent, match="leaves out"):
        faithfulness.check_summary(make_event(), shorter)


def test_a_false_summary_is_stopped_in_every_text(faithfulness: Faithfulness, composer: Composer) -> None:
    summary = composer.summary(make_event())
    for name in ("situation", "action", "resolution", "next_step", "short", "reply_to_customer"):
        false = summary.model_copy(update={name: f"{getattr(summary, name)} Order 99999."})
        with pytest.raises(Permanent, match="99999"):
            faithfulness.check_summary(make_event(), false)
    with pytest.raises(Permanent, match="99999"):
        faithfulness.check_summary(make_event(), summary.model_copy(update={"open_questions": ("Order 99999?",)}))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("129.00,", "129", True),
        ("1,299.50", "1299.5", True),
        ("(#48213)", "48213", True),
        ("ret-1042", "RET-1042.", True),
        ("02139", "2139", False),
        ("129.05", "129.5", False),
    ],
)
def test_figures_are_compared_in_one_form(one: str, other: str, same: bool) -> None:
    assert (normal(one) == normal(other)) is same


awkward = st.sampled_from([*"a1.,“”… \n'${}[]", "refused", "allowed", "48213", "RET-7", "129.00", "to be reviewed"])
texts = st.lists(awkward, max_size=20).map("".join) | st.text(max_size=80)


@given(texts, texts, texts)
def test_no_words_of_customer_or_owner_stop_a_wrap_up(composer: Composer, text: str, why: str, told: str) -> None:
    decided = make_decision(reason_customer=told, reason_internal=why)
    missing = (MissingFact(name="order_id", why=why),)
    event = make_event(decided, text=text, missing=missing, contact_reason=make_reason(title=why or "Refund"))
    assert composer.summary(event).short
