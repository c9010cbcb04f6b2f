"""Who adds a fact to what was left open in an ended contact need not say it all again."""

from datetime import timedelta

import pytest

from callcenter.events import Dialogue, Turn, Unfinished
from services.agent.conversation.talk import Said, answer
from services.agent.worker import AgentWorker
from tests.standing import finished

from .conftest import NOW, requested
from .test_dialogue import Talk


async def left_open(worker: AgentWorker) -> Unfinished:
    talk = Talk(worker.desks["retail"])
    for words in ("Please refund order 48213", "dana.lopez@example.com", "94170"):
        await talk.say(words)
    return Unfinished(reasons=talk.state.reasons, entities=talk.state.entities)


async def first_answer(worker: AgentWorker, text: str) -> Said:
    said = Turn(turn=0, at=NOW + timedelta(hours=1), speaker="customer", text=text)
    unfinished = await left_open(worker)
    desk = worker.desks["retail"]
    begun = await answer(desk, Dialogue(), [said], "7", follows=True, unfinished=unfinished)
    return await finished(desk, requested(""), begun, [said])


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


# --- nothing was left open --------------------------------------------------------------------------------------------


async def decided(worker: AgentWorker, text: str) -> Dialogue:
    open_one = await left_open(worker)
    reasons = tuple(one.model_copy(update={"asks": "question", "follows_up": True}) for one in open_one.reasons)
    unfinished = open_one.model_copy(update={"reasons": reasons})
    said = Turn(turn=0, at=NOW + timedelta(hours=1), speaker="customer", text=text)
    return (await answer(worker.desks["retail"], Dialogue(), [said], "7", follows=True, unfinished=unfinished)).state


async def test_who_only_adds_a_fact_is_told_what_became_of_it(worker: AgentWorker) -> None:
    state = await decided(worker, "sorry, typo, it's 94107")
    taken = [(one.code, one.asks, one.follows_up) for one in state.reasons]
    assert taken == [("refund_request", "question", True)]
    assert not state.confirmed


async def test_thanks_take_up_nothing(worker: AgentWorker) -> None:
    state = await decided(worker, "thank you so much")
    assert "refund_request" not in [one.code for one in state.reasons]


# --- several requests of one kind -------------------------------------------------------------------------------------


async def cancelling(worker: AgentWorker, *orders: str) -> Unfinished:
    """As many cancellations, left open since the proof of who asked was wrong."""
    talk = Talk(worker.desks["retail"])
    for words in (f"Please cancel orders {' and '.join(orders)}", "robert.haines@example.com", "30903"):
        await talk.say(words)
    assert [reason.own for reason in talk.state.reasons] == [{"order_id": order} for order in orders]
    shared = tuple(one for one in talk.state.entities if one.name != "order_id")
    return Unfinished(reasons=talk.state.reasons, entities=shared)


async def gone_on(worker: AgentWorker, unfinished: Unfinished, text: str) -> Dialogue:
    said = Turn(turn=0, at=NOW + timedelta(hours=1), speaker="customer", text=text)
    taken = await answer(worker.desks["retail"], Dialogue(), [said], "7", follows=True, unfinished=unfinished)
    return taken.state


def orders(state: Dialogue) -> list[str | None]:
    assert {reason.code for reason in state.reasons} == {"order_cancel"}
    return [reason.own.get("order_id") for reason in state.reasons]


async def test_what_each_request_has_for_its_own_goes_along_with_it(worker: AgentWorker):
    state = await gone_on(worker, await cancelling(worker, "48244", "48402"), "my zip code is 30309")
    assert orders(state) == ["48244", "48402"]
    assert {entity.value for entity in state.entities} == {"48244", "48402", "30309"}
    assert all(entity.evidence.end == 0 for reason in state.reasons for entity in reason.entities), "said elsewhere"


async def test_of_two_that_were_asked_for_only_the_open_one_goes_along(worker: AgentWorker):
    both = await cancelling(worker, "48244", "99999")
    open_one = both.model_copy(update={"reasons": both.reasons[1:]})
    assert orders(await gone_on(worker, open_one, "sorry, it is 48402")) == ["48402"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("it's 48402", ["48244", "48402"]), ("it's order 48240", ["48240", "48420"]), ("48420!", ["48244", "48420"])],
)
async def test_a_value_corrects_the_request_whose_own_it_is_most_like(
    worker: AgentWorker, text: str, expected: list[str]
):
    state = await gone_on(worker, await cancelling(worker, "48244", "48420"), text)
    assert orders(state) == expected
    assert state.unsettled == ()
