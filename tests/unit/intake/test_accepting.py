"""POST /v1/interactions, and reading what became of it."""

import asyncio
import hashlib
import re
from datetime import datetime
from uuid import UUID, uuid4

import httpx2
import pytest

from callcenter.events import InteractionRequested
from callcenter.messaging.transport import Delivery
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Created, IdempotencyKey
from services.intake.requests import NewInteraction
from tests.unit.intake.house import REFUND, House, open_house, problem


async def test_a_request_is_answered_with_its_finished_record_when_the_client_waits(house: House) -> None:
    answer = await house.ask(prefer="wait=20")
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait=20"
    assert "retry-after" not in answer.headers
    view = answer.json()
    assert answer.headers["location"] == view["links"]["self"] == f"/v1/interactions/{view['id']}"
    assert (view["status"], view["stage"], view["rev"], view["failure"]) == ("completed", "summary", 7, None)
    record = view["record"]
    assert record["contact_reason"]["code"] == "refund_request"
    assert record["policy"]["verdict"] == "allow"
    assert record["policy"]["decisions"][0]["rule_id"] == "refund.window"
    assert record["ticket"]["ticket_id"].endswith(str(record["contact"]["number"]))
    assert record["transcript"][0]["text"] == REFUND["text"]
    assert record["summary"]["reply_to_customer"]
    worked = ["agent", "policy", "agent", "policy", "ticketing", "summary"]
    assert [timing["service"] for timing in view["timings"]] == worked
    assert datetime.fromisoformat(view["updated_at"]) >= datetime.fromisoformat(view["created_at"])

    again = await house.client.get(answer.headers["location"])
    assert again.json() == view


async def test_without_waiting_it_is_accepted_and_told_where_to_look() -> None:
    async with open_house(working=False) as house:
        await house.runtime.transport.subscribe("agent", ["InteractionRequested"], 1, _nothing)
        answer = await house.ask()
        assert answer.status_code == 202
        view = answer.json()
        assert (view["status"], view["stage"], view["rev"]) == ("queued", "agent", 1)
        assert view["record"].keys() == {"contact", "request"}
        assert answer.headers["location"] == f"/v1/interactions/{view['id']}"
        assert answer.headers["retry-after"] == "1"
        assert UUID(view["id"]).version == 7


async def _nothing(_: object) -> None:
    await asyncio.sleep(3600)


async def test_waiting_ends_when_the_time_is_up() -> None:
    async with open_house(working=False) as house:
        answer = await house.ask(prefer="respond-async, wait=1")
        assert answer.status_code == 202
        assert answer.headers["preference-applied"] == "wait=1"


async def test_a_bare_curl_is_understood(house: House) -> None:
    answer = await house.client.post(
        "/v1/interactions",
        content=b'{"text": "What are your store hours on Sunday?"}',
        headers={"Content-Type": "application/x-www-form-urlencoded", "Prefer": "wait=20"},
    )
    assert answer.status_code == 200
    assert answer.json()["record"]["contact_reason"]["code"] == "store_hours"


async def test_two_different_requests_get_two_different_answers(house: House) -> None:
    late = {"text": "I want my money back for the desk lamp from order 47105.", "customer_id": "C-1002"}
    one, other = await asyncio.gather(house.finished(), house.finished(late))
    assert one["record"]["policy"]["verdict"] == "allow"
    assert other["record"]["policy"]["verdict"] == "deny"
    assert one["record"]["ticket"]["ticket_id"] != other["record"]["ticket"]["ticket_id"]


async def test_the_same_seed_makes_the_same_conversation(house: House) -> None:
    one, other = await house.finished(), await house.finished()
    said = [[turn["text"] for turn in view["record"]["transcript"][:-1]] for view in (one, other)]
    assert said[0] == said[1]
    assert one["id"] != other["id"]


async def test_a_trace_of_the_client_is_kept_and_a_wrong_one_is_replaced(house: House) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    for sent, kept in ((trace, True), ("nonsense", False)):
        answer = await house.ask(traceparent=sent)
        stored = await house.runtime.store.newest(answer.json()["id"])
        assert stored
        assert (stored.event().traceparent == trace) is kept
        assert stored.event().traceparent


async def test_the_same_key_and_body_is_the_same_interaction(house: House) -> None:
    key = str(uuid4())
    first, second = await house.ask(idempotency_key=key), await house.ask(idempotency_key=f'"{key}"', prefer="wait=20")
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["status"] == "completed"


CARD = "4242 4242 4242 4242"
PAID = {
    "text": f"I paid for order 48213 with {CARD}, cvv 123, and want a refund. Write to me@example.com.",
    "customer_id": CARD.replace(" ", ""),
}


async def test_of_a_payment_card_only_the_last_four_digits_are_kept_anywhere() -> None:
    async with open_house() as house:
        view = await house.finished(PAID)
        assert view["record"]["request"]["text"] == (
            "I paid for order 48213 with •••• •••• •••• 4242, cvv •••, and want a refund. Write to me@example.com."
        )
        assert view["record"]["contact"]["customer_id"] == "••••••••••••4242"
        assert view["record"]["contact_reason"]["code"] == "refund_request"
        (line,) = (await house.client.get("/v1/interactions")).json()["items"]
        assert line["text"] == view["record"]["request"]["text"]
        stored = await house.runtime.store.newest(view["id"])
        assert stored
        assert not re.search(rb"4242[ ]?4242|cvv 123", stored.body)


async def test_the_first_thing_that_is_published_has_no_card_in_it() -> None:
    async with open_house(working=False) as house:
        seen: asyncio.Queue[bytes] = asyncio.Queue()

        async def read(delivery: Delivery) -> None:
            await seen.put(delivery.message.body)
            delivery.ack()

        await house.runtime.transport.subscribe("agent", ["InteractionRequested"], 1, read)
        await house.ask(PAID)
        assert not re.search(rb"4242[ ]?4242|cvv 123", await seen.get())


async def test_a_body_with_a_card_is_recognized_when_it_is_sent_again(house: House) -> None:
    key = str(uuid4())
    first, again = await house.ask(PAID, idempotency_key=key), await house.ask(PAID, idempotency_key=key)
    assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", first.json()["id"])
    other = {**PAID, "text": PAID["text"].replace("4242 4242", "5252 5252", 1)}
    assert "new key" in problem(await house.ask(other, idempotency_key=key), 422)


async def test_a_card_cannot_be_found_by_trial_in_what_is_kept_of_a_key() -> None:
    kept: list[IdempotencyKey] = []

    class Watched(MemoryStore):
        async def create(self, event: InteractionRequested, key: IdempotencyKey | None = None) -> Created:
            kept.extend([key] if key else [])
            return await super().create(event, key)

    store, other = Watched(), Watched()
    for one in (store, other):
        async with open_house(store=one, working=False) as house:
            await house.ask(PAID, idempotency_key="order-1")
            await house.ask(PAID, idempotency_key="order-2")
    asked = NewInteraction.model_validate(PAID).model_copy(update={"mode": "simulated"})  # as a demo takes it
    assert len({part for key in kept for part in (key.key, key.fingerprint)}) == 8, "each is sealed by its own"
    body = asked.model_dump_json().encode()
    plain = {hash_of(body).hexdigest() for hash_of in (hashlib.sha256, hashlib.blake2b, hashlib.sha512)}
    assert not plain & {key.fingerprint for key in kept}
    assert kept[0] == asked.known_by("order-1", await store.secret(), "127.0.0.1"), (
        "whoever shares the store recognizes it"
    )


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    key = str(uuid4())
    await house.ask(idempotency_key=key)
    detail = problem(await house.ask({**REFUND, "seed": 8}, idempotency_key=key), 422)
    assert "new key" in detail


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "tab\there"])
async def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    assert "Idempotency-Key" in problem(await house.ask(idempotency_key=key), 422)


async def test_a_hundred_at_once_with_one_key_are_one_interaction() -> None:
    async with open_house() as house:
        answers = await asyncio.gather(*(house.ask(idempotency_key="one", prefer="wait=20") for _ in range(100)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len({answer.json()["record"]["ticket"]["ticket_id"] for answer in answers}) == 1
        assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
        assert await house.count() == 1


async def test_what_a_client_has_is_not_sent_again(house: House) -> None:
    view = await house.finished()
    address = view["links"]["self"]
    etag = (await house.client.get(address)).headers["etag"]
    assert etag == '"7"'
    for known in (etag, f"W/{etag}", f'"6", {etag}'):
        answer = await house.client.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    for other in ('"6"', "7", ""):
        assert (await house.client.get(address, headers={"If-None-Match": other})).status_code == 200


async def test_a_key_is_the_own_of_the_client_that_sent_it() -> None:
    async with open_house(working=False) as house:
        theirs = httpx2.ASGITransport(house.app, client=("203.0.113.9", 4711))
        async with httpx2.AsyncClient(transport=theirs, base_url="http://house") as other:
            first = await house.ask(idempotency_key="order-1")
            headers = {"Idempotency-Key": "order-1"}
            stranger = await other.post("/v1/interactions", json=REFUND, headers=headers)
            different = await other.post("/v1/interactions", json={**REFUND, "seed": 8}, headers=headers)
            again = await house.ask(idempotency_key="order-1")
        assert stranger.json()["id"] != first.json()["id"]
        assert "idempotency-replayed" not in stranger.headers
        assert different.status_code == 422
        assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first.json()["id"], "true")
        assert await house.count() == 2


async def test_a_record_says_which_client_it_came_from_and_not_its_address() -> None:
    async with open_house(working=False) as house:
        views = [(await house.client.get((await house.ask()).json()["links"]["self"])) for _ in range(2)]
        first, second = (view.json()["record"]["contact"]["client"] for view in views)
        assert first == second
        assert len(first) == 32
        assert "127.0.0.1" not in views[0].text
