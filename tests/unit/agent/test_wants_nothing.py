"""Who wants nothing done is in no danger and asks for no person: it is left, and what must not be is not asked for."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk

CANCELLING = ("please cancel order 48402", "robert.haines@example.com, zip 30309")
NOTHING = [
    "I want nothing to be done.",
    "nothing should be done",
    "do nothing please",
    "leave me alone with that offer",
    "I want nothing done.",
    "I'd rather you did nothing",
    "let it all be, nothing is to happen",
]


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize("before", [(), CANCELLING])
async def test_nobody_is_taken_for_somebody_in_danger(worker: AgentWorker, before: tuple[str, ...], text: str) -> None:
    talk = Talk(worker.desks["retail"])
    for words in before:
        await talk.say(words)
    await talk.say(text)
    assert talk.state.danger is None
    assert not talk.state.confirmed


@pytest.mark.parametrize(
    "text",
    [
        "I want nothing any more, I only want to be dead",
        "there's nothing to be done for me, I'll end my life tonight",
        "do nothing please, by the morning I won't be alive",
    ],
)
async def test_real_danger_in_such_words_is_heard(worker: AgentWorker, text: str) -> None:
    talk = Talk(worker.desks["retail"])
    await talk.say(text)
    assert talk.state.danger == "self_harm"


@pytest.mark.parametrize("refusal", [(), ("no",)])
@pytest.mark.parametrize(
    "text", ["I want nothing done.", "Nothing. I want nothing to be done about it.", "Thanks, but I'll give it a pass."]
)
async def test_it_is_withdrawn_and_no_person_works_on_it(
    worker: AgentWorker, refusal: tuple[str, ...], text: str
) -> None:
    talk = Talk(worker.desks["retail"])
    for words in (*CANCELLING, *refusal, text):
        await talk.say(words)
    assert (talk.acts[-1], talk.outcome) == ("withdraw", "withdrawn")


async def test_a_second_no_without_a_word_more_still_goes_to_a_person(worker: AgentWorker) -> None:
    talk = Talk(worker.desks["retail"])
    for words in (*CANCELLING, "no", "no"):
        await talk.say(words)
    assert talk.acts[-1] == "hand_over"


@pytest.mark.parametrize(
    ("business", "text"),
    [
        ("retail", "My drill bits, order 48402, shoudn't be cancelled."),
        ("retail", "my drill bits, order 48402, shouldnt be cancelld"),
        ("telecom", "Just so you know, you must not change the plan."),
        ("telecom", "You mustn't change my plan!"),
    ],
)
async def test_what_must_not_be_done_is_no_request(worker: AgentWorker, business: str, text: str) -> None:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    assert [one.code for one in talk.state.reasons] == []


@pytest.mark.parametrize("why", ["I found the same one at home.", "We've got one like it in the attic."])
async def test_why_they_cancel_takes_nothing_back(worker: AgentWorker, why: str) -> None:
    talk = Talk(worker.desks["retail"])
    for words in ("Please cancel my order 48402,", why):
        await talk.say(words)
    assert [one.code for one in talk.state.reasons] == ["order_cancel"]
    assert talk.acts[-1] == "ask email"


# --- yes --------------------------------------------------------------------------------------------------------------


async def said(worker: AgentWorker, *texts: str) -> Talk:
    talk = Talk(worker.desks["retail"])
    for words in CANCELLING:
        await talk.say(words)
    await talk.say(*texts)
    return talk


@pytest.mark.parametrize(
    "texts",
    [
        ("Yes, wonderful, please do. My husband will be glad.",),
        ("Yes please. The whole family will be happy.",),
    ],
)
async def test_a_yes_with_a_remark_is_one(worker: AgentWorker, texts: tuple[str, ...]) -> None:
    assert (await said(worker, *texts)).acts[-1] == "check"


@pytest.mark.parametrize(
    "texts",
    [
        ("yes please", "hold on"),
        ("hold on", "yes please"),
        ("hold on, not that one", "yes?"),
        ("hold on", "ok"),
        ("one second", "all right then"),
        ("hold on, is that free?", "yes please"),
        ("Yes please. My husband will be glad if it is free.",),
    ],
)
async def test_a_pause_beside_it_is_asked_about(worker: AgentWorker, texts: tuple[str, ...]) -> None:
    assert (await said(worker, *texts)).acts[-1] != "check"


# --- corrections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("business", "text"),
    [
        ("retail", "It's 47809, not 47801"),
        ("banking", "I meant T209012"),
        ("banking", "sorry, I meant T209012, not T209001"),
        ("retail", "the order number should be 48371"),
    ],
)
async def test_a_value_that_is_put_right_asks_for_nothing(worker: AgentWorker, business: str, text: str) -> None:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    assert talk.state.reasons == ()
    assert talk.state.facts


async def test_where_something_should_go_is_a_request(worker: AgentWorker) -> None:
    talk = Talk(worker.desks["retail"])
    await talk.say(
        "My cushions, order 48371, shouldn't be cancelled. They should only go to 77 Alder Avenue, Dover, DE 19901."
    )
    assert [one.code for one in talk.state.reasons] == ["delivery_address"]
