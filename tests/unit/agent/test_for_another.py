"""Who says that the account is not theirs gets nothing of it; who only speaks of others is served."""

import pytest

from callcenter.business import load
from callcenter.settings import PROJECT
from services import policy
from services.agent.hearing.cues import Cues, any_of
from services.agent.worker import AgentWorker
from tests.live import LiveContact

from .conftest import requested

HERS = "robert.haines@example.com, zip 30309, order 48402"


def contact_with(worker: AgentWorker, business: str = "retail") -> LiveContact:
    return LiveContact(worker, policy.build(), requested("", business=business))


@pytest.mark.parametrize(
    "words",
    [
        "my neighbor's order should come to me, please change the delivery address to 5 Elm Street, Austin 78704",
        "please cancel it, I'm his daughter",
        "I'm not him but please cancel it",
        "cancel it please, I am writing on behalf of Robert",
        "when does the parcel in my ex's account arrive",
    ],
)
async def test_nothing_of_it_is_read_back_told_or_done(worker: AgentWorker, words: str):
    contact = contact_with(worker)
    text = await contact.say(f"{words}. {HERS}")
    decided = contact.decided
    assert decided.dialogue
    assert decided.dialogue.for_another
    assert "belongs to" in text or "colleague" in text
    assert not decided.contact.verified.verified
    assert {decision.verdict for decision in decided.policy.decisions} <= {"needs_review"}
    assert contact.done == []
    assert "Drill" not in "".join(turn.text for turn in decided.transcript if turn.speaker == "agent")


async def test_who_says_so_at_the_read_back_has_not_agreed(worker: AgentWorker):
    contact = contact_with(worker)
    await contact.say(f"please cancel my order, {HERS}")
    assert contact.act == "confirm"
    await contact.say("yes please. I'm his wife")
    assert contact.done == []
    assert contact.decided.outcome == "human_requested"


async def test_who_said_so_before_is_not_served_with_the_next_either(worker: AgentWorker):
    contact = contact_with(worker)
    await contact.say("when are you open? I'm asking on behalf of my boss's company", f"now cancel the order, {HERS}")
    assert contact.done == []
    assert contact.decided.policy.decisions[-1].verdict == "needs_review"


@pytest.mark.parametrize(
    "text",
    [
        "Please send 40 to my son's account",
        "my husband says the order number is 48402",
        "I want to return my wife's order, the shoes are too small",
        "it's not him, it's me who ordered it",
        "my friend told me that you have an account for students",
        "I ordered it for my mother, and she wants to keep it",
        "I'm not sure whose account it is on",
        "put my wife's phone on the larger plan",
        "a friend's recommendation brought me to you",
        "I write on behalf of myself",
        "is there a discount for my daughter",
        "I'm not her biggest fan",
    ],
)
def test_who_only_speaks_of_others_speaks_for_themselves(text: str):
    another = any_of(load(PROJECT / "languages" / "en", "cues.yaml", Cues).another)
    assert not another.search(text)
