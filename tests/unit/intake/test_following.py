"""A message to an interaction that has ended opens another one that follows it, once."""

import asyncio
import csv
import io
import json
from typing import Any
from uuid import UUID

import httpx2
import pytest

from callcenter.events import CustomerSpoke, Failure, InteractionFailed
from services import agent, policy, summary, ticketing
from services.intake.settings import IntakeSettings
from services.summary.settings import SummarySettings
from tests.unit.intake.house import REFUND, House, open_house, problem
from tests.waiting import listed, until

QUICK = IntakeSettings(turn_gap=0.01, demo=True)
PERSON = {"mode": "live", "text": "let me talk to a human", "customer_id": "C-1001", "channel": "chat"}
MORE = "I also want a refund for order 48213"


@pytest.fixture
async def house():
    async with open_house(settings=QUICK) as house:
        yield house


async def reply(house: House, view: dict[str, Any], text: str = MORE, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.post(view["links"]["messages"], json={"text": text}, headers=named)


async def now(house: House, interaction_id: str) -> dict[str, Any]:
    view: dict[str, Any] = (await house.client.get(f"/v1/interactions/{interaction_id}")).json()
    return view


async def taken_up(house: House, view: dict[str, Any], text: str) -> dict[str, Any]:
    """What our people see of the contact that a reply opened."""
    answer = await reply(house, view, text, prefer="wait=20")
    return await now(house, answer.json()["id"])


def customers_words(view: dict[str, Any]) -> list[str]:
    return [turn["text"] for turn in view["record"]["transcript"] if turn["speaker"] == "customer"]


async def test_it_is_answered_with_the_new_one_which_names_the_old(house: House) -> None:
    ended = await now(house, (await house.finished(PERSON))["id"])
    assert ended["follows"] is None
    answer = await reply(house, ended, prefer="wait=20")
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert answer.headers["location"] == view["links"]["self"] == f"/v1/interactions/{view['id']}"
    assert view["id"] != ended["id"]
    assert UUID(view["id"]).version == 7
    assert (view["follows"], view["status"]) == (ended["id"], "waiting")
    contact, request = view["record"]["contact"], view["record"]["request"]
    assert contact["follows"] == ended["id"]
    assert (contact["customer_id"], contact["channel"]) == ("C-1001", "chat")
    assert contact["number"] > ended["record"]["contact"]["number"]
    assert (request["business"], request["mode"], request["text"]) == ("retail", "live", MORE)
    assert customers_words(view) == [MORE]
    assert await now(house, ended["id"]) == ended


async def test_without_waiting_it_is_202(house: House) -> None:
    ended = await house.finished(PERSON)
    answer = await reply(house, ended)
    assert (answer.status_code, answer.json()["follows"]) == (202, ended["id"])


async def test_a_reply_to_a_simulated_conversation_opens_a_live_one(house: House) -> None:
    ended = await house.finished({**REFUND, "business": "retail", "persona": "terse"})
    view = (await reply(house, ended, "Thanks. And where is order 48310?", prefer="wait=20")).json()
    assert (view["follows"], view["record"]["request"]["mode"]) == (ended["id"], "live")
    assert view["record"]["request"]["persona"] is None


async def test_the_same_message_opens_it_once(house: House) -> None:
    ended = await house.finished(PERSON)
    answers = await asyncio.gather(*(reply(house, ended, idempotency_key="m1", prefer="wait=20") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert customers_words(answers[0].json()) == [MORE]
    assert "another message" in problem(await reply(house, ended, "something else", idempotency_key="m1"), 422)
    assert await house.count() == 2


async def test_what_was_said_before_the_end_is_recognized_after_it(house: House) -> None:
    opened = (await house.ask({"mode": "live"}, prefer="wait=20")).json()
    first = await reply(house, opened, "a human please", idempotency_key="m1", prefer="wait=20")
    assert first.json()["status"] == "completed"
    again = await reply(house, opened, "a human please", idempotency_key="m1")
    assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", opened["id"])


async def test_messages_that_meet_are_all_in_the_one_that_follows(house: House) -> None:
    ended = await house.finished(PERSON)
    texts = [f"thing {n}" for n in range(8)]
    answers = await asyncio.gather(*(reply(house, ended, text, idempotency_key=text) for text in texts))
    assert {answer.status_code for answer in answers} == {202}
    (follower,) = {answer.json()["id"] for answer in answers}

    async def all_answered() -> bool:
        return (await now(house, follower))["status"] == "waiting"

    await until(all_answered)
    assert sorted(customers_words(await now(house, follower))) == texts
    for text in texts:
        again = await reply(house, ended, text, idempotency_key=text)
        assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", follower)
    assert await house.count() == 2


async def test_what_follows_is_followed_in_turn(house: House) -> None:
    first = await house.finished(PERSON)
    second = (await reply(house, first, "I want to talk to a person", prefer="wait=20")).json()
    assert second["status"] == "completed"
    third = (await reply(house, first, idempotency_key="m1", prefer="wait=20")).json()
    assert (second["follows"], third["follows"]) == (first["id"], second["id"])
    again = await reply(house, first, idempotency_key="m1")
    assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", third["id"])


async def test_the_list_and_the_tables_tell_it(house: House) -> None:
    ended = await house.finished(PERSON)
    view = (await reply(house, ended, prefer="wait=20")).json()
    newest, older = (await house.client.get("/v1/interactions")).json()["items"]
    assert (newest["id"], newest["follows"]) == (view["id"], ended["id"])
    assert (older["id"], older["follows"]) == (ended["id"], None)
    lines = (await house.client.get("/v1/interactions/export")).text.splitlines()
    assert [json.loads(line)["follows"] for line in lines] == [ended["id"], None]
    table = await house.client.get("/v1/interactions/export", params={"format": "csv"})
    assert [row["follows"] for row in csv.DictReader(io.StringIO(table.text))] == [ended["id"], ""]
    assert ended["id"] in (await house.client.get(f"{view['links']['self']}/print")).text


async def test_no_card_number_gets_into_it(house: House) -> None:
    ended = await house.finished(PERSON)
    view = (await reply(house, ended, "charged twice on 4111 1111 1111 1111", prefer="wait=20")).json()
    assert "4111 1111" not in str(view)


async def test_a_failed_one_is_followed_too_and_what_follows_is_never_lost() -> None:
    async with open_house(working=False) as house:
        opened = (await house.ask({"mode": "live", "text": "Where is order 48310?"})).json()
        said = (await reply(house, opened, "please", idempotency_key="m1")).json()
        await failing(house, opened["id"])
        again = await reply(house, opened, "please", idempotency_key="m1")
        assert (again.headers["idempotency-replayed"], again.json()["status"]) == ("true", "failed")
        view = (await reply(house, opened, "hello?")).json()
        assert (view["follows"], view["record"]["request"]["text"]) == (said["id"], "hello?")
        assert view["id"] in await listed(house.runtime.store.pending(0)), (
            "the sweeper knows it until the broker has it"
        )


async def failing(house: House, interaction_id: str) -> None:
    """Its newest event, a message, cannot be handled."""
    newest = await house.runtime.store.newest(interaction_id)
    assert newest
    event = newest.event()
    assert isinstance(event, CustomerSpoke)
    failure = Failure(service="agent", reason="stalled", error="No progress.", attempts=0, input_type=event.type)
    await house.runtime.store.advance(event.then(InteractionFailed, failure=failure))


async def test_while_desks_are_at_work_a_message_waits_for_their_answer() -> None:
    async with open_house(settings=IntakeSettings(turn_gap=0.01, accept_timeout=20), working=False) as house:
        await house.runtime.add(await asyncio.to_thread(agent.build))
        busy = (await house.ask(PERSON)).json()
        await until(lambda: at(house, busy["id"], "policy"))
        sent = asyncio.create_task(reply(house, busy))
        await asyncio.sleep(0.2)
        assert not sent.done()
        for desk in (policy.build(), ticketing.build(), summary.build()):
            await house.runtime.add(desk)
        answer = await sent
        assert (answer.status_code, answer.json()["follows"]) == (202, busy["id"])


async def at(house: House, interaction_id: str, stage: str) -> bool:
    return (await now(house, interaction_id))["stage"] == stage


async def test_a_message_that_nobody_can_place_yet_is_asked_for_again() -> None:
    async with open_house(settings=IntakeSettings(accept_timeout=0.2, demo=True), working=False) as house:
        simulated = (await house.ask()).json()
        answer = await reply(house, simulated)
        assert "in a moment" in problem(answer, 409)
        assert answer.headers["retry-after"] == "2"
        assert await house.count() == 1


async def test_its_first_words_are_recognized_when_they_are_no_longer_shown() -> None:
    async with open_house(settings=QUICK, working=False) as house:
        desks = await asyncio.to_thread(lambda: (agent.build(), policy.build(), ticketing.build()))
        for desk in (*desks, summary.build(SummarySettings(redact_transcript=True))):
            await house.runtime.add(desk)
        ended = await house.finished(PERSON)
        text = "I want to talk to a person, write to me@example.com"
        first = await reply(house, ended, text, idempotency_key="m1", prefer="wait=20")
        assert first.json()["status"] == "completed"
        assert "me@example.com" not in first.text
        again = await reply(house, ended, text, idempotency_key="m1")
        assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", first.json()["id"])
        other = text.replace("person", "lawyer")
        assert "another message" in problem(await reply(house, ended, other, idempotency_key="m1"), 422)


async def test_what_lacked_a_fact_is_taken_along(house: House) -> None:
    ended = await house.finished({"text": "I want a refund for order 99999", "customer_id": "C-1001"})
    assert ended["record"]["policy"]["verdict"] == "needs_info"
    contact = (await taken_up(house, ended, "sorry, it is 48213"))["record"]["contact"]
    assert [reason["code"] for reason in contact["unfinished"]["reasons"]] == ["refund_request"]
    assert {fact["name"] for fact in contact["unfinished"]["entities"]} == {"order_id", "postcode"}


async def test_what_was_decided_is_taken_along_to_be_told_of(house: House) -> None:
    ended = await house.finished()
    assert ended["record"]["policy"]["verdict"] == "allow"
    view = await taken_up(house, ended, "sorry, typo, it's 94107")
    contact, dialogue = view["record"]["contact"], view["record"]["dialogue"]
    taken = [(one["asks"], one["follows_up"]) for one in contact["unfinished"]["reasons"]]
    assert taken == [("question", True)]
    assert [(one["code"], one["asks"]) for one in dialogue["reasons"]] == [
        (ended["record"]["contact_reason"]["code"], "question")
    ]


async def test_what_was_taken_back_is_not_taken_along(house: House) -> None:
    begun = await house.finished({"mode": "live", "text": "please cancel order 48402"})
    ended = (await reply(house, begun, "never mind, leave it", prefer="wait=20")).json()
    assert ended["record"]["outcome"] == "withdrawn"
    contact = (await taken_up(house, ended, "sorry, typo, it's 94107"))["record"]["contact"]
    assert contact["unfinished"] is None


async def test_of_several_things_only_what_lacked_a_fact_is_taken_along(house: House) -> None:
    ended = await house.finished({"text": "Please cancel orders 48402 and 99999", "customer_id": "C-1006"})
    assert [one["verdict"] for one in ended["record"]["policy"]["decisions"]] == ["allow", "needs_info"]
    contact = (await taken_up(house, ended, "sorry, it is 48244"))["record"]["contact"]
    (reason,) = contact["unfinished"]["reasons"]
    assert [one["value"] for one in reason["entities"]] == ["99999"]
    assert "order_id" not in {fact["name"] for fact in contact["unfinished"]["entities"]}


async def test_what_is_personal_of_one_request_is_not_taken_along(house: House) -> None:
    who = "My email is nadia.petrova@example.org and my zip code is 19125."
    text = f"cancel lines 415-555-0132 and 415-555-0133. {who}"
    ended = await house.finished({"text": text, "customer_id": "T-0000", "business": "telecom"})
    assert [{*one["about"]} for one in ended["record"]["policy"]["decisions"]] == [{"phone"}, {"phone"}]
    contact = (await taken_up(house, ended, "my pin is 4321"))["record"]["contact"]
    assert contact["unfinished"]["reasons"]
    assert "555" not in json.dumps(contact["unfinished"])
