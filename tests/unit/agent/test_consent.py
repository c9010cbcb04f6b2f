"""Nothing is done without a plain yes to what was read back, and a plain yes is taken at once."""

from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from services.agent.worker import AgentWorker

from .read_backs import OPENINGS, again, read_back, to_be_done
from .test_assent import NOT_THEIR_OWN, REPORTED
from .test_dialogue import Talk

HERE = Path(__file__).parent
NO_CONSENT: dict[str, list[str]] = yaml.safe_load((HERE / "consent.yaml").read_text("utf-8"))
YES: dict[str, list[str]] = yaml.safe_load((HERE / "yeses.yaml").read_text("utf-8"))

OF_ONE_REQUEST = [
    ("order_cancel", "yes, send it to me after all"),
    ("order_cancel", "Yes, please ship it"),
    ("order_cancel", "ok, don't cancel it"),
    ("order_cancel", "please do not cancel my order"),
    ("order_cancel", "can't I just change the address instead?"),
    ("order_cancel", "yes, I'd like an exchange instead"),
    ("order_cancel", "is it too late to cancel?"),
    ("order_cancel", "yes, as soon as you know whether it was shipped"),
    ("refund_request", "yes, but I want to keep the money where it is"),
    ("refund_request", "no refund please"),
    ("refund_request", "ok, a replacement instead"),
    ("refund_request", "how many days does a refund take?"),
    ("account_close", "yes, leave my account open"),
    ("account_close", "I don't want it closed"),
    ("account_close", "yes, keep the savings account open please"),
    ("account_close", "what happens to the money in it?"),
    ("account_close", "ok, once the balance is paid out"),
    ("account_close", "close? I asked for a statement!"),
    ("card_lost", "yes, I just found it in my coat"),
    ("card_lost", "ok, don't block it, it has turned up"),
    ("card_lost", "Found it! Don't block anything."),
    ("cancel", "yes, let me keep my number"),
    ("cancel", "no, don't cut me off"),
    ("cancel", "yes, I would like to stay with you"),
    ("cancel", "do I have to pay until the end of the contract?"),
    ("cancel", "sure, after my contract has run out"),
    ("data_topup", "Yes, please stop that."),
    ("refund_request", "Yes, please stop that."),
    ("data_topup", "yes, no more data please"),
    ("data_topup", "is that 5 GB for free?"),
    ("data_topup", "ok only if it's under ten dollars"),
    ("data_topup", "don't add anything"),
]
ECHOES = [
    ("order_cancel", "yes, cancel it"),
    ("order_cancel", "Yes please cancel my order"),
    ("refund_request", "yes, I want my refund"),
    ("refund_request", "refund please, yes"),
    ("account_close", "yes, close it"),
    ("account_close", "yes, please close my account"),
    ("cancel", "yes, cancel my contract"),
    ("cancel", "Yes, please cancel."),
    ("data_topup", "yes, add the data"),
]
NOT_TAKEN = {"sur"}
"""Yeses that are asked about once more today; it costs a turn, and nothing is lost."""

TAKEN = 0.9


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def read_backs(worker: AgentWorker) -> dict[str, Talk]:
    return {code: await read_back(worker.desks, code) for code in OPENINGS}


async def done_after(read_backs: dict[str, Talk], code: str, reply: str) -> bool:
    talk = again(read_backs[code])
    await talk.say(reply)
    return code in to_be_done(talk)


@pytest.mark.parametrize("reply", [reply for replies in NO_CONSENT.values() for reply in replies])
async def test_what_is_no_plain_yes_is_no_consent(read_backs: dict[str, Talk], reply: str):
    assert [code for code in OPENINGS if await done_after(read_backs, code, reply)] == []


@pytest.mark.parametrize(("code", "reply"), OF_ONE_REQUEST)
async def test_a_yes_to_something_else_is_no_consent(read_backs: dict[str, Talk], code: str, reply: str):
    assert not await done_after(read_backs, code, reply)


@pytest.mark.parametrize("reply", [reply for replies in YES.values() for reply in replies if reply not in NOT_TAKEN])
async def test_a_plain_yes_is_taken_at_once(read_backs: dict[str, Talk], reply: str):
    assert [code for code in OPENINGS if not await done_after(read_backs, code, reply)] == []


@pytest.mark.parametrize(("code", "reply"), ECHOES)
async def test_a_yes_may_repeat_the_words_of_the_request(read_backs: dict[str, Talk], code: str, reply: str):
    assert await done_after(read_backs, code, reply)


def test_few_plain_yeses_are_asked_about_once_more():
    yeses = {reply for replies in YES.values() for reply in replies}
    assert yeses >= NOT_TAKEN
    assert len(yeses - NOT_TAKEN) >= TAKEN * len(yeses)


@pytest.mark.parametrize("reply", REPORTED)
async def test_a_yes_after_somebody_elses_at_home_is_taken(read_backs: dict[str, Talk], reply: str):
    assert [code for code in OPENINGS if not await done_after(read_backs, code, reply)] == []


@pytest.mark.parametrize("reply", [*NOT_THEIR_OWN, "he says fine but I don't", "he said fine, so let me think"])
async def test_somebody_elses_yes_is_no_consent(read_backs: dict[str, Talk], reply: str):
    assert [code for code in OPENINGS if await done_after(read_backs, code, reply)] == []


async def test_wait_and_ok_in_two_messages_are_no_consent(read_backs: dict[str, Talk]):
    talk = again(read_backs["order_cancel"])
    await talk.say("wait", "ok")
    assert not to_be_done(talk)


@pytest.mark.parametrize("first", ["is there a fee?", "maybe", "hold on a second", "can I undo it later?"])
async def test_a_yes_after_a_doubt_counts_once_it_was_read_back_again(read_backs: dict[str, Talk], first: str):
    talk = again(read_backs["order_cancel"])
    await talk.say(first)
    assert not to_be_done(talk)
    while talk.acts[-1] != "check" and len(talk.acts) < 5:
        await talk.say("yes")
    assert "order_cancel" in to_be_done(talk)
    assert talk.acts[-2] in ("confirm", "repeat")
