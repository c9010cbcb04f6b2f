"""Items of an order and what a rule asks: named, pointed at, asked for in bounds, and read back with their order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.events import Decision, Question, Thing
from services import policy
from services.agent.conversation.needs import TRIES
from services.agent.conversation.talk import question
from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker

from .test_account import Contact

GRACE = "grace.adeyemi@example.com, zip code 20009."
LARGE, SMALL = "wool rug of 6 by 9 feet", "wool rug of 5 by 8 feet"
ON_SALE = {LARGE, SMALL, "thick rug pad", "thin rug pad"}


@pytest.fixture(scope="session")
def rules() -> PolicyWorker:
    return policy.build()


@pytest.fixture
def contact(worker: AgentWorker, rules: PolicyWorker) -> Contact:
    return Contact(worker, rules)


async def decisions(contact: Contact) -> list[Decision]:
    return list((await contact.decided()).policy.decisions)


def amounts(found: list[Decision]) -> list[tuple[str, str]]:
    return [(one.action.name, str(one.action.amount)) for one in found if one.action]


async def test_an_item_is_found_with_its_order_and_what_there_is_in_its_place_is_asked(contact: Contact):
    text = await contact.say(f"I'd like to swap the wool rug for another one. {GRACE}")
    assert contact.act == "ask variant"
    assert (contact.state.facts["order_id"], contact.state.facts["item"]) == ("48090", "Wool rug")
    assert "Which one would you like in place of the Wool rug?" in text
    assert f"the {SMALL} ($210.00) or the {LARGE} ($265.00)" in text
    assert "8 by 10" not in text


@pytest.mark.parametrize("answer", ["the second one", "6 by 9 please", "the one for $265", "the dearer one", LARGE])
async def test_a_choice_is_pointed_at_like_any_thing(contact: Contact, answer: str):
    text = await contact.say(f"I'd like to swap the wool rug for another one. {GRACE}", answer)
    assert contact.act == "confirm"
    assert "order 48090" in text
    assert f"I would exchange the Wool rug of order 48090 for the {LARGE}, for which you pay $55.00 more." in text
    await contact.say("yes please")
    assert amounts(await decisions(contact)) == [("exchange_for_more", "55.00")]


async def test_who_has_said_it_before_is_not_asked(contact: Contact):
    await contact.say(f"Please swap my wool rug for the one of 6 by 9 feet. {GRACE}")
    assert contact.act == "confirm"
    assert contact.state.facts["variant"] == LARGE


async def test_another_choice_may_be_made_at_the_read_back(contact: Contact):
    text = await contact.say(f"I'd like to swap the wool rug. {GRACE}", "6 by 9", "no, rather the 5 by 8")
    assert contact.act == "confirm"
    assert f"for the {SMALL}" in text


async def test_the_items_of_an_order_are_named_where_it_is_not_clear_which(contact: Contact):
    text = await contact.say(f"I want to exchange something from order 48090. {GRACE}")
    assert contact.act == "ask item"
    assert "the Wool rug ($210.00) or the Rug pad ($40.00)" in text
    await contact.say("the rug")
    assert contact.state.facts["item"] == "Wool rug"


@pytest.mark.parametrize(
    "words", ["everything in order 48090", "the wool rug and the rug pad", "all of it, order 48090"]
)
async def test_several_items_are_several_requests_each_with_its_own_choice(contact: Contact, words: str):
    await contact.say(f"I want to exchange {words}. {GRACE}")
    assert [one.own.get("item") for one in contact.state.reasons] == ["Wool rug", "Rug pad"]
    text = await contact.say("6 by 9", "the thin one")
    assert contact.act == "confirm"
    assert f"for the {LARGE}, for which you pay $55.00 more" in text
    assert "for the thin rug pad and return $8.50" in text
    await contact.say("yes")
    found = await decisions(contact)
    assert amounts(found) == [("exchange_for_more", "55.00"), ("exchange_for_less", "8.50")]
    assert [one.about["item"] for one in found] == ["Wool rug", "Rug pad"]


TWO = "I'd like to exchange the wool rug from order 48090. Please cancel my order 48371 too."


async def test_an_item_is_the_own_of_the_request_that_its_order_is_the_own_of(contact: Contact):
    text = await contact.say(f"{TWO} {GRACE}", "6 by 9")
    assert contact.act == "confirm"
    assert f"), the Wool rug ($210.00), the {LARGE} ($265.00)" in text
    cancelled, exchanged = contact.state.reasons
    assert "item" not in cancelled.own
    assert exchanged.own == {"order_id": "48090", "item": "Wool rug", "variant": LARGE}
    await contact.say("yes")
    assert [name for name, _ in amounts(await decisions(contact))] == ["cancel_order", "exchange_for_more"]


async def test_items_of_two_orders_are_asked_for_one_by_one(contact: Contact):
    await contact.say(f"Please exchange 48090 and 47890. {GRACE}")
    assert contact.act == "ask item"
    text = await contact.say("the rug pad")
    assert contact.act == "ask variant"
    assert "in place of the Rug pad" in text
    await contact.say("the thin one")
    assert [one.own["item"] for one in contact.state.reasons] == ["Rug pad", "Side table"]


async def test_everything_but_one_leaves_it_out(contact: Contact):
    await contact.say(f"I want to exchange everything but the rug pad in order 48090. {GRACE}")
    assert contact.state.facts["item"] == "Wool rug"
    assert len(contact.state.reasons) == 1


async def test_of_one_item_nothing_is_asked(contact: Contact):
    text = await contact.say("I'd like to exchange my leather boots. lena.hoffmann@example.com, zip code 63103")
    assert contact.act == "confirm"
    assert "I would exchange the Leather boots of order 48205." in text


async def test_who_cannot_choose_is_asked_no_more_than_for_any_fact_and_gets_a_person(contact: Contact):
    await contact.say(f"I'd like to swap the wool rug. {GRACE}", "no idea", "I really don't know")
    assert contact.act == "hand_over variant"
    (decision,) = await decisions(contact)
    assert (decision.verdict, decision.action) == ("needs_review", None)
    assert "without which one you would like instead" in decision.reason_customer


async def test_what_there_was_to_choose_among_is_not_in_the_record(contact: Contact):
    await contact.say(f"I'd like to swap the wool rug. {GRACE}", "no idea", "I really don't know")
    dialogue = (await contact.decided()).dialogue
    assert dialogue is not None
    assert dialogue.standing is not None
    assert dialogue.standing.things == ()
    assert dialogue.standing.question is None or dialogue.standing.question.things == ()


WORDS = (
    "yes|no|the purple one|the second|no idea|why do you ask?|9|8 by 10|hm|the pad instead|wait a moment|I don't know|"
    "order 48371|both|can you say that again?"
)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
async def test_a_choice_that_is_only_asked_for_at_the_end_names_what_there_is(contact: Contact, count: int):
    await contact.say(f"I'd like to swap the wool rug. {GRACE}")
    things = tuple(
        Thing(slot="variant", value=f"rug {number}", label=f"the rug no. {number}", known=(f"{number}0.00",))
        for number in range(1, count + 1)
    )
    before = contact.state.model_copy(update={"standing": None})
    said = question(contact.desk, before, Question(slot="variant", text="Which {one} is it?", things=things), "7")
    named = [thing.label in said.text for thing in things]
    assert all(named) if count <= 5 else not any(named)
    assert "Which {one} is it?" in said.text
    assert (said.act.kind, said.act.slot, said.state.returned) == ("ask", "variant", 1)
    contact.state = said.state
    await contact.say("the one for $10")
    assert contact.state.facts["variant"] == "rug 1"


async def test_one_choice_is_taken_with_a_yes(contact: Contact):
    await contact.say(f"I'd like to swap the wool rug. {GRACE}")
    only = (Thing(slot="variant", value=LARGE, label=f"the {LARGE}"),)
    said = question(contact.desk, contact.state, Question(slot="variant", text="Which one?", things=only), "7")
    contact.state = said.state
    await contact.say("yes")
    assert contact.state.facts["variant"] == LARGE


replies = st.lists(st.sampled_from(WORDS.split("|")), min_size=14, max_size=14)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(said=replies)
async def test_what_is_asked_ends_and_only_a_choice_is_ever_taken(
    worker: AgentWorker, rules: PolicyWorker, said: list[str]
):
    contact = Contact(worker, rules)
    await contact.say(f"I'd like to swap the wool rug for another one. {GRACE}")
    for reply in said:
        if contact.state.acts[-1].kind in ("check", "hand_over", "withdraw", "unclear"):
            break
        await contact.say(reply)
    asked = [(act.slot, act.request) for act in contact.state.acts if act.kind == "ask"]
    assert all(asked.count(one) <= TRIES + 1 for one in asked)
    assert {one.value for one in contact.state.entities if one.name == "variant"} <= ON_SALE
    found = {one.action.name for one in await decisions(contact) if one.action}
    assert not found or contact.state.confirmed or contact.state.acts[-1].kind == "check"
