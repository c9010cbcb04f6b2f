"""A value beside a no is what they want instead: it is read back anew, and the old one is never done."""

import pytest

from services.agent.worker import AgentWorker

from .read_backs import read_back
from .test_dialogue import Talk

OTHERWISE = [
    ("nope, two will do", "2 GB"),
    ("no. ten", "10 GB"),
    ("hm no, twenty of them", "20 GB"),
    ("make it ten, we stream a lot", "10 GB"),
    ("make that 2, I won't need more", "2 GB"),
    ("no, the smallest is fine", "2 GB"),
    ("scratch that, 20 GB", "20 GB"),
    ("not 5, 10", "10 GB"),
    ("that's too little, ten please", "10 GB"),
    ("wrong, it should say 2", "2 GB"),
]


@pytest.mark.parametrize(("text", "pack"), OTHERWISE)
async def test_a_value_beside_a_no_is_read_back_anew(worker: AgentWorker, text: str, pack: str) -> None:
    talk = await read_back(worker.desks, "data_topup")
    await talk.say(text)
    assert (talk.acts[-1], talk.state.facts["data_pack"]) == ("confirm", pack)
    await talk.say("yes")
    assert (talk.acts[-1], talk.state.facts["data_pack"]) == ("check", pack)


async def test_the_value_may_come_after_the_no(worker: AgentWorker) -> None:
    talk = await read_back(worker.desks, "data_topup")
    await talk.say("no")
    await talk.say("ten")
    assert (talk.acts[-1], talk.state.facts["data_pack"]) == ("confirm", "10 GB")


@pytest.mark.parametrize(
    "text", ["no", "hold on two minutes", "is 10 dearer?", "no, I have 3 children waiting", "never mind"]
)
async def test_what_is_no_value_changes_nothing(worker: AgentWorker, text: str) -> None:
    talk = await read_back(worker.desks, "data_topup")
    await talk.say(text)
    assert talk.state.facts["data_pack"] == "5 GB"
    assert talk.acts[-1] != "check"


async def limit(worker: AgentWorker) -> Talk:
    talk = Talk(worker.desks["banking"])
    await talk.say(
        "please raise my transfer limit to 3600, dana@example.com, zip code 94107, I was born on April 12, 1988"
    )
    assert (talk.acts[-1], talk.state.facts["new_limit"]) == ("confirm", "3600.00")
    return talk


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("make it 2900, that is all I need", "2900.00"),
        ("scratch that, 2k", "2000.00"),
        ("no, 1,500 will do", "1500.00"),
        ("rather 2500, I don't send that much", "2500.00"),
    ],
)
async def test_a_sum_needs_no_sign_there(worker: AgentWorker, text: str, value: str) -> None:
    talk = await limit(worker)
    await talk.say(text)
    assert (talk.acts[-1], talk.state.facts["new_limit"]) == ("confirm", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("make it 2,900 dollars", "2900.00"),
        ("no, $1,500", "1500.00"),
        ("rather 2500 bucks", "2500.00"),
        ("ok but $1,800", "1800.00"),
    ],
)
async def test_a_sum_with_its_sign_is_the_one_that_was_read_back(worker: AgentWorker, text: str, value: str) -> None:
    talk = await limit(worker)
    await talk.say(text)
    assert (talk.acts[-1], talk.state.facts["new_limit"]) == ("confirm", value)
    assert "amount" not in talk.state.facts


async def test_a_sum_that_is_told_of_changes_nothing(worker: AgentWorker) -> None:
    talk = await limit(worker)
    await talk.say("the builder of our garage wants to have $3,200 from me by Friday")
    assert talk.state.facts["new_limit"] == "3600.00"
    assert talk.acts[-1] != "check"
