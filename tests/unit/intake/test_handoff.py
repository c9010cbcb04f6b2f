"""A person takes over a live contact, and hands it back; meanwhile the assistant is mute."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callcenter.events import utc_now
from services.intake.handoff import Watch
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.staff import Person, businesses
from tests.unit.intake.house import House, open_house, problem
from tests.waiting import until

pytestmark = pytest.mark.timeout(300)

PERSON = "I want to talk to a human"


@pytest.fixture(scope="module")
def always(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return businesses(tmp_path_factory.mktemp("always"))


@pytest.fixture
def quick(always: Path) -> IntakeSettings:
    return IntakeSettings(turn_gap=0.01, demo=True, businesses_dir=always)


@pytest.fixture
async def house(quick: IntakeSettings) -> AsyncIterator[House]:
    async with open_house(settings=quick) as house:
        yield house


@pytest.fixture
async def dana(house: House) -> Person:
    dana = Person(house.client)
    await dana.be_there("service", "returns", "payments")
    return dana


async def opened(house: House, text: str = PERSON) -> dict[str, Any]:
    answer = await house.ask({"mode": "live", "text": text}, prefer="wait=20")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def wrote(house: House, view: dict[str, Any], text: str, wait: int = 20) -> dict[str, Any]:
    answer = await house.client.post(view["links"]["messages"], json={"text": text}, headers={"Prefer": f"wait={wait}"})
    assert answer.status_code in (200, 202), answer.text
    return dict(answer.json())


async def completed(house: House, view: dict[str, Any]) -> dict[str, Any]:
    async def record() -> dict[str, Any] | None:
        now = (await house.client.get(view["links"]["self"])).json()
        assert now["status"] != "failed", now["failure"]
        return now["record"] if now["status"] == "completed" else None

    return dict(await until(record))


async def steps(house: House, view: dict[str, Any]) -> list[str]:
    return [one.type for one in await house.runtime.store.history(view["id"])]


def speakers(record: dict[str, Any]) -> str:
    return "".join(turn["speaker"][0] for turn in record["transcript"])


async def lapse(house: House, quick: IntakeSettings, ahead: timedelta) -> None:
    """The watch looks once, when so much time has passed."""
    await Watch(house.runtime, quick, lambda: utc_now() + ahead).look()


# --- nobody there, or nobody comes ------------------------------------------------------------------------------------


async def test_with_nobody_on_duty_the_contact_ends_at_once(house: House) -> None:
    view = await opened(house)
    assert view["status"] == "completed"
    assert view["record"]["outcome"] == "human_requested"
    assert "handoff" not in view["record"]


async def test_who_is_on_duty_for_another_team_is_not_waited_for(house: House) -> None:
    await Person(house.client).be_there("delivery")
    await Person(house.client, "Kim").be_there("service", business="banking")
    assert (await opened(house))["status"] == "completed"


async def test_outside_opening_hours_nobody_is_waited_for(tmp_path: Path) -> None:
    minute = (utc_now().hour + 12) % 24
    shut = businesses(tmp_path, f"{minute:02}:00-{minute:02}:01")
    for file in shut.glob("*/business.yaml"):
        file.write_text(file.read_text().replace("America/New_York", "UTC"))
    async with open_house(settings=IntakeSettings(demo=True, businesses_dir=shut)) as house:
        await Person(house.client).be_there("service")
        assert (await opened(house))["status"] == "completed"


async def test_a_deployment_may_let_nobody_wait(always: Path) -> None:
    impatient = IntakeSettings(demo=True, businesses_dir=always, handoff_patience=0)
    async with open_house(settings=impatient) as house:
        await Person(house.client).be_there("service")
        assert (await opened(house))["status"] == "completed"


async def test_nobody_comes_and_a_ticket_is_opened_as_ever(house: House, dana: Person, quick: IntakeSettings) -> None:
    view = await opened(house)
    assert (view["status"], view["record"]["handoff"]["state"]) == ("waiting", "offered")
    last = view["record"]["transcript"][-1]["text"]
    assert "Customer service" in last
    assert "3 min" in last
    await lapse(house, quick, timedelta(minutes=2))
    assert await dana.waiting() == [view["id"]]
    await lapse(house, quick, timedelta(minutes=4))
    record = await completed(house, view)
    assert record["outcome"] == "human_requested"
    assert record["handoff"]["state"] == "lapsed"
    assert record["escalation"]["reason_code"] == "customer_asked_for_person"
    await lapse(house, quick, timedelta(minutes=4))
    assert await dana.waiting() == []
    assert (await steps(house, view)).count("HandoffLapsed") == 1


async def test_who_writes_while_they_wait_is_answered_and_heard(house: House, dana: Person) -> None:
    view = await opened(house)
    view = await wrote(house, view, "it is about my order 48213")
    assert view["record"]["handoff"]["state"] == "offered"
    assert view["record"]["transcript"][-1]["speaker"] == "agent"
    accepted = await dana.does(view["id"], "accept")
    assert {"name": "order_id", "value": "48213", "turn": 2} in accepted["briefing"]["facts"]


async def test_who_leaves_while_they_wait_gets_the_ticket(house: House, dana: Person) -> None:
    view = await opened(house)
    await wrote(house, view, "never mind, bye")
    record = await completed(house, view)
    assert (record["outcome"], record["handoff"]["state"]) == ("human_requested", "lapsed")
    assert (await dana.ask(view["id"], "accept")).status_code == 409


async def test_danger_is_heard_while_they_wait(house: House, dana: Person) -> None:
    view = await opened(house)
    view = await wrote(house, view, "I want to kill myself")
    assert view["record"]["dialogue"]["danger"] == "self_harm"
    assert view["record"]["handoff"]["state"] == "offered", "a person is awaited all the more"
    await dana.does(view["id"], "accept")
    await dana.does(view["id"], "close", note="Stayed until help was there.")
    assert (await completed(house, view))["escalation"]["reason_code"] == "danger_self_harm"


# --- a person has it --------------------------------------------------------------------------------------------------


async def test_a_handoff_from_the_wish_to_the_wrap_up(house: House, dana: Person) -> None:
    view = await opened(house)
    accepted = await dana.does(view["id"], "accept")
    assert (accepted["handoff"]["state"], accepted["handoff"]["owner"]) == ("accepted", "Dana")
    assert accepted["briefing"]["situation"].startswith("The customer asked for a person.")
    await dana.does(view["id"], "say", text="Hello, I'm Dana. How can I help?")
    heard = await wrote(house, view, "where is order 48213? and cancel 48402, and give me a refund!")
    assert (heard["status"], heard["record"]["transcript"][-1]["speaker"]) == ("waiting", "customer")
    await dana.does(view["id"], "say", text="It is on its way.")
    await dana.does(view["id"], "close", note="Told where it is.", done=True)
    record = await completed(house, view)
    assert speakers(record) == "cahcha", "the agent only tells the outcome"
    assert record["transcript"][2]["by"] == "Dana"
    assert record["outcome"] == "understood"
    (decision,) = record["policy"]["decisions"]
    assert (decision["contact_reason"], decision["verdict"]) == ("human_agent", "allow")
    assert "Dana" in decision["reason_customer"]
    assert "Told where it is." in decision["reason_internal"]
    assert record["ticket"]["status"] == "resolved"
    assert not record["metrics"]["contained"]


async def test_the_assistant_says_nothing_while_a_person_has_it(house: House, dana: Person) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    for text in ("hello?", "I want a refund for order 48213", "dana.lopez@example.com", "94107", "yes"):
        await wrote(house, view, text)
    kinds = await steps(house, view)
    assert kinds[kinds.index("HandoffAccepted") :] == ["HandoffAccepted", *["TurnAdded"] * 5]
    look = (await house.client.get(f"/v1/handoffs/{view['id']}")).json()
    assert look["briefing"]["last_words"] == "yes"


async def test_one_of_two_wins_and_the_other_is_told_who(house: House, dana: Person) -> None:
    view, kim = await opened(house), Person(house.client, "Kim")
    first = await dana.does(view["id"], "accept")
    assert "Dana has this contact" in problem(await kim.ask(view["id"], "accept"), 409)
    assert "Dana has it" in problem(await kim.ask(view["id"], "say", text="Hello"), 409)
    assert "Dana has it" in problem(await kim.ask(view["id"], "return"), 409)
    assert (await house.client.get(f"/v1/handoffs/{view['id']}")).json() == first, "but Kim may look"
    assert await dana.does(view["id"], "accept") == first


async def test_what_is_said_under_a_key_is_said_once(house: House, dana: Person) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    for _ in range(2):
        said = await dana.does(view["id"], "say", key="one", text="Hello")
    assert said["rev"] == 4
    problem(await dana.ask(view["id"], "say", key="one", text="Good day"), 422)


async def test_a_card_number_is_hidden_whoever_says_it(house: House, dana: Person) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    said = await dana.does(view["id"], "say", text="I see the card 4242 4242 4242 4242 here")
    stored = await house.runtime.store.newest(said["id"])
    assert stored
    assert b"4242 4242 4242" not in stored.body


async def test_a_supervisor_takes_any_live_contact(house: House) -> None:
    view, sam = await opened(house, "I'd like a refund for order 48213"), Person(house.client, "Sam")
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "ask"
    taken = await sam.does(view["id"], "take")
    assert (taken["handoff"]["asked_by"], taken["handoff"]["owner"]) == ("supervisor", "Sam")
    assert taken["briefing"]["wants"] == ["Request a refund"]
    kim = Person(house.client, "Kim")
    await kim.does(view["id"], "take")
    assert "Kim has it" in problem(await sam.ask(view["id"], "say", text="Hello"), 409)
    await kim.does(view["id"], "close", note="I send it tomorrow.")
    record = await completed(house, view)
    assert [one["contact_reason"] for one in record["policy"]["decisions"]] == ["refund_request"]
    assert (record["policy"]["verdict"], record["ticket"]["status"]) == ("needs_review", "open")


async def test_what_cannot_be_taken_says_why(house: House, dana: Person) -> None:
    ended = await house.finished()
    assert "not live" in problem(await dana.ask(ended["id"], "take"), 409)
    assert "Nobody waits" in problem(await dana.ask(ended["id"], "accept"), 409)
    problem(await dana.ask("nothing", "accept"), 404)
    view = await opened(house, "what are your opening hours?")
    problem(await dana.ask(view["id"], "accept"), 409)
    problem(await dana.ask(view["id"], "say", text="Hello"), 409)
    assert "payment" in problem(
        await house.client.put("/v1/handoffs/duty", json={"by": "d", "business": "retail", "queues": ["payment"]}), 422
    )
    problem(await house.client.put("/v1/handoffs/duty", json={"by": " ", "business": "retail", "queues": []}), 422)
    problem(await house.client.put("/v1/handoffs/duty", json={"by": "d", "business": "retial", "queues": []}), 422)


async def test_a_contact_left_lying_ends_with_a_ticket(house: House, dana: Person, quick: IntakeSettings) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    await lapse(house, quick, timedelta(hours=9))
    assert (await house.client.get(view["links"]["self"])).json()["status"] == "waiting", "by the store's clock"
    impatient = quick.model_copy(update={"handoff_silence": 0.01, "nudge_after": 0.01, "give_up_after": 0.01})
    await until(lambda: _idle(house, view))
    await Sweeper(house.runtime.store, house.runtime.transport, impatient).sweep()
    assert (await house.client.get(view["links"]["self"])).json()["status"] == "waiting", "it is no failure"
    await lapse(house, impatient, timedelta())
    assert (await completed(house, view))["handoff"]["state"] == "lapsed"


async def _idle(house: House, view: dict[str, Any]) -> bool:
    return await house.runtime.store.idle_for(view["id"]) > 0.05


# --- and hands it back ------------------------------------------------------------------------------------------------


async def test_the_assistant_goes_on_with_what_is_open(house: House) -> None:
    view, sam = await opened(house, "I'd like a refund for order 48213"), Person(house.client, "Sam")
    await sam.does(view["id"], "take")
    await sam.does(view["id"], "say", text="Just tell the assistant who you are, and it will do that.")
    back = await sam.does(view["id"], "return", note="Wants it back on the card.")
    assert back["handoff"]["state"] == "returned"
    view = await until(lambda: _asks(house, view))
    assert view["record"]["transcript"][-1]["text"].count("Sam") == 1
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "ask"
    view = await wrote(house, view, "dana.lopez@example.com")
    view = await wrote(house, view, "94107")
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "confirm"
    view = await wrote(house, view, "yes, please")
    assert view["record"]["dialogue"]["settled"][0]["decision"]["action"]["name"] == "refund"


async def test_what_the_person_did_is_settled_and_there_may_be_more(house: House, dana: Person) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    await dana.does(view["id"], "return", note="All answered.", done=True)
    view = await until(lambda: _asks(house, view))
    assert view["record"]["dialogue"]["acts"][-1]["kind"] == "anything_else"
    assert (view["record"]["dialogue"]["refused"], len(view["record"]["dialogue"]["acts"])) == (0, 1)
    await wrote(house, view, "no, that is all, bye")
    record = await completed(house, view)
    assert record["outcome"] == "understood"
    assert [one["contact_reason"] for one in record["policy"]["decisions"]] == ["human_agent"]


async def test_who_asks_again_gets_a_person_again(house: House, dana: Person) -> None:
    view = await opened(house)
    await dana.does(view["id"], "accept")
    await dana.does(view["id"], "return")
    view = await until(lambda: _asks(house, view))
    view = await wrote(house, view, PERSON)
    assert (view["record"]["handoff"]["state"], view["record"]["handoff"]["tried"]) == ("offered", ["wants_person"])


async def test_what_the_assistant_gave_up_on_it_hands_over_once(house: House, dana: Person) -> None:
    view = await opened(house, "I'd like a refund for order 48213")
    view = await _cannot_say(house, view)
    assert (view["record"]["handoff"]["asked_by"], view["record"]["handoff"]["state"]) == ("agent", "offered")
    cause = view["record"]["handoff"]["cause"]
    await dana.does(view["id"], "accept")
    await dana.does(view["id"], "return", note="They have to say who they are.")
    view = await until(lambda: _asks(house, view))
    view = await _cannot_say(house, view)
    record = await completed(house, view)
    assert (record["handoff"]["state"], record["handoff"]["cause"]) == ("returned", cause), "not handed over again"


async def _cannot_say(house: House, view: dict[str, Any]) -> dict[str, Any]:
    """Until the assistant has something else to say than a question."""
    for _ in range(10):
        if view["status"] != "waiting" or view["record"].get("handoff", {}).get("state") == "offered":
            break
        view = await wrote(house, view, "I don't know that")
    return view


async def _asks(house: House, view: dict[str, Any]) -> dict[str, Any] | None:
    """The view once the agent has the contact again, and has spoken."""
    now = (await house.client.get(view["links"]["self"])).json()
    assert now["status"] != "failed", now["failure"]
    handed_back = now["record"]["handoff"]["state"] == "returned"
    return dict(now) if handed_back and now["record"]["transcript"][-1]["speaker"] == "agent" else None


# --- who waits, who is there ------------------------------------------------------------------------------------------


async def test_who_has_waited_longest_is_first_and_each_queue_has_its_own(house: House, dana: Person) -> None:
    first, second = await opened(house), await opened(house)
    third = await opened(house, "I was charged twice, and I want to talk to a human about that")
    queue = third["record"]["handoff"]["queue"]
    assert await dana.waiting() == [first["id"], second["id"], third["id"]]
    assert await dana.waiting(queue="service") == [
        one["id"] for one in (first, second, third) if one["record"]["handoff"]["queue"] == "service"
    ]
    assert await dana.waiting(business="banking") == []
    assert await dana.waiting(business="retail", queue=queue)
    await dana.does(second["id"], "accept")
    answer = (await house.client.get("/v1/handoffs")).json()
    assert [one["id"] for one in answer["accepted"]] == [second["id"]]
    assert second["id"] not in await dana.waiting()


async def test_presence_ends_when_it_is_not_repeated(house: House, dana: Person) -> None:
    on = (await house.client.get("/v1/handoffs/duty")).json()
    assert on == [{"name": "Dana", "business": "retail", "queues": ["service", "returns", "payments"]}]
    assert (await dana.be_there())["until"] is None
    assert (await house.client.get("/v1/handoffs/duty")).json() == []
    assert (await opened(house))["status"] == "completed"
