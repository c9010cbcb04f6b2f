"""Ticketing processes and the receiver of webhooks are killed in the middle of their work: every event arrives."""

import asyncio
import inspect
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from callcenter.messaging import Worker
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.book import RedisBook
from services import agent, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.intake.settings import IntakeSettings
from services.ticketing import TicketingSettings
from services.ticketing.office.office import Office
from tests.faults.caller import Caller
from tests.faults.house import served
from tests.faults.victim import Fate
from tests.faults.ward import Ward
from tests.receiver import SECRET, Receiver
from tests.waiting import until

CONTACTS = 40
SEED = int(os.environ.get("FAULT_SEED", "20261125"))
TEXT = "Where is my order 48310? It is late."


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path / "heard.jsonl")
    receiver.start()
    yield receiver
    receiver.kill()


def mortal_ticketing(settings: RuntimeSettings, url: str) -> Worker:
    """Ticketing as it is, on a book over which it may die at any call."""
    book = RedisBook(settings.redis_url, settings.namespace)
    mortal: Any = Fate(book, {"write", "settle"}, random.Random(), 0.02)
    told = TicketingSettings(
        webhook_urls=url,
        webhook_secret=SecretStr(SECRET),
        webhook_timeout=1,
        webhook_retries=(0.3,) * 300,
        webhook_check_every=0.05,
    )
    return ticketing.build(told, mortal)


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str, receiver: Receiver) -> Iterator[Ward]:
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), {"ticketing": partial(mortal_ticketing, settings, receiver.url())})
    yield ward
    ward.close()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """Intake and all desks but ticketing, in this process, on the real servers."""
    for worker in (agent.build(AgentSettings(demo=True)), policy.build(), summary.build()):
        await runtime.add(worker)
    async with served(runtime, IntakeSettings(max_wait=60, demo=True)) as client:
        yield client


class Customers:
    """Contacts that end in tickets, which somebody then works on."""

    def __init__(self, door: httpx2.AsyncClient, people: Office) -> None:
        self.door, self.people = door, people

    async def contact(self, number: int) -> str:
        asked = {"text": TEXT, "customer_id": f"C-{number}", "seed": number + 1}
        caller = Caller(lambda: self.door, f"customer {number}")
        await caller.ask(asked)
        assert caller.view["status"] == "completed", caller.heard
        ticket_id: str = caller.view["record"]["ticket"]["ticket_id"]
        await self.people.comment(ticket_id, "Looked at it.", "dana", public=False)
        await self.people.update(ticket_id, {"assignee": "dana"}, "dana")
        return ticket_id


async def tended(ward: Ward, condition: Callable[[], Any]) -> None:
    """Replace who dies until the condition holds."""

    async def holds() -> Any:
        await asyncio.to_thread(ward.tend)
        answer = condition()
        return await answer if inspect.isawaitable(answer) else answer

    await until(holds, seconds=120, every=0.2)


@pytest.mark.timeout(400)
async def test_every_ticket_event_arrives_and_in_its_order(
    ward: Ward, receiver: Receiver, runtime: Runtime, door: httpx2.AsyncClient
) -> None:
    await asyncio.to_thread(ward.open)
    transport, book = runtime.transport, runtime.book
    assert isinstance(transport, RabbitTransport)
    await tended(ward, lambda: transport.consumers("ticketing"))
    people = Office(book, ticketing.build().office.desks, names(receiver))
    customers = Customers(door, people)
    working = asyncio.gather(*map(customers.contact, range(CONTACTS)))
    await tended(ward, lambda: len(receiver.heard()) >= 20)
    receiver.kill()
    for _ in range(5):
        ward.strike()
    await tended(ward, working.done)
    tickets = await working
    receiver.start()

    async def all_told() -> bool:
        return not await book.waiting()

    await tended(ward, all_told)
    assert ward.deaths >= 3, f"only {ward.deaths} deaths"
    assert len(set(tickets)) == CONTACTS
    arrived = revisions(receiver)
    for ticket_id in tickets:
        events = await people.events(ticket_id)
        kinds = [event.type for event in events]
        assert [kinds.count("ticket.opened"), kinds.count("ticket.wrapped_up")] == [1, 1]
        assert arrived[ticket_id] == [event.rev for event in events] == list(range(1, len(events) + 1))
    assert (await transport.depths(["ticketing"]))["ticketing"][1] == 0


def revisions(receiver: Receiver) -> dict[str, list[int]]:
    """By ticket, which revisions arrived, in the order in which they came for the first time."""
    arrived: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for line in receiver.heard():
        arrived[line["data"]["ticket"]["ticket_id"]][line["data"]["rev"]] = None
    return {ticket_id: list(revs) for ticket_id, revs in arrived.items()}


def names(receiver: Receiver) -> tuple[str, ...]:
    """The receiver, as ticketing names it."""
    settings = TicketingSettings(webhook_urls=receiver.url(), webhook_secret=SecretStr(SECRET))
    return ticketing.build(settings).office.hooks
