"""A contact about several things: each is read back and can be left out, and what is agreed to is what was read."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agent import commands as heard
from services.agent.worker import AgentWorker

from .test_dialogue import Talk
from .test_hearing_properties import Watched, some

WHO = "my email is robert.haines@example.com, zip code 30309"
ORDERS = f"Cancel 48244 and 48402, {WHO}"
NUMBER = re.compile(r"T?\d{5,6}")
BANK = "My email is dana@example.com, I was born on April 12, 1988, zip code 94107"


async def talk_of(worker: AgentWorker, *said: str, business: str = "retail") -> Talk:
    talk = Talk(worker.desks[business])
    for text in said:
        await talk.say(text)
    return talk


def things(talk: Talk) -> list[tuple[str, ...]]:
    """Each request with what is its own."""
    return [(reason.code, *reason.own.values()) for reason in talk.state.reasons]


def left_out(talk: Talk) -> list[str]:
    return [value for reason in talk.state.left_out for value in reason.own.values()]


async def test_every_thing_is_read_back_and_one_yes_is_for_all(worker: AgentWorker):
    talk = await talk_of(worker, ORDERS)
    assert "your cancellation, order number 48244 and order number 48402" in talk.turns[-1].text
    await talk.say("yes")
    assert talk.acts == ["confirm", "check"]
    assert things(talk) == [("order_cancel", "48244"), ("order_cancel", "48402")]


@pytest.mark.parametrize("yes", ["yes, both", "yes please, both of them", "both, yes", "sure, all of them"])
async def test_a_yes_may_say_that_it_is_for_all(worker: AgentWorker, yes: str):
    assert (await talk_of(worker, ORDERS, yes)).acts == ["confirm", "check"]


@pytest.mark.parametrize(
    "reply",
    [
        "only the first",
        "just 48244",
        "only order 48244 please",
        "the first one only",
        "not the second one",
        "not 48402",
        "without 48402",
        "yes, but without 48402",
        "leave 48402 out",
        "please leave out the second",
        "don't cancel 48402",
        "keep 48402",
        "all but the last",
        "yes to the first, no to the second",
        "never mind the second one",
    ],
)
async def test_what_is_taken_out_is_left_out_and_the_rest_read_back_again(worker: AgentWorker, reply: str):
    talk = await talk_of(worker, ORDERS, reply)
    assert talk.acts == ["confirm", "confirm"]
    assert things(talk) == [("order_cancel", "48244")]
    assert left_out(talk) == ["48402"]
    told = talk.turns[-1].text
    assert told.index("48402") < told.index("48244"), "what is left out is said, and then what remains"
    await talk.say("yes")
    assert (talk.acts[-1], things(talk)) == ("check", [("order_cancel", "48244")])


@pytest.mark.parametrize("reply", ["48244", "the first", "yes, 48244", "is the first one shipped?", "maybe the second"])
async def test_what_may_mean_one_or_both_is_no_yes(worker: AgentWorker, reply: str):
    talk = await talk_of(worker, ORDERS, reply)
    assert talk.acts[-1] != "check"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("not the first two", ["48411"]),
        ("only the last two", ["48402", "48411"]),
        ("just the first and the third", ["48244", "48411"]),
        ("without 48244 and 48411", ["48402"]),
        ("everything but the second", ["48244", "48411"]),
    ],
)
async def test_several_may_be_taken_out_at_once(worker: AgentWorker, reply: str, kept: list[str]):
    talk = await talk_of(worker, f"Cancel 48244, 48402 and 48411, {WHO}", reply)
    assert things(talk) == [("order_cancel", number) for number in kept]
    assert sorted([*kept, *left_out(talk)]) == ["48244", "48402", "48411"]


async def test_an_answer_and_a_further_request_each_keep_their_thing(worker: AgentWorker):
    talk = await talk_of(worker, f"cancel my order. {WHO}", "48244. And I want a refund for 48402")
    assert things(talk) == [("order_cancel", "48244"), ("refund_request", "48402")]


async def test_nothing_is_left_where_all_are_taken_out(worker: AgentWorker):
    talk = await talk_of(worker, ORDERS, "not the first and not the second")
    assert (talk.acts[-1], things(talk)) == ("withdraw", [])


async def test_a_thing_may_take_the_place_of_another(worker: AgentWorker):
    talk = await talk_of(worker, ORDERS, "not 48402 but 48404", "yes")
    assert things(talk) == [("order_cancel", "48244"), ("order_cancel", "48404")]
    assert left_out(talk) == ["48402"]


async def test_a_thing_that_could_take_the_place_of_either_is_asked_about(worker: AgentWorker):
    talk = await talk_of(worker, ORDERS, "no, I meant 48404")
    assert talk.acts[-1] == "ask order_id"
    assert all(number in talk.turns[-1].text for number in ("48244", "48402", "48404"))
    await talk.say("48402 and 48404")
    await talk.say("yes")
    assert things(talk) == [("order_cancel", "48402"), ("order_cancel", "48404")]


async def test_one_more_is_added_to_what_was_read_back(worker: AgentWorker):
    talk = await talk_of(worker, f"Cancel 48402, {WHO}", "also 48409 please")
    assert talk.acts == ["confirm", "confirm"]
    assert things(talk) == [("order_cancel", "48402"), ("order_cancel", "48409")]


async def test_what_was_left_out_comes_back_where_it_is_asked_for_again(worker: AgentWorker):
    talk = await talk_of(worker, ORDERS, "only the first", "also 48402 please")
    assert things(talk) == [("order_cancel", "48244"), ("order_cancel", "48402")]
    assert left_out(talk) == []


async def test_a_further_request_about_another_thing_leaves_the_first_what_it_was(worker: AgentWorker):
    talk = await talk_of(worker, f"Cancel 48402, {WHO}", "And I want a refund for 48244")
    assert things(talk) == [("order_cancel", "48402"), ("refund_request", "48244")]
    assert "48402" in talk.turns[-1].text


async def test_several_answers_to_one_question_are_each_meant(worker: AgentWorker):
    talk = await talk_of(worker, f"Please cancel my orders, {WHO}", "48402 and 48244")
    assert talk.acts == ["ask order_id", "confirm"]
    assert things(talk) == [("order_cancel", "48402"), ("order_cancel", "48244")]


async def test_who_is_asked_which_may_say_both(worker: AgentWorker):
    talk = await talk_of(worker, f"cancel 48399 because it's late and 48402 because I don't need it. {WHO}", "both")
    assert things(talk) == [("order_cancel", "48399"), ("order_cancel", "48402")]


async def test_who_is_asked_which_may_say_one(worker: AgentWorker):
    talk = await talk_of(worker, f"I want a refund for 48213 or 48214. {WHO}", "48214")
    assert (things(talk), talk.state.facts["order_id"]) == ([("refund_request",)], "48214")


async def test_each_request_is_asked_for_a_thing_of_its_own(worker: AgentWorker):
    opening = f"Where is order 48244, and I want a refund for 48402. {WHO}"
    talk = await talk_of(worker, opening, "and a copy of the invoice")
    assert talk.acts[-1] == "ask order_id"
    assert "your invoice" in talk.turns[-1].text
    await talk.say("48409")
    assert ("invoice_copy", "48409") in things(talk)
    assert {("order_status", "48244"), ("refund_request", "48402")} < set(things(talk))


async def test_more_than_five_are_for_a_person(worker: AgentWorker):
    numbers = ["48213", "48244", "48301", "48302", "48303", "48304"]
    five = await talk_of(worker, f"I need invoices for {', '.join(numbers[:4])} and {numbers[4]}. {WHO}")
    assert (five.acts, len(five.state.reasons)) == (["confirm"], 5)
    six = await talk_of(worker, f"I need invoices for {', '.join(numbers[:5])} and {numbers[5]}. {WHO}")
    assert (six.acts, six.outcome) == (["hand_over"], "human_requested")


OPENINGS = [
    ("retail", ORDERS),
    ("retail", f"Where is order 48244, and I want a refund for 48402. {WHO}"),
    ("retail", f"Cancel 48244, 48402 and 48411, {WHO}"),
    ("banking", f"both transfers, T209001 and T209002, have to be stopped. {BANK}"),
    ("telecom", f"Explain bill 418676 and send me a copy of bill 418677. {WHO}"),
]
REPLIES = [
    *("yes", "ok", "yes, both", "no", "neither", "maybe", "never mind", "why?", "both", "48402", "the second"),
    *("only the first", "not the second one", "all but the last", "just the last", "don't cancel 48402"),
    *(
        "without 48402",
        "without T209002",
        "only 48244",
        "yes, but not 48244",
        "no, I meant 48404",
        "not 48402 but 48404",
    ),
    *("also 48409", "and 48410 too please", "48213 or 48214", "48213, no wait 48214"),
    *("I want a refund for 48209", "an invoice for 48244 please"),
]


def named(talk: Watched) -> set[str]:
    """The values that the customer has just said."""
    return {one.entity.value for one in talk.commands if isinstance(one, heard.SetFact)}


async def held(worker: AgentWorker, business: str, *said: str) -> None:
    """The conversation, watched at each step."""
    talk = Watched(worker.desks[business])
    for text in said:
        read, agreed = talk.turns[-1].text if talk.turns else "", talk.state.reasons
        refused = {(one.code, *one.own.values()) for one in talk.state.left_out}
        await talk.say(text)
        now = set(things(talk))
        assert not now & {(one.code, *one.own.values()) for one in talk.state.left_out}, said
        assert all(set(values) & named(talk) for _, *values in now & refused), (said, "it was asked for again")
        if talk.acts[-1] == "check" and talk.acting:
            assert talk.state.reasons == agreed, (said, "what is done is what was agreed to")
            own = {value for _, *values in now for value in values}
            assert all(value in read for value in own), (said, "what is agreed to was read back")
            assert not set(NUMBER.findall(read.split("it's about")[1])) - own - set(talk.state.facts.values()), said
        if talk.said and talk.said.final:
            break


@some
@given(opening=st.sampled_from(OPENINGS), said=st.lists(st.sampled_from(REPLIES), max_size=6))
def test_what_is_agreed_to_is_what_was_read_back_and_what_is_decided(
    worker: AgentWorker, opening: tuple[str, str], said: list[str]
):
    business, text = opening
    asyncio.run(held(worker, business, text, *said, "yes"))
