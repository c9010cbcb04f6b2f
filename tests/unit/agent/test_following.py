"""Who adds a fact to what was left open in an ended contact need not say it all again."""

from datetime import timedelta

import pytest

from callcenter.events import Dialogue, Turn, Unfinished
from services.agent.conversation.talk import Said, answer
from services.agent.worker import AgentWorker

from .conftest import NOW
from .test_dialogue import Talk


async def left_open(worker: AgentWorker) -> Unfinished:
    talk = Talk(worker.desks["retail"])
    for words in ("Please refund order 48213", "dana.lopez@example.com", "94170"):
        await talk.say(words)
    return Unfinished(reasons=talk.state.reasons, entities=talk.state.entities)


async def first_answer(worker: AgentWorker, text: str) -> Said:
    said = Turn(turn=0, at=NOW + timedelta(hours=1), speaker="customer", text=text)
    unfinished = await left_open(worker)
    return await answer(worker.desks["retail"], Dialogue(), [said], "7", follows=True, unfinished=unfinished)


@pytest.mark.parametrize("text", ["it's 94107", "oh, my zip code is 94107"])
async def test_a_fact_alone_goes_on_with_what_was_open(worker: AgentWorker, text: str):
    state = (await first_answer(worker, text)).state
    assert [reason.code for reason in state.reasons] == ["refund_request"]
    assert state.facts == {"order_id": "48213", "postcode": "94107"}


async def test_who_they_are_has_to_be_proven_again(worker: AgentWorker):
    said = await first_answer(worker, "it's 94107")
    assert (said.act.kind, said.act.slot) == ("ask", "email")


@pytest.mark.parametrize("text", ["Where is my order 48310?", "thanks", "any news?", "I want to talk to a person"])
async def test_whatever_else_they_say_is_taken_as_it_is(worker: AgentWorker, text: str):
    state = (await first_answer(worker, text)).state
    assert "refund_request" not in [reason.code for reason in state.reasons]
    assert "48213" not in state.facts.values()
