"""Other proofs of who they are are offered only where these lead to an account."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk


async def without(worker: AgentWorker, business: str, *said: str) -> str:
    """What is answered to somebody who does not have what they were asked for last."""
    talk = Talk(worker.desks[business])
    for words in said:
        await talk.say(words)
    return await talk.say("I don't have one")


async def test_nothing_is_offered_that_leads_to_no_account(worker: AgentWorker) -> None:
    answered = await without(worker, "retail", "I want to change my account details")
    assert "zip code and date of birth" not in answered
    assert "email" in answered


@pytest.mark.parametrize(
    ("business", "said", "offered"),
    [
        ("retail", ("I want a refund for order 48213",), "zip code and date of birth"),
        ("telecom", ("I want to change my billing address",), "date of birth and zip code"),
    ],
)
async def test_what_leads_to_one_is_offered(
    worker: AgentWorker, business: str, said: tuple[str, ...], offered: str
) -> None:
    assert offered in await without(worker, business, *said)
