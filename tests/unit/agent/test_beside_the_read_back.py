"""Beside what is read back: one more joins what is open, what must stay is left out, a question decides nothing."""

import pytest

from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker

from .test_account import Contact, desk_of_rules  # noqa: F401

GRACE = "grace.adeyemi@example.com, zip code 20009"
ROBERT = "robert.haines@example.com, zip code 30309"
TABLE = f"I'd like my money back for the side table, order 47890. {GRACE}"
BITS = f"Please cancel order 48402. {ROBERT}"
EITHER = f"I have to cancel one of my two orders. {ROBERT}"


@pytest.fixture
def contact(worker: AgentWorker, desk_of_rules: PolicyWorker) -> Contact:  # noqa: F811
    return Contact(worker, desk_of_rules)


def matters(contact: Contact) -> list[tuple[str, ...]]:
    """Each open request with its thing."""
    return [(one.code, *one.own.values()) for one in contact.state.reasons]


@pytest.mark.parametrize(
    ("reply", "more"),
    [
        ("yes. and scrap the cushion order too, please cancel it", ("order_cancel", "48371")),
        ("right, and also cancel the cushions", ("order_cancel", "48371")),
        ("oh, and cancel the floor cushion while we're at it", ("order_cancel", "48371")),
        ("sure, and the wool rug as well", ("refund_request", "48090")),
        ("ok and the rug one too", ("refund_request", "48090")),
        ("and 48090", ("refund_request", "48090")),
        ("plus 48090 please", ("refund_request", "48090")),
        ("yep, and cancel 48371 too", ("order_cancel", "48371")),
    ],
)
async def test_one_more_joins_what_is_open(contact: Contact, reply: str, more: tuple[str, str]):
    text = await contact.say(TABLE, reply)
    assert matters(contact) == [("refund_request", "47890"), more]
    assert contact.act == "confirm"
    assert "47890" in text
    assert more[1] in text


async def test_the_second_is_done_only_after_its_own_read_back(contact: Contact):
    await contact.say(TABLE, "yes, and please cancel the floor cushion too")
    assert contact.act == "confirm"
    await contact.say("yes")
    done = {(one.action.name, *one.about.values()) for one in (await contact.decided()).policy.decisions if one.action}
    assert done == {("refund", "47890"), ("cancel_order", "48371")}


@pytest.mark.parametrize("reply", ["and the drill as well", "yes, and the drill one too", "yes and the other order"])
async def test_what_fits_both_can_only_mean_the_one_that_was_not_read_back(contact: Contact, reply: str):
    await contact.say(BITS, reply)
    assert matters(contact) == [("order_cancel", "48402"), ("order_cancel", "48244")]


@pytest.mark.parametrize("reply", ["no, the wool rug", "no, I meant 48090"])
async def test_what_stands_in_place_of_it_is_no_more(contact: Contact, reply: str):
    await contact.say(TABLE, reply)
    assert [one.code for one in contact.state.reasons] == ["refund_request"]
    assert contact.state.facts["order_id"] == "48090"


@pytest.mark.parametrize(
    "reply",
    [
        "the drill bits I still need",
        "not the bits, those stay",
        "48402 stays",
        "the one with the bit set is not to be touched",
        "please leave the bit set alone",
        "I'm keeping 48402",
        "the bit set must not be stopped",
    ],
)
async def test_what_must_stay_is_not_what_they_point_at(contact: Contact, reply: str):
    await contact.say(EITHER, reply)
    assert [one.code for one in contact.state.reasons] == ["order_cancel"]
    assert contact.state.facts.get("order_id") != "48402"


async def test_what_they_need_is_not_what_is_closed(worker: AgentWorker, desk_of_rules: PolicyWorker):  # noqa: F811
    contact = Contact(worker, desk_of_rules, "banking")
    who = "ingrid.solberg@example.org, born on April 12, 1988, zip code 52001"
    await contact.say(f"I want to close one of my accounts. {who}", "well, I need the checking one for my rent")
    assert [one.code for one in contact.state.reasons] == ["account_close"]
    assert contact.state.facts.get("account_type") != "checking"


@pytest.mark.parametrize("wish", ["I need order 48402 cancelled", "I don't want to keep order 48402, cancel it"])
async def test_what_they_want_done_is_still_meant(contact: Contact, wish: str):
    await contact.say(f"{wish}. {ROBERT}")
    assert contact.state.facts["order_id"] == "48402"
    assert contact.act == "confirm"


@pytest.mark.parametrize(
    "reply",
    [
        "how much time does that take",
        "how many days will it take you",
        "when would I see my money",
        "ok, what do you charge for that",
        "does that cost anything",
        "good, and how long does it take?",
    ],
)
async def test_a_question_about_time_or_money_is_neither_yes_nor_no_nor_one_more(contact: Contact, reply: str):
    await contact.say(BITS, reply)
    assert matters(contact) == [("order_cancel",)]
    assert contact.act == "confirm"


@pytest.mark.parametrize(
    "reply",
    ["looks right but", "fine, but hold it a bit first", "ok but not the screwdrivers", "sounds ok, though"],
)
async def test_a_yes_with_a_but_agrees_to_nothing(contact: Contact, reply: str):
    await contact.say(BITS, reply)
    assert contact.act in ("confirm", "amend")
    assert not contact.state.confirmed


@pytest.mark.parametrize(
    "question",
    [
        "how long will that take?",
        "does it go back to my card?",
        "and when do I get the money?",
        "fine by me, but when is my refund there?",
    ],
)
async def test_a_question_is_answered_once_with_all_that_the_rules_say_and_nothing_is_done(
    contact: Contact, question: str
):
    text = await contact.say(BITS, question)
    assert "$24.00 to your Mastercard ending 2210 within 5 business days" in text
    assert contact.act == "confirm"
    assert [one.code for one in contact.state.reasons] == ["order_cancel"]
    again = await contact.say("and what does that cost me?")
    assert "Mastercard" not in again
    assert contact.act == "confirm"
