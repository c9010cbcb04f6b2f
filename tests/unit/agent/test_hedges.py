"""What stands around an answer in free words, and says how sure somebody is of it, is no part of it."""

import pytest

from callcenter.events import Act
from services.agent.hearing.hedges import Hedges
from services.agent.worker import AgentWorker

from .test_dialogue import Talk

WORD = "marmalade"
SAID = [
    f"{WORD}, if I'm not mistaken",
    f"Wait, I've got it: {WORD}",
    f"hm, let me think... {WORD}",
    f"I'm fairly sure it's {WORD}.",
    f"{WORD}, as far as I remember",
    f"hold on. Found it! {WORD}",
    f"I think {WORD}, but I might be wrong",
    f"oh yes, now I remember: it's {WORD}, unless I'm mistaken",
    f"{WORD} I believe",
    WORD,
]


@pytest.mark.parametrize("text", SAID)
async def test_the_answer_is_the_word_alone(worker: AgentWorker, text: str) -> None:
    desk = worker.desks["banking"]
    talk = Talk(desk)
    await talk.say("Someone called Nimbus Gadgets took 312.40 from my card")
    asked = Act(kind="ask", slot="memorable_word")
    talk.state = talk.state.model_copy(update={"acts": (*talk.state.acts, asked)})
    await talk.say(text)
    assert talk.state.facts["memorable_word"] == WORD


@pytest.mark.parametrize("text", ["wait", "right hand", "got it", "waiting room", "let me see", "I think"])
def test_what_may_be_the_answer_itself_stays(worker: AgentWorker, text: str) -> None:
    hedges = Hedges(worker.desks["banking"].languages["en"].cues.hedges)
    assert hedges.blanked(text) == text


@pytest.mark.parametrize("text", SAID)
def test_what_stays_stands_where_it_stood(worker: AgentWorker, text: str) -> None:
    left = Hedges(worker.desks["banking"].languages["en"].cues.hedges).blanked(text)
    assert len(left) == len(text)
    assert left.index(WORD) == text.index(WORD)


def test_a_language_without_such_words_leaves_all_as_it_is() -> None:
    assert Hedges(()).blanked("ich glaube, Rose") == "ich glaube, Rose"
