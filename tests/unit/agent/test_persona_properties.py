"""Customers who refuse, doubt, digress, mock, pose or are in danger, in any order of what such people say."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.agent.conversation.dialogue import MAX_AGENT_TURNS
from services.agent.worker import AgentWorker

from .personas import DANGERS, DOUBT, NO, REFUSALS, SARCASM, YES, Fragment, Message, messages, personas
from .read_backs import OPENINGS, read_back
from .test_dialogue import Talk

some = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def acting(talk: Talk) -> set[str]:
    """What is done now, of what must be agreed to."""
    by_code = talk.desk.reasons.by_code()
    asked = {reason.code for reason in talk.state.reasons if reason.asks == "request" and by_code[reason.code].acts}
    return asked if talk.acts[-1] == "check" else set()


async def hear(talk: Talk, message: Message, refused: set[str]) -> None:
    """The customer says it; what the agent does then must be what the customer wants."""
    before = next(act.kind for act in reversed(talk.state.acts) if act.kind != "repeat")
    await talk.say(message.text)
    assert (talk.acts[-1] == "emergency") == message.means("danger"), message.text
    if done := acting(talk):
        assert before == "confirm", message.text
        assert message.agrees, message.text
        assert not done & refused, message.text


async def hold(talk: Talk, said: list[Message]) -> None:
    """The persona says all of it, again and again, until the conversation is over."""
    refused: set[str] = set()
    for number in range(MAX_AGENT_TURNS):
        if talk.said and talk.said.final:
            break
        message = said[number % len(said)]
        refused |= message.about("refusal")
        await hear(talk, message, refused)
    assert talk.said
    assert talk.said.final
    assert len(talk.acts) < MAX_AGENT_TURNS, "the outcome takes one more"


@pytest.mark.parametrize("persona", personas("cancel"))
@some
@given(data=st.data())
def test_no_persona_gets_what_they_did_not_agree_to(worker: AgentWorker, persona: str, data: st.DataObject) -> None:
    """Nothing without a yes to its read-back, never what was refused, danger first, and an end in time."""
    code = data.draw(st.sampled_from(sorted(OPENINGS)), "request")
    said = data.draw(st.lists(messages(personas(code)[persona]), min_size=1, max_size=6), "said")

    async def talk() -> None:
        await hold(await read_back(worker.desks, code), said)

    asyncio.run(talk())


@pytest.mark.parametrize("text", [one.text for one in YES])
async def test_what_these_personas_agree_with_is_a_yes(worker: AgentWorker, text: str) -> None:
    """Else the above would hold as nothing is ever done."""
    talk = await read_back(worker.desks, "cancel")
    await talk.say(text)
    assert acting(talk) == {"cancel"}


MOCKING = "yes, because that went so well last time"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        *((code, one.text) for code in ("order_cancel", "card_lost") for one in (*NO, *DOUBT, *SARCASM)),
        ("order_cancel", "stop"),
        ("order_cancel", MOCKING),
        ("card_lost", MOCKING),
    ],
)
async def test_beside_it_a_yes_is_none(worker: AgentWorker, code: str, text: str) -> None:
    for both in (f"{text}. yes", f"sure. {text}", f"please do\n{text}"):
        talk = await read_back(worker.desks, code)
        await talk.say(both)
        assert not acting(talk), both


@pytest.mark.parametrize(
    ("code", "text"),
    [
        *((code, text) for code, texts in REFUSALS.items() for text in texts),
        ("cancel", "I'd rather keep the line"),
        ("cancel", "leave my line alone"),
        ("data_topup", "no data pack, please"),
    ],
)
async def test_what_was_refused_is_not_done_by_a_later_yes(worker: AgentWorker, code: str, text: str) -> None:
    talk = await read_back(worker.desks, code)
    for said in (text, "please do", "yes"):
        if not (talk.said and talk.said.final):
            await talk.say(said)
        assert code not in acting(talk)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{one.text}. yes, and my neighbor has a dog" for one in DANGERS),
        "somebody is pointing a knife at me",
        "my kitchen is on fire - sure - how long will that take?",
        "YOU SHOULD HEAR MY GRANDSON ON THE PIANO\nI CAN'T GO ON LIVING",
    ],
)
async def test_danger_is_heard_whatever_stands_beside_it(worker: AgentWorker, text: str) -> None:
    talk = await read_back(worker.desks, "order_cancel")
    await talk.say(text)
    assert talk.acts[-1] == "emergency"


def test_a_message_agrees_where_nothing_takes_it_back() -> None:
    yes, no, aside = Fragment("yes", "yes"), Fragment("no", "no"), Fragment("hm", "aside")
    assert Message("yes. hm", (yes, aside)).agrees
    assert not Message("hm", (aside,)).agrees
    assert not Message("yes. no", (yes, no)).agrees
