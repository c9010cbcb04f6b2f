"""After a case a live contact goes on: each is decided at once, and nothing that was settled is lost or done again."""

import pytest

from services import policy
from services.agent.worker import AgentWorker
from tests.live import LiveContact

from .conftest import requested

ROBERT = "robert.haines@example.com, zip 30309"
CANCEL = ("please cancel order 48402", ROBERT, "yes please")
CANCELLED = ("cancel_order", {"order_id": "48402"})


@pytest.fixture
def contact(worker: AgentWorker) -> LiveContact:
    return LiveContact(worker, policy.build(), requested("", business="retail"))


async def test_the_outcome_is_told_and_more_is_asked_for(contact: LiveContact):
    text = await contact.say(*CANCEL)
    assert contact.act == "anything_else"
    assert "Order 48402 is cancelled, and $24.00 is on its way back" in text
    assert text.endswith("?")


@pytest.mark.parametrize(
    "bye",
    [
        "no",
        "No, that's all, thanks",
        "bye",
        "thank you",
        "I don't know",
        "nothing else",
        "No, piss off.",
        "Nothing more, thanks, now I'll have my tea.",
    ],
)
async def test_goodbye_ends_it_with_what_was_agreed(contact: LiveContact, bye: str):
    await contact.say(*CANCEL, bye)
    assert contact.done == [CANCELLED]
    assert contact.decided.outcome == "understood"


@pytest.mark.parametrize(
    "complaint",
    [
        "no!! that's much too late, she leaves on Friday and there is nobody else",
        "not what I asked, I asked about the other parcel",
        "no, you don't get it. I told you twice that I have no time",
    ],
)
async def test_who_is_not_content_has_not_taken_leave(contact: LiveContact, complaint: str):
    await contact.say(f"where is my order 48402? {ROBERT}")
    text = await contact.say(complaint)
    assert contact.act != "farewell"
    assert "loss" not in text


async def test_who_is_not_content_is_offered_a_person_and_gets_one(contact: LiveContact):
    await contact.say(f"where is my order 48402? {ROBERT}", "no, that's bad news. I really counted on it")
    assert contact.act == "offer_person"
    await contact.say("yes please")
    assert contact.decided.outcome == "human_requested"


async def test_silence_ends_it_with_what_was_agreed(contact: LiveContact):
    await contact.say(*CANCEL)
    await contact.leave()
    assert contact.done == [CANCELLED]
    assert contact.decided.outcome == "understood"


async def test_a_further_case_needs_no_proof_again_and_its_own_yes(contact: LiveContact):
    await contact.say(*CANCEL)
    text = await contact.say("I also need the invoice of order 48244")
    assert contact.act == "confirm"
    assert "send you the invoice of order 48244" in text
    await contact.say("yes", "no thanks")
    assert contact.done[0] == CANCELLED
    assert [name for name, _ in contact.done] == ["cancel_order", "send_invoice"]


async def test_what_is_open_when_they_leave_is_not_done(contact: LiveContact):
    await contact.say(*CANCEL, "please send me the invoice of order 48244")
    assert contact.act == "confirm"
    await contact.leave()
    assert contact.done == [CANCELLED]


async def test_what_they_take_back_is_left_and_what_was_settled_stays(contact: LiveContact):
    text = await contact.say(*CANCEL, "please send me the invoice of order 48244", "never mind, leave it")
    assert contact.act == "anything_else"
    assert "invoice" not in text
    await contact.say("no")
    assert contact.done == [CANCELLED]


async def test_only_a_person_stops_what_was_agreed(contact: LiveContact):
    text = await contact.say(*CANCEL, "actually, don't cancel it")
    assert contact.act == "offer_person"
    assert "agreed already" in text
    await contact.say("yes")
    assert contact.decided.outcome == "human_requested"
    assert [one.verdict for one in contact.decided.policy.decisions] == ["allow", "needs_review"]


async def test_the_same_is_not_agreed_twice_in_one_contact(contact: LiveContact):
    text = await contact.say(*CANCEL, "cancel order 48402")
    assert "48402 is already cancelled" in text
    await contact.say("no")
    assert contact.done == [CANCELLED]


async def test_what_a_team_does_is_not_agreed_twice_either(contact: LiveContact):
    await contact.say("My espresso machine came broken, order 48213", "dana.lopez@example.com, zip 94107", "yes")
    text = await contact.say("please send order 48213 again, it is broken")
    assert "we agreed to send order 48213 again" in text
    await contact.say("no")
    assert contact.done == [("reship", {"order_id": "48213"})]


async def test_what_was_agreed_with_parameters_is_not_agreed_twice_either(contact: LiveContact):
    swap = "Please swap my wool rug for the one of 6 by 9 feet."
    text = await contact.say(swap, "grace.adeyemi@example.com, zip code 20009", "yes", swap)
    assert "we agreed to exchange the Wool rug" in text
    await contact.say("no")
    assert [name for name, _ in contact.done] == ["exchange_for_more"]


async def test_a_rule_sees_what_was_agreed_before_in_the_contact(contact: LiveContact):
    text = await contact.say(*CANCEL, "I want a refund for order 48402")
    assert "already refunded order 48402" in text
    await contact.say("no")
    assert contact.done == [CANCELLED]


async def test_a_question_without_a_name_is_about_what_was_settled_last(contact: LiveContact):
    text = await contact.say(*CANCEL, "when will I get the money?")
    assert "refund of $24.00 for order 48402" in text


async def test_a_question_that_names_another_thing_is_about_that(contact: LiveContact):
    assert "48244" in await contact.say(*CANCEL, "where is my cordless drill?")


async def test_another_thing_by_its_number_is_the_same_request_again(contact: LiveContact):
    text = await contact.say(*CANCEL, "and 48244 too")
    assert "48244 shipped" in text
    await contact.say("no")
    verdicts = [(one.contact_reason, one.verdict) for one in contact.decided.policy.decisions]
    assert verdicts == [("order_cancel", "allow"), ("order_cancel", "deny")]


async def test_a_refusal_ends_nothing(contact: LiveContact):
    await contact.say("cancel order 48244", ROBERT)
    assert contact.act == "anything_else"
    await contact.say("then cancel order 48402", "yes", "no")
    assert contact.done == [CANCELLED]


async def test_an_answer_ends_nothing(contact: LiveContact):
    await contact.say("what are your opening hours?")
    assert contact.act == "anything_else"


async def test_who_is_not_proved_is_told_so_and_it_ends(contact: LiveContact):
    await contact.say("please cancel order 48402", "robert.haines@example.com, zip 11111", "it is 22222")
    assert contact.decided.policy.verdict == "deny"


async def test_danger_after_a_case_stops_everything(contact: LiveContact):
    await contact.say(*CANCEL, "the drill caught fire and my kitchen is burning")
    assert contact.decided.outcome == "emergency"
    assert CANCELLED in contact.done


async def test_facts_of_one_case_are_not_those_of_the_next(contact: LiveContact):
    await contact.say(*CANCEL, "I want to return something")
    assert contact.act == "ask"
    await contact.say("never mind", "no")
    assert contact.done == [CANCELLED]
    assert contact.decided.stated_for(contact.decided.contact_reason)["order_id"] == "48402"


async def test_the_steps_are_those_of_the_chain(contact: LiveContact):
    await contact.say(*CANCEL)
    assert contact.steps[-4:] == ["CustomerSpoke", "CaseAgreed", "ActionsAgreed", "CaseSettled"]


# --- a thing that is put right afterwards -----------------------------------------------------------------------------

LATE = ("please refund order 46802", "walter.quill@example.com, zip 73102")


async def test_after_a_refusal_the_right_thing_is_looked_at_and_read_back(contact: LiveContact):
    await contact.say(*LATE, "Sorry, that was the wrong order, it should be 46801.")
    assert contact.act == "confirm"
    assert "46801" in contact.turns[-1].text
    await contact.say("yes", "no thanks")
    assert [(name, about["order_id"]) for name, about in contact.done] == [("refund", "46801")]


async def test_after_an_agreement_a_person_is_offered_and_nothing_more_is_done(contact: LiveContact):
    await contact.say(*CANCEL, "Sorry, wrong number, it should be 48244.")
    assert contact.act == "offer_person"
    await contact.leave()
    assert contact.done == [CANCELLED]


async def test_a_no_that_names_a_thing_puts_nothing_right(contact: LiveContact):
    await contact.say(*LATE, "no thanks, 46801 is fine")
    assert contact.done == []


async def test_what_was_done_stands_where_another_thing_ends_the_contact(contact: LiveContact):
    await contact.say("please cancel 48402 and 99999", ROBERT, "I don't know that number", "yes please", "yes")
    verdicts = {one.verdict: one for one in contact.decided.policy.decisions}
    assert verdicts.keys() == {"allow", "needs_info"}
    assert verdicts["allow"].carried_out is not None
    assert contact.decided.missing == ()
    assert contact.done == [CANCELLED]


@pytest.mark.parametrize("opened", ["I want to return something", "please send me the invoice of order 48244"])
async def test_goodbye_to_an_open_question_leaves_it(contact: LiveContact, opened: str):
    await contact.say(*CANCEL, opened, "bye")
    assert contact.done == [CANCELLED]
    assert contact.decided.outcome == "understood"
