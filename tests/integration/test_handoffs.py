"""Handoffs on a real RabbitMQ and a real Redis: one from end to end, and forty at once with four people."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake
from services.intake.settings import IntakeSettings
from tests.staff import Person, businesses
from tests.unit.intake.house import House, desks
from tests.waiting import until

pytestmark = pytest.mark.timeout(600)

CONTACTS, PEOPLE = 40, 4
WISHES = ("I want to talk to a human", "let me talk to a human", "a real person please")
PATIENCE = 600.0
"""Nobody gives up here, however slow the machine is."""


@pytest.fixture
async def house(amqp_url: str, redis_url: str, namespace: str, tmp_path: Path) -> AsyncIterator[House]:
    limits = {"retry_ladder": (0.3, 0.6), "drain_timeout": 2}
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, **limits)
    runtime = Runtime.distributed(settings)
    own = IntakeSettings(
        demo=True,
        businesses_dir=businesses(tmp_path),
        turn_gap=0.02,
        accept_timeout=20,
        handoff_patience=PATIENCE,
        duty_lasts=PATIENCE,
        sweep_every=0.2,
    )
    workers, app = intake.build(runtime, own)
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        runtime,
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=door, base_url="http://house", timeout=120) as client,
    ):
        for worker in (*workers, *(await asyncio.to_thread(desks))):
            await runtime.add(worker)
        await until(lambda: runtime.transport.trouble() is None)
        yield House(runtime, app, client)


@dataclass
class Customer:
    """Wants a person, and goes on writing whatever happens, until the contact has ended."""

    house: House
    id: str
    said: list[str] = field(default_factory=list)

    @classmethod
    async def call(cls, house: House, number: int) -> "Customer":
        body = {"mode": "live", "text": WISHES[number % len(WISHES)]}
        answer = await house.ask(body, prefer="wait=30")
        assert answer.status_code in (200, 202), answer.text
        return cls(house, answer.json()["id"])

    async def view(self) -> dict[str, Any]:
        return dict((await self.house.client.get(f"/v1/interactions/{self.id}")).json())

    async def talk(self, rng: random.Random) -> None:
        """Say something now and then; once a person is there, to them; then wait for the end."""
        for number in range(4):
            await asyncio.sleep(rng.uniform(0, 0.3))
            if not await self.listened_to():
                return
            text = f"I am at street number {number} of {self.id[-4:]}"
            answer = await self.house.client.post(f"/v1/interactions/{self.id}/messages", json={"text": text})
            if answer.status_code == 409:  # it has just ended, and is being wrapped up
                return
            assert answer.status_code in (200, 202), answer.text
            if answer.json()["id"] == self.id:  # else it came after the end, and opened another contact
                self.said.append(text)

    async def listened_to(self) -> bool:
        view = await self.view()
        return view["status"] == "waiting" and view["record"]["handoff"]["state"] in ("offered", "accepted")

    async def ended(self) -> dict[str, Any]:
        """The record, and goodbye to an assistant who has it again."""

        async def record() -> dict[str, Any] | None:
            view = await self.view()
            assert view["status"] != "failed", view["failure"]
            if view["status"] == "waiting" and view["record"]["handoff"]["state"] == "returned":
                body, headers = {"text": "no, that is all, bye"}, {"Prefer": "wait=10"}
                await self.house.client.post(f"/v1/interactions/{self.id}/messages", json=body, headers=headers)
            return view["record"] if view["status"] == "completed" else None

        return dict(await until(record, 400, 1.0))


@dataclass
class Helper:
    """One of few people: takes whoever waits longest, talks, and hands back or closes."""

    person: Person
    rng: random.Random
    won: list[str] = field(default_factory=list)
    lost: int = 0

    async def work(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            waiting = await self.person.waiting()
            for contact in waiting[: self.rng.randint(2, 4)]:
                await self.serve(contact)
            await asyncio.sleep(0.3)

    async def serve(self, contact: str) -> None:
        accepted = await self.person.ask(contact, "accept")
        if accepted.status_code == 409:
            self.lost += 1
            return
        assert accepted.status_code == 200, accepted.text
        self.won.append(contact)
        await self.person.does(contact, "say", text=f"Hello, this is {self.person.name}.")
        await asyncio.sleep(self.rng.uniform(0, 0.2))
        await self.person.does(contact, "say", text="Thank you for waiting.")
        way = self.rng.choice(["return", "close"])
        await self.person.does(contact, way, done=self.rng.choice([True, False]), note="Talked.")


async def test_a_handoff_from_end_to_end(house: House) -> None:
    dana = Person(house.client)
    await dana.be_there("service")
    customer = await Customer.call(house, 0)
    await until(dana.waiting)
    await dana.does(customer.id, "accept")
    await dana.does(customer.id, "say", text="Hello, I'm Dana.")
    answer = await house.client.post(f"/v1/interactions/{customer.id}/messages", json={"text": "hello Dana"})
    assert answer.status_code == 200, "nobody is at work on it, so there is nothing to wait for"
    await dana.does(customer.id, "return", done=True, note="All is well.")
    record = await customer.ended()
    assert [turn["speaker"][0] for turn in record["transcript"]] == [*"cahcacaa"]
    assert [one["contact_reason"] for one in record["policy"]["decisions"]] == ["human_agent"]
    assert (record["handoff"]["owner"], record["handoff"]["note"]) == ("Dana", "All is well.")
    told = (await asyncio.wait_for(house.client.get(f"/v1/interactions/{customer.id}/events"), 30)).text
    steps = ("HandoffOffered", "HandoffAccepted", "TurnAdded", "HandoffReturned", "InteractionCompleted")
    assert [told.index(f"event: {name}") for name in steps] == sorted(told.index(f"event: {name}") for name in steps)


async def test_nobody_comes_in_time(house: House) -> None:
    dana = Person(house.client)
    await dana.be_there("service")
    customer = await Customer.call(house, 0)
    (waits,) = await until(dana.waiting)
    newest = await house.runtime.store.newest(waits)
    assert newest
    impatient = newest.event().handoff.until  # as it is once that time has come
    later = intake.handoff.Watch(house.runtime, IntakeSettings(), lambda: impatient)
    await later.look()
    record = await customer.ended()
    assert (record["handoff"]["state"], record["outcome"]) == ("lapsed", "human_requested")


async def test_forty_at_once_with_four_people(house: House) -> None:
    """None silent, none owned twice, none lost, none answered by the assistant while a person has it."""
    rng, enough = random.Random(20261130), asyncio.Event()
    people = [Helper(Person(house.client, f"P{n}"), random.Random(n)) for n in range(PEOPLE)]
    for helper in people:
        await helper.person.be_there("service", "escalations")
    working = [asyncio.create_task(helper.work(enough)) for helper in people]
    customers = await asyncio.gather(*(Customer.call(house, number) for number in range(CONTACTS)))
    await asyncio.gather(*(customer.talk(random.Random(rng.random())) for customer in customers))
    records = await asyncio.gather(*(customer.ended() for customer in customers))
    enough.set()
    await asyncio.gather(*working)

    won = Counter(contact for helper in people for contact in helper.won)
    assert set(won) == {customer.id for customer in customers}
    assert set(won.values()) == {1}, "nobody is served by two, though they met"
    owners = {contact: helper.person.name for helper in people for contact in helper.won}
    for customer, record in zip(customers, records, strict=True):
        assert record["ticket"]["ticket_id"]
        assert record["handoff"]["owner"] == owners[customer.id]
        heard = [turn["text"] for turn in record["transcript"] if turn["speaker"] == "customer"]
        assert [text for text in heard if text in customer.said] == customer.said, "all that they said, in order, once"
        assert mute(record["transcript"]), record["transcript"]
    assert len({record["ticket"]["ticket_id"] for record in records}) == CONTACTS
    await until(lambda: _all_seen_to(house))
    depths = await house.runtime.transport.depths(["agent", "policy", "ticketing", "summary", "intake"])
    assert {dead for _, dead in depths.values()} == {0}
    for customer in customers:
        assert mute_steps([one.type for one in await house.runtime.store.history(customer.id)])


def mute(transcript: Sequence[dict[str, Any]]) -> bool:
    """Whether between the first and the last words of a person the assistant said nothing."""
    speakers = [turn["speaker"] for turn in transcript]
    first, last = speakers.index("human_agent"), len(speakers) - 1 - speakers[::-1].index("human_agent")
    return "agent" not in speakers[first:last] and speakers.count("human_agent") == 2


def mute_steps(kinds: Sequence[str]) -> bool:
    """Whether nothing but words of the two came between the acceptance and its end."""
    began = kinds.index("HandoffAccepted")
    ended = next(at for at, kind in enumerate(kinds) if kind in ("HandoffReturned", "HandoffClosed"))
    return set(kinds[began + 1 : ended]) == {"TurnAdded"} and kinds.count("HandoffAccepted") == 1


async def _all_seen_to(house: House) -> bool:
    """The watch has forgotten them all."""
    return await house.runtime.switchboard.noted() == []
