"""POST /v1/interactions/{id}/messages: a person talks with the agent."""

import asyncio
from typing import Any

import httpx2
import pytest

from callcenter.storage.protocol import MAX_EVENT
from services.intake.conversations import MAX_MESSAGES, MAX_SAID
from services.intake.requests import MAX_TEXT
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.unit.intake.house import House, open_house, problem
from tests.waiting import listed, until

QUICK = IntakeSettings(turn_gap=0.01, demo=True)


class Caller:
    """A person at the door of a house."""

    def __init__(self, house: House, view: dict[str, Any]) -> None:
        self.house, self.view = house, view

    @classmethod
    async def open(cls, house: House, **body: Any) -> "Caller":
        answer = await house.ask({"mode": "live", **body}, prefer="wait=20")
        assert answer.status_code == 200, answer.text
        return cls(house, answer.json())

    @classmethod
    async def begin(cls, house: House) -> "Caller":
        """Where no agent answers."""
        answer = await house.ask({"mode": "live"})
        assert answer.status_code == 202, answer.text
        return cls(house, answer.json())

    async def post(self, text: str, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.house.client.post(self.view["links"]["messages"], json={"text": text}, headers=named)

    async def say(self, *texts: str) -> dict[str, Any]:
        """What has been said once the agent has answered all of it, as a view."""
        for text in texts[:-1]:
            assert (await self.post(text)).status_code in (200, 202)
        answer = await self.post(texts[-1], prefer="wait=20")
        assert answer.status_code == 200, answer.text
        self.view = answer.json()
        return self.view

    async def read(self) -> dict[str, Any]:
        """The view that our own people have."""
        view: dict[str, Any] = (await self.house.client.get(self.view["links"]["self"])).json()
        return view

    @property
    def said(self) -> list[str]:
        return [f"{turn['speaker']}: {turn['text']}" for turn in self.view["record"]["transcript"]]

    @property
    def speakers(self) -> str:
        return "".join(turn["speaker"][0] for turn in self.view["record"]["transcript"])


@pytest.fixture
async def house():
    async with open_house(settings=QUICK) as house:
        yield house


async def test_a_conversation_from_the_greeting_to_the_outcome(house: House) -> None:
    caller = await Caller.open(house)
    assert (caller.view["status"], caller.view["stage"], caller.speakers) == ("waiting", "agent", "a")
    assert caller.view["record"]["dialogue"]["acts"] == [
        {"kind": "greet", "slot": None, "again": False, "request": None, "things": []}
    ]
    await caller.say("I'd like a refund for my espresso machine")
    await caller.say("order 48213")
    await caller.say("dana.lopez@example.com")
    view = await caller.say("94107")
    assert view["status"] == "waiting"
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "confirm"
    view = await caller.say("yes, please")
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "anything_else"
    assert view["record"]["dialogue"]["settled"][0]["decision"]["rule_id"] == "refund.window"
    assert "129.00" in caller.said[-1]
    view = await caller.say("no, that is all")
    assert view["status"] == "completed"
    assert caller.speakers == "acacacacacacaa"
    record, outcome = (await caller.read())["record"], caller.said[-1]
    assert record["policy"]["decisions"][0]["rule_id"] == "refund.window"
    assert "129.00" in outcome
    assert record["ticket"]["ticket_id"] in outcome
    assert record["understanding"]["persona"] is None
    assert "I'd like a refund for my espresso machine" in record["summary"]["situation"]
    (card,) = (await house.client.get("/v1/interactions")).json()["items"]
    assert card["text"] == "I'd like a refund for my espresso machine"
    for entity in record["entities"]:
        assert record["transcript"][entity["evidence"]["turn"]]["speaker"] == "customer"


async def test_the_first_words_may_open_it(house: House) -> None:
    caller = await Caller.open(house, text="Where is my order 48310?", customer_id="C-1015")
    assert (caller.speakers, caller.view["status"]) == ("ca", "waiting")


async def test_quick_messages_are_one_turn() -> None:
    async with open_house(settings=IntakeSettings(turn_gap=0.2)) as house:
        caller = await Caller.open(house)
        await caller.say("hi", "I want a refund", "for order 48213")
        assert caller.speakers == "accca"
        assert caller.view["record"]["dialogue"]["entities"][0]["value"] == "48213"


async def test_a_message_is_taken_once_under_one_key(house: House) -> None:
    caller = await Caller.open(house)
    first = await caller.post("I want a refund", idempotency_key="m1", prefer="wait=20")
    again = await caller.post("I want a refund", idempotency_key="m1", prefer="wait=20")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert "another message" in problem(await caller.post("I want a lamp", idempotency_key="m1"), 422)
    caller.view = again.json()
    assert caller.speakers == "aca"


async def test_messages_that_meet_are_all_kept() -> None:
    async with open_house(settings=IntakeSettings(turn_gap=0.3, accept_timeout=20)) as house:
        caller = await Caller.open(house)
        answers = await asyncio.gather(*(caller.post(f"thing {n}") for n in range(10)))
        assert {answer.status_code for answer in answers} == {202}
        await until(lambda: _settled(caller))
        assert sorted(said for said in caller.said if said.startswith("customer")) == sorted(
            f"customer: thing {n}" for n in range(10)
        )
        assert caller.speakers == "a" + "c" * 10 + "a"


async def test_a_message_to_nothing_is_told_so(house: House) -> None:
    assert "no interaction" in problem(await house.client.post("/v1/interactions/x/messages", json={"text": "a"}), 404)


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"text": " "}, 422), ({"text": "a", "turn": 4}, 422), ([], 422)]
)
async def test_a_message_that_is_none_is_explained(house: House, body: Any, status: int) -> None:
    caller = await Caller.open(house)
    problem(await house.client.post(caller.view["links"]["messages"], json=body), status)


async def test_a_customer_who_says_nothing_more_ends_it(house: House) -> None:
    caller = await Caller.open(house, text="I want a refund for order 48213")
    impatient = IntakeSettings(silence_after=0.05)
    sweeper = Sweeper(house.runtime.store, house.runtime.transport, impatient)
    await sweeper.sweep()
    assert (await _now(caller))["status"] == "waiting"
    await asyncio.sleep(0.06)
    await sweeper.sweep()
    await until(lambda: _settled(caller, "completed"))
    record = caller.view["record"]
    assert record["outcome"] == "abandoned"
    assert record["contact_reason"]["code"] == "refund_request"
    assert record["disposition"]["code"] == "customer_left"
    assert {fact["name"] for fact in record["missing"]} == {"email", "postcode", "date_of_birth"}
    assert "on hold" in record["summary"]["action"]


async def test_a_conversation_takes_so_many_messages_and_no_more() -> None:
    async with open_house(settings=IntakeSettings(turn_gap=60), working=False) as house:
        caller = await Caller.begin(house)
        for _ in range(MAX_MESSAGES):
            assert (await caller.post("a")).status_code == 202
        refused = await caller.post("a", prefer="wait=0")
        assert f"up to {MAX_MESSAGES} messages; please open a new one" in problem(refused, 409)
        house.runtime.draining.set()


@pytest.mark.parametrize("letter", ["x", "ß", "🙂", '"'])
async def test_a_conversation_takes_so_much_text_and_no_more(letter: str) -> None:
    """Long before its dossier could not be sent any more, whatever is written."""
    async with open_house(settings=IntakeSettings(turn_gap=60), working=False) as house:
        caller = await Caller.begin(house)
        text, size = letter * MAX_TEXT, len(letter.encode()) * MAX_TEXT
        for _ in range(MAX_SAID // size):
            assert (await caller.post(text)).status_code == 202
        left = MAX_SAID % size
        detail = problem(await caller.post(text), 413)
        assert f"room for {left} more bytes" in detail
        assert "please send a shorter message, or open a new one" in detail
        assert (await caller.post("ok, bye")).status_code == (202 if left >= 7 else 413)
        newest = await house.runtime.store.newest(caller.view["id"])
        assert newest
        assert len(newest.body) < MAX_EVENT / 2
        house.runtime.draining.set()


async def test_the_turns_arrive_live(house: House) -> None:
    caller = await Caller.open(house)
    told = asyncio.create_task(house.client.get(caller.view["links"]["events"]))
    await caller.say("what are your opening hours?")
    await caller.say("thanks, that is all")
    frames = (await asyncio.wait_for(told, 20)).text
    order = [frames.index(f"event: {name}") for name in ("AgentSpoke", "CustomerSpoke", "InteractionCompleted")]
    assert order == sorted(order)
    assert "your opening hours?" in frames


async def test_a_message_that_was_not_passed_on_is_found_by_the_sweeper() -> None:
    async with open_house(settings=IntakeSettings(turn_gap=30, sweep_every=0.05, republish_after=0.1)) as house:
        caller = await Caller.open(house)
        assert (await caller.post("I want to talk to a person")).status_code == 202
        sweeper = Sweeper(house.runtime.store, house.runtime.transport, IntakeSettings(republish_after=0.05))
        await asyncio.sleep(0.06)
        await sweeper.sweep()
        await until(lambda: _settled(caller, "completed"))
        assert await listed(house.runtime.store.pending(0)) == []
        house.runtime.draining.set()


async def _now(caller: Caller) -> dict[str, Any]:
    view: dict[str, Any] = (await caller.house.client.get(caller.view["links"]["self"])).json()
    return view


async def _settled(caller: Caller, *states: str) -> bool:
    caller.view = await _now(caller)
    return caller.view["status"] in (states or ("waiting", "completed"))


async def test_no_card_number_is_kept(house: House) -> None:
    caller = await Caller.open(house)
    view = await caller.say("I was charged twice on my card 4111 1111 1111 1111")
    assert "4111 1111" not in str(view)
    assert "•••• •••• •••• 1111" in caller.said[1]


async def test_an_order_that_is_not_found_is_asked_for_once_more(house: House) -> None:
    caller = await Caller.open(house, text="I want a refund for order 48999, dana.lopez@example.com, zip code 94107")
    assert caller.view["status"] == "waiting"
    assert "can't find order 48999" in caller.said[-1]
    view = await caller.say("oh, it's 48213")
    assert "48213" in caller.said[-1]
    await caller.say("yes")
    view = await caller.say("no, thanks")
    assert view["status"] == "completed"
    assert view["record"]["policy"]["decisions"][0]["rule_id"] == "refund.window"


async def test_a_simulated_customer_is_asked_once_more_too(house: House) -> None:
    view = await house.finished({"text": "I want a refund for order 48999", "customer_id": "C-1001", "seed": 3})
    said = [turn["text"] for turn in view["record"]["transcript"] if turn["speaker"] == "agent"]
    assert sum("can't find order 48999" in text for text in said) == 2, "the question, and the outcome"
    assert view["record"]["policy"]["verdict"] == "needs_info"
    assert len(said) <= 12
