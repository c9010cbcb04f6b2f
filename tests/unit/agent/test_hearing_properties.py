"""What holds for any conversation whatever is said in it: nothing is acted on without a plain yes to it."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.events import Dialogue
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.conversation.dialogue import MAX_AGENT_TURNS
from services.agent.worker import AgentWorker

from .read_backs import OPENINGS
from .test_dialogue import Talk

POOLS = {
    "requests": [
        *(text for _, text in OPENINGS.values()),
        "I want a refund",
        "cancel my order",
        "please close my account",
        "how do I cancel an order?",
        "what are your opening hours",
        "I need a copy of my bill",
        "I want an exchange instead",
    ],
    "facts": ["48213", "order 48402", "dana@example.com", "94107", "April 12, 1988", "savings", "5 GB", "415-555-0132"],
    "yeses": ["yes", "ok thanks", "👍", "yes, that's right", "go ahead", "yess"],
    "noes": ["no", "nope, that's wrong", "👎", "no, order 48244", "don't cancel it", "I don't want a refund"],
    "doubts": ["maybe", "not sure", "yes, if it is free", "wait, ok", "hold on", "yes?"],
    "questions": ["what does it cost?", "why do you need that?", "are you a robot?", "what?", "just a question"],
    "withdrawals": ["never mind", "forget it", "I changed my mind", "I don't have it"],
    "dangers": ["there is smoke coming out of it", "I want to kill myself"],
    "garbage": ["", "asdf qwer", "48213 48244 48402", "🤬", "the thing", "thanks", "hello", "you idiots", "." * 50],
}
RARE = ("dangers",)
"""They end a conversation at once."""

replies = st.sampled_from([pool for pool in POOLS for _ in range(1 if pool in RARE else 4)]).flatmap(
    lambda pool: st.sampled_from(POOLS[pool])
)
conversations = st.tuples(
    st.sampled_from(sorted(OPENINGS)).map(OPENINGS.__getitem__)
    | st.tuples(st.sampled_from(["retail", "banking"]), replies),
    st.lists(replies, max_size=MAX_AGENT_TURNS + 2),
)
some = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Watched(Talk):
    """A conversation that keeps what was heard before each act."""

    commands: Sequence[Command] = ()

    async def say(self, *texts: str) -> str:
        for text in texts:
            self.add("customer", text)
        self.commands = await self.desk.understander.read(self.state, self.turns)
        del self.turns[len(self.turns) - len(texts) :]
        return await super().say(*texts)

    @property
    def acting(self) -> list[str]:
        """What would be done now, of what must be agreed to."""
        by_code = self.desk.reasons.by_code()
        return [one.code for one in self.state.reasons if one.asks == "request" and by_code[one.code].acts]


async def held(worker: AgentWorker, business: str, *said: str) -> Watched:
    talk = Watched(worker.desks[business])
    for text in said:
        before = [act for act in talk.state.acts if act.kind != "repeat"]
        await talk.say(text)
        if talk.acts[-1] == "check" and talk.acting:
            assert before[-1].kind == "confirm", said
            assert any(isinstance(one, heard.Affirm) for one in talk.commands), said
        assert not {reason.code for reason in talk.state.reasons} & set(talk.state.declined), said
        if talk.said and talk.said.final:
            break
    return talk


@some
@given(conversation=conversations)
def test_nothing_is_acted_on_but_after_a_yes_to_its_read_back(
    worker: AgentWorker, conversation: tuple[tuple[str, str], list[str]]
):
    (business, opening), said = conversation
    talk = asyncio.run(held(worker, business, opening, *said))
    assert len(talk.acts) < MAX_AGENT_TURNS, "the outcome takes one more"


@some
@given(conversation=conversations, cut=st.integers(0, MAX_AGENT_TURNS))
def test_a_conversation_goes_on_equally_from_what_was_written_down(
    worker: AgentWorker, conversation: tuple[tuple[str, str], list[str]], cut: int
):
    (business, opening), said = conversation
    talk = Talk(worker.desks[business])

    async def both() -> None:
        for number, text in enumerate([opening, *said[:4]]):
            if number == min(cut, len(said[:4])):
                kept = Talk(talk.desk)
                kept.state = Dialogue.model_validate_json(talk.state.model_dump_json())
                kept.turns = list(talk.turns)
                assert await kept.say(text) == await talk.say(text)
                assert kept.state == talk.state
            else:
                await talk.say(text)
            if talk.said and talk.said.final:
                return

    asyncio.run(both())


@pytest.mark.parametrize("code", OPENINGS)
async def test_each_opening_comes_to_an_act_by_a_yes(worker: AgentWorker, code: str):
    """Else the above would hold of conversations in which nothing is ever done."""
    business, opening = OPENINGS[code]
    talk = await held(worker, business, opening, "yes")
    assert (talk.acts[-1], talk.acting) == ("check", [code])
