"""Who says that they want no person is not handed to one; who asks for one is, in whatever words beside."""

import pytest

from services import policy
from services.agent.worker import AgentWorker
from tests.live import LiveContact

from .conftest import requested

ORDER = "where is my order 48402? robert.haines@example.com, zip 30309"


@pytest.fixture
def contact(worker: AgentWorker) -> LiveContact:
    return LiveContact(worker, policy.build(), requested("", business="retail"))


@pytest.mark.parametrize(
    "words",
    [
        "no colleague please, just tell me",
        "without a human please",
        "I don't want to talk to a person, you can do that",
        "do not hand me over again",
        "no agent, please",
    ],
)
async def test_who_wants_no_person_gets_none(contact: LiveContact, words: str):
    await contact.say("I need the invoice of an order", words)
    assert contact.act not in ("hand_over", "farewell")


async def test_nor_who_says_so_beside_a_request(contact: LiveContact):
    await contact.say(f"please no human agent. {ORDER}")
    assert contact.act == "anything_else"


@pytest.mark.parametrize(
    "words",
    [
        "get me a human",
        "no, I want to talk to a person",
        "is there no human I can talk to?",
        "I don't want a robot, give me a colleague",
        "no person can help me here but a supervisor, put me through to one",
    ],
)
async def test_who_asks_for_one_gets_one(contact: LiveContact, words: str):
    await contact.say("I need the invoice of an order", words)
    assert contact.decided.outcome == "human_requested"
