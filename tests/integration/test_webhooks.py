"""Webhooks to another company's help desk: a process of its own, which verifies with the reference library."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx2
import pytest

from callcenter.business import Profile, load
from callcenter.calendar import Calendar
from callcenter.events import Dialogue, Handoff, HandoffLapsed, HandoffOffered, OnDuty, utc_now
from callcenter.http.desk import desk_app
from callcenter.http.signing import key_of, signature
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.settings import PROJECT, RuntimeSettings
from callcenter.storage.book import MemoryBook
from callcenter.storage.memory import MemoryStore
from callcenter.storage.post import MemoryPost
from services import ticketing
from services.ticketing import TicketingSettings, router
from services.ticketing.desks import Desks
from services.ticketing.office.courier import Courier
from services.ticketing.office.hooks import Hook, Hooks
from services.ticketing.office.letters import Outgoing
from services.ticketing.office.office import Office
from services.ticketing.tickets import TicketDesk
from tests.dossier import decided, held, opened, requested
from tests.receiver import SECRET, Receiver
from tests.waiting import until

RETAIL = PROJECT / "businesses" / "retail"
LADDER = (0.05, 0.1)


@pytest.fixture(scope="module")
def _process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path_factory.mktemp("receiver") / "heard.jsonl")
    receiver.start()
    yield receiver
    receiver.kill()


@pytest.fixture
async def receiver(_process: Receiver) -> Receiver:
    await until(_process.up)
    _process.file.write_text("")
    return _process


class House:
    """An office that tells the given addresses."""

    def __init__(self, *urls: str, secret: str = SECRET) -> None:
        desk = TicketDesk(load(RETAIL, "ticketing.yaml", Desks), Calendar(load(RETAIL, "business.yaml", Profile)))
        self.hooks = Hooks(urls, key_of(secret), 30)
        self.office = Office(MemoryBook(), {"retail": desk}, self.hooks.names)
        self.courier = Courier(self.office, self.hooks, Outgoing(MemoryPost()), ladder=LADDER, lease=60, every=0.01)

    async def ticket(self, number: int = 1) -> str:
        event = opened(decided(held(requested())), f"RET-{number}")
        return (await self.office.open(event))[0].ticket_id

    async def told(self) -> None:
        """Until nothing waits any more."""

        async def done() -> bool:
            await self.courier.round()
            return not await self.office.book.waiting()

        await until(done)


@pytest.fixture
async def house(receiver: Receiver) -> AsyncIterator[House]:
    made = House(receiver.url("hooks"))
    yield made
    await made.hooks.close()


async def test_what_is_told_verifies_and_is_the_history(house: House, receiver: Receiver) -> None:
    ticket_id = await house.ticket()
    await house.office.update(ticket_id, {"status": "pending"}, "dana")
    await house.office.comment(ticket_id, "Größe M", "dana", public=True)
    await house.told()
    events = [event.model_dump(mode="json") for event in await house.office.events(ticket_id)]
    assert [line["data"] for line in receiver.heard()] == events
    assert [(line["id"], line["type"]) for line in receiver.heard()] == [(one["id"], one["type"]) for one in events]
    log = [json.loads(line) for line in await house.office.book.deliveries(ticket_id, 10)]
    assert [(line["outcome"], line["status"], line["attempt"]) for line in log] == [("delivered", 204, 1)] * 3


async def test_who_waits_for_a_person_is_told_and_that_nobody_came(house: House, receiver: Receiver) -> None:
    asked, in_vain = waits()
    for event in (asked, asked, in_vain, in_vain):
        await house.office.tell_of_waiting(event)
    await house.told()
    heard = receiver.heard()
    assert [line["type"] for line in heard] == ["handoff.requested", "handoff.overdue"]
    assert [line["id"] for line in heard] == [f"{asked.interaction_id}/2", f"{asked.interaction_id}/3"]
    for line in heard:
        told = line["data"]
        assert (told["business"], told["queue"], told["team"]) == ("retail", "payments", "Payments")
        assert told["interaction_id"] == asked.interaction_id
        assert "Where is my order" not in json.dumps(line)
    assert heard[1]["timestamp"] >= heard[0]["data"]["until"]


async def test_a_ticketing_service_tells_of_who_waits(receiver: Receiver) -> None:
    settings = TicketingSettings(webhook_urls=receiver.url("hooks"), webhook_secret=SECRET, webhook_check_every=0.01)
    transport, store = MemoryTransport(), MemoryStore()
    async with Runtime(RuntimeSettings(), store, transport) as runtime:
        await runtime.add(ticketing.build(settings))
        asked, _ = waits()
        first = requested().model_copy(update={"interaction_id": asked.interaction_id})
        await store.create(first)
        step = await store.advance(asked)
        assert step.stored
        await transport.publish(Message.of(asked, step.stored))
        await until(lambda: [line["type"] for line in receiver.heard()] == ["handoff.requested"])


def waits() -> tuple[HandoffOffered, HandoffLapsed]:
    """A customer who waits for a person, and the end of it when nobody came."""
    now, team = utc_now(), OnDuty(queue="payments", team="Payments", patience=5)
    offer = Handoff.offer("customer", "wants_person", team, now)
    assert offer
    then = now + timedelta(seconds=6)
    asked = requested().then(HandoffOffered, transcript=(), dialogue=Dialogue(), handoff=offer).sealed(now)
    return asked, asked.then(HandoffLapsed, transcript=(), handoff=offer.lapsed(then)).sealed(then)


async def test_a_wrong_key_is_refused_by_the_receiver_and_given_up(receiver: Receiver) -> None:
    house = House(receiver.url("hooks"), secret="whsec_" + "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Ro")
    await house.ticket()
    await house.told()
    log = [json.loads(line) for line in await house.office.book.deliveries(None, 10)]
    assert [(line["attempt"], line["status"], line["outcome"]) for line in reversed(log)] == [
        (1, 401, "failed"),
        (2, 401, "failed"),
        (3, 401, "given_up"),
    ]
    assert log[0]["next_attempt_at"] is None
    assert receiver.heard() == []
    await house.hooks.close()


async def test_one_that_refuses_does_not_keep_the_others_from_hearing(receiver: Receiver) -> None:
    house = House(receiver.url("refuse"), receiver.url("hooks"), receiver.url("gone"), "http://127.0.0.1:1/nobody")
    await house.ticket()
    await house.told()
    heard = [line["path"] for line in receiver.heard()]
    assert [heard.count(path) for path in ("/hooks", "/refuse", "/gone")] == [1, 3, 1]
    log = [json.loads(line) for line in await house.office.book.deliveries(None, 20)]
    unreachable = [line for line in log if line["status"] is None]
    assert {line["error"] for line in unreachable} == {"ConnectError"}
    assert len(unreachable) == 3
    await house.hooks.close()


async def test_one_that_is_slow_does_not_keep_the_others_waiting(receiver: Receiver) -> None:
    house = House(receiver.url("slow"), receiver.url("hooks"))
    running = asyncio.create_task(house.courier.run())
    try:
        await house.ticket(1)
        await until(lambda: "/slow" in {line["path"] for line in receiver.heard()})
        await house.ticket(2)
        await until(lambda: [line["path"] for line in receiver.heard()].count("/hooks") == 2)
        await until(lambda: noted(house, 2), 20)  # the slow one has no answer for a minute
    finally:
        running.cancel()
        await house.hooks.close()


async def noted(house: House, attempts: int) -> bool:
    """A receiver writes down what it hears before it answers, and we note the answer after that."""
    return len(await house.office.book.deliveries(None, 9)) == attempts


async def test_a_repeat_has_the_id_of_the_first(house: House, receiver: Receiver) -> None:
    ticket_id = await house.ticket()
    await house.office.comment(ticket_id, "Once.", "dana", public=False)
    await house.told()
    app = desk_app(Runtime.embedded(RuntimeSettings()), "ticketing", router, office=house.office)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://ticketing") as client:
        asked = {"by": "dana", "from_rev": 2}
        answer = await client.post(f"/v1/tickets/{ticket_id}/redeliver", json=asked)
        assert (answer.status_code, answer.json()[0]["waiting"]) == (202, 1)
        refused = await client.post(f"/v1/tickets/{ticket_id}/redeliver", json={"by": "dana", "from_rev": 3})
        assert refused.status_code == 422
        await house.told()
        assert [line["id"] for line in receiver.heard()] == ["RET-1/1", "RET-1/2", "RET-1/2"]
        log = (await client.get("/v1/webhooks/deliveries")).json()
        assert [line["event"] for line in log] == ["RET-1/2", "RET-1/2", "RET-1/1"]
        assert (await client.get("/v1/tickets/RET-1/deliveries", params={"limit": 1})).json() == log[:1]
        assert (await client.get("/v1/webhooks")).json() == [{"hook": house.hooks.names[0], "waiting": 0}]


def test_of_an_address_only_the_host_is_shown() -> None:
    hook = Hook("https://user:pass@desk.example/services/T00/secret?key=hidden")
    assert hook.name.startswith("desk.example:")
    assert not [word for word in ("pass", "secret", "hidden") if word in f"{hook!r} {hook.name}"]
    assert Hook("https://desk.example/other").name != hook.name


def test_the_signature_is_that_of_the_specification() -> None:
    """The example that the specification's libraries are tested with."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    told = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
