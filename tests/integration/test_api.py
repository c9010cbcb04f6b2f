"""The API on a real RabbitMQ and a real Redis: it works, says within two seconds when it cannot, and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis as Server

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.brokers import RabbitMQ, Redis
from tests.integration.odd_requests import ODD_REQUESTS
from tests.unit.intake.house import House, desks, problem
from tests.waiting import listed, until

REQUESTS: list[dict[str, Any]] = [
    {"text": "I'd like a refund for my espresso machine, order 48213.", "customer_id": "C-1001"},
    {"text": "I want my money back for the desk lamp from order 47105.", "customer_id": "C-1002"},
    {"text": "What are your store hours on Sunday?"},
    {"text": "This is ridiculous. Cancel order 48244 right now!", "customer_id": "C-1006"},
    {"text": "I'm locked out of my account after too many failed attempts.", "customer_id": "C-1008"},
]


@pytest.fixture
async def house(amqp_url: str, redis_url: str, namespace: str) -> AsyncIterator[House]:
    """All five desks in this process, on the real servers."""
    limits = {"retry_ladder": (0.3, 0.6), "drain_timeout": 2}
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, **limits)
    runtime = Runtime.distributed(settings)
    workers, app = intake.build(runtime, IntakeSettings(demo=True))
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with runtime, httpx2.AsyncClient(transport=door, base_url="http://house", timeout=60) as client:
        for worker in (*workers, *(await asyncio.to_thread(desks))):
            await runtime.add(worker)
        await until(lambda: runtime.transport.trouble() is None)
        yield House(runtime, app, client)


async def _refused(house: House) -> str:
    """What a client is told while a server is away: in time, and when to come again."""
    began = time.monotonic()
    answer = await house.ask(REQUESTS[2])
    took = time.monotonic() - began
    assert took < 2, f"it took {took:.1f} s"
    assert answer.headers["retry-after"] == "2"
    return problem(answer, 503)


async def _checks(house: House, status: int) -> dict[str, str]:
    answer = await house.client.get("/readyz")
    checks: dict[str, str] = answer.json()["checks"]
    assert answer.status_code == status, checks
    return checks


async def test_odd_requests_end_well(house: House) -> None:
    """Rude, empty-ish, foreign, hostile, huge: each is completed, and none is a dead letter."""
    views = await asyncio.gather(*(house.finished({"text": text}) for text in ODD_REQUESTS))
    assert {view["status"] for view in views} == {"completed"}
    assert len({view["record"]["ticket"]["ticket_id"] for view in views}) == len(ODD_REQUESTS)
    assert len({view["record"]["summary"]["reply_to_customer"] for view in views}) == len(ODD_REQUESTS)
    depths = await house.runtime.transport.depths(["agent", "policy", "ticketing", "summary", "intake"])
    assert {dead for _, dead in depths.values()} == {0}


async def test_five_requests_become_five_records(house: House) -> None:
    views = await asyncio.gather(*(house.finished(body) for body in REQUESTS))
    assert {view["status"] for view in views} == {"completed"}
    reasons = [view["record"]["contact_reason"]["code"] for view in views]
    assert reasons == ["refund_request", "refund_request", "store_hours", "order_cancel", "account_access"]
    assert [view["record"]["policy"]["verdict"] for view in views][:2] == ["allow", "deny"]
    assert len({view["record"]["ticket"]["ticket_id"] for view in views}) == 5
    page = (await house.client.get("/v1/interactions")).json()
    assert {item["id"] for item in page["items"]} == {view["id"] for view in views}
    assert (await house.client.get("/v1/about")).json()["mode"] == "distributed"


async def test_a_key_makes_one_interaction_of_fifty_requests_at_once(house: House) -> None:
    answers = await asyncio.gather(*(house.ask(REQUESTS[0], idempotency_key="one") for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await house.count() == 1


async def test_replies_to_an_ended_conversation_meet_in_one_that_follows_it(
    house: House, redis_url: str, namespace: str
) -> None:
    ended = await house.finished({"mode": "live", "text": "let me talk to a human"})

    async def reply(text: str) -> httpx2.Response:
        headers = {"Idempotency-Key": text}
        return await house.client.post(ended["links"]["messages"], json={"text": text}, headers=headers)

    texts = ["I want a refund", "for order 48213", "it is broken"]
    answers = await asyncio.gather(*(reply(text) for text in texts * 10))
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert {answer.json()["follows"] for answer in answers} == {ended["id"]}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await house.count() == 2

    async def answered() -> list[str]:
        view = (await house.client.get(answers[0].headers["location"])).json()
        turns = view["record"]["transcript"] if view["status"] == "waiting" else []
        return sorted(turn["text"] for turn in turns if turn["speaker"] == "customer")

    await until(answered)
    assert await answered() == sorted(texts)
    async with Server.from_url(redis_url) as server:
        (kept,) = [key async for key in server.scan_iter(f"{namespace}:key:follows*")]
        assert await server.ttl(kept) > 29 * 24 * 3600, "as long as the record that it is kept for"


async def test_the_steps_are_told_live(house: House) -> None:
    accepted = (await house.ask(REQUESTS[0])).json()
    told = (await asyncio.wait_for(house.client.get(accepted["links"]["events"]), 30)).text
    order = [told.index(f"event: {name}") for name in ("InteractionRequested", "PolicyDecided", "InteractionCompleted")]
    assert order == sorted(order)


async def test_a_frozen_store_is_told_in_time_and_everything_works_again(house: House, redis_server: Redis) -> None:
    view = await house.finished(REQUESTS[0])
    await asyncio.to_thread(redis_server.freeze)
    assert "store" in await _refused(house)
    began = time.monotonic()
    problem(await house.client.get(view["links"]["self"]), 503)
    assert time.monotonic() - began < 2
    assert (await _checks(house, 503))["store"] != "ok"
    assert (await house.client.get("/livez")).status_code == 200

    await asyncio.to_thread(redis_server.thaw)
    await until(lambda: _ready(house))
    assert (await house.client.get(view["links"]["self"])).json() == view
    assert (await house.finished(REQUESTS[1]))["status"] == "completed"


async def test_a_killed_broker_is_told_in_time_and_everything_works_again(house: House, broker: RabbitMQ) -> None:
    view = await house.finished(REQUESTS[0])
    await asyncio.sleep(broker.settled_after)
    await asyncio.to_thread(broker.kill)
    await until(house.runtime.transport.trouble, 5)  # what comes in before that is accepted, and published later
    assert "RabbitMQ" in await _refused(house)
    checks = await _checks(house, 503)
    assert checks["broker"].startswith("RabbitMQ")
    assert checks["store"] == "ok"
    assert (await house.client.get("/livez")).status_code == 200
    assert (await house.client.get(view["links"]["self"])).json() == view, "reading needs no broker"

    await asyncio.to_thread(broker.start)
    await until(lambda: _ready(house), 60)
    assert (await house.finished(REQUESTS[1]))["status"] == "completed"


async def test_a_frozen_broker_loses_nothing_that_was_accepted(house: House, broker: RabbitMQ) -> None:
    await asyncio.to_thread(broker.freeze)
    answer = await house.ask(REQUESTS[0])
    await asyncio.to_thread(broker.thaw)
    assert answer.status_code == 202
    sweeper = Sweeper(house.runtime.store, house.runtime.transport, IntakeSettings(republish_after=0.1))
    await until(lambda: _ready(house))
    await sweeper.sweep()
    await asyncio.wait_for(house.client.get(answer.json()["links"]["events"]), 30)
    ended = (await house.client.get(answer.headers["location"])).json()
    assert (ended["status"], ended["rev"]) == ("completed", 7)
    assert await listed(house.runtime.store.pending(0)) == []


async def _ready(house: House) -> bool:
    return (await house.client.get("/readyz")).status_code == 200
