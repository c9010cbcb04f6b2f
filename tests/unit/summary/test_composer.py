from datetime import UTC, datetime
from typing import Any

import pytest

from callcenter.errors import Permanent
from callcenter.events import Contact, MissingFact, Policy, Sentiment
from services.summary.case import mood_of
from services.summary.composer import Composer

from .conftest import NOON, make_decision, make_event, make_reason, make_ticket

UPSET = Sentiment(start=-0.8, end=-0.6)


def test_an_allowed_refund_is_told_in_full(composer: Composer) -> None:
    summary = composer.summary(make_event())
    assert summary.short == "Request a refund, order 48213: approved, refund, 129.00 USD, RET-1042 P3."
    assert "“I want my money back for order 48213”" in summary.situation
    assert "rule refund.window" in summary.action
    assert "Delivered 15 days ago; limit 30." in summary.resolution
    assert "by Tuesday, March 3 at 3:30 PM EST" in summary.next_step


@pytest.mark.parametrize("verdict", ["allow", "deny", "needs_review", "needs_info"])
@pytest.mark.parametrize("outcome", ["understood", "unclear", "human_requested", "abusive", "unsupported_language"])
@pytest.mark.parametrize("sentiment", [UPSET, Sentiment(start=0, end=0.9)])
def test_every_reply_holds_the_decision_and_the_ticket(
    composer: Composer, verdict: str, outcome: str, sentiment: Sentiment
) -> None:
    event = make_event(make_decision(verdict), outcome=outcome, sentiment=sentiment)
    reply = composer.summary(event).reply_to_customer
    assert event.policy.decisions[0].reason_customer in reply
    assert "RET-1042" in reply
    assert not {"{", "}", "[", "]"} & set(reply)


def test_an_upset_customer_reads_that_we_understand(composer: Composer) -> None:
    upset, calm = make_event(sentiment=UPSET), make_event()
    assert "frustrating" in composer.summary(upset).reply_to_customer
    assert "frustrating" not in composer.summary(calm).reply_to_customer


def test_a_refused_and_upset_customer_is_looked_at_again(composer: Composer) -> None:
    (task,) = composer.follow_ups(make_event(make_decision("deny"), sentiment=UPSET))
    assert task.title == "Look once more at the answer of RET-1042"
    assert task.due_at == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert composer.follow_ups(make_event(make_decision("deny"))) == ()


def test_an_allowed_action_becomes_a_task_by_the_clock_of_the_ticket(composer: Composer) -> None:
    event = make_event()
    (task,) = composer.follow_ups(event)
    assert (task.title, task.owner) == ("Carry out refund, 129.00 USD, order 48213", "returns")
    assert task.due_at == event.ticket.sla.resolution_due


def test_tasks_come_soonest_first(composer: Composer) -> None:
    decided = [
        make_decision("needs_info"),
        make_decision("allow", "order_status"),
        make_decision("deny", "invoice_copy"),
    ]
    tasks = composer.follow_ups(make_event(*decided, sentiment=UPSET))
    assert [task.title.split()[0] for task in tasks] == ["Look", "Carry", "Remind"]


def test_who_began_upset_is_upset_and_who_leaves_pleased_is_pleased() -> None:
    moods = [(-0.5, 0.9), (0.1, -0.5), (0, 0.5), (0, 0.1)]
    said = [mood_of(Sentiment(start=start, end=end), negative=-0.3, positive=0.4) for start, end in moods]
    assert said == ["negative", "negative", "positive", "neutral"]


def test_information_leaves_nothing_to_do(composer: Composer) -> None:
    event = make_event(make_decision("allow", action=None))
    assert composer.follow_ups(event) == ()
    assert composer.summary(event).next_step == "None. The question is answered."
    assert composer.disposition(event).code == "question_answered"


def test_what_is_missing_is_an_open_question(composer: Composer) -> None:
    why = (MissingFact(name="order_id", why="declined"),)
    event = make_event(make_decision("needs_info", missing=("order_id", "postcode")), missing=why, entities=())
    assert composer.summary(event).open_questions == ("Order number: declined", "Zip code: needed for a decision")
    assert composer.summary(make_event()).open_questions == ()


def test_a_second_decision_is_told_and_has_its_own_task(composer: Composer) -> None:
    second = make_reason("account_update", "/account/update", title="Change account details")
    other = make_decision("allow", "account_update", reason_customer="We'll change your address.")
    event = make_event(
        make_decision("deny"), other, secondary_reasons=(second,), ticket=make_ticket(status="open")
    )  # fmt: skip
    summary = composer.summary(event)
    assert "We'll change your address." in summary.reply_to_customer
    assert "stays open for the rest (Change account details allowed)" in summary.next_step
    assert [task.description.split(",")[0] for task in composer.follow_ups(event)] == ["Change account details"]


def test_what_two_decisions_share_is_said_once(composer: Composer) -> None:
    second = make_reason("account_update", "/account/update", title="Change account details")
    event = make_event(
        make_decision("needs_review"), make_decision("needs_review", "account_update"), secondary_reasons=(second,)
    )
    assert composer.summary(event).reply_to_customer.count("This needs a closer look.") == 1


@pytest.mark.parametrize(
    ("verdict", "changes", "code"),
    [
        ("allow", {}, "return_approved"),
        ("allow", {"contact_reason": make_reason("order_cancel", "/orders/cancel")}, "order_changed"),
        ("deny", {}, "return_refused"),
        ("needs_review", {}, "sent_to_review"),
        ("needs_info", {}, "waiting_for_customer"),
        ("needs_review", {"outcome": "abusive"}, "abusive_contact"),
        ("needs_review", {"outcome": "human_requested"}, "handed_to_person"),
        ("needs_review", {"outcome": "unclear"}, "not_understood"),
    ],
)
def test_the_disposition(composer: Composer, verdict: str, changes: dict[str, Any], code: str) -> None:
    reason = changes.get("contact_reason")
    decided = make_decision(verdict, reason.code if reason else "refund_request")
    assert composer.disposition(make_event(decided, **changes)).code == code


def test_who_did_not_prove_who_they_are_is_told_apart(composer: Composer) -> None:
    stranger = Contact(number=1, initiated_at=NOON)
    event = make_event(make_decision("deny"), contact=stranger, contact_reason=make_reason(identity_required=True))
    assert composer.disposition(event).path == "/resolved/refused/identity"


def test_a_policy_without_a_decision_is_permanent(composer: Composer) -> None:
    nothing = Policy(verdict="deny", decisions=(), policy_version="1", policy_hash="abc")
    with pytest.raises(Permanent, match="holds no decision"):
        composer.summary(make_event(policy=nothing))


def test_no_template_is_read_from_what_the_customer_wrote(composer: Composer) -> None:
    assert "“{ticket} [x]”" in composer.summary(make_event(text="{ticket} [x]")).situation
