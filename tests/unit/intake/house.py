"""The whole house in this process, to be asked over HTTP as a client does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
from fastapi import FastAPI

from callcenter.messaging import Worker
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Transport
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import Agreements
from callcenter.storage.counters import Counters
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Store
from services import agent, intake, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.intake.settings import IntakeSettings
from services.policy.guesses import Guesses
from services.policy.worker import PolicyWorker
from tests.hands import on

REFUND = {"text": "I'd like a refund for my espresso machine, order 48213.", "customer_id": "C-1001", "seed": 7}
TWO_TEAMS = {
    "text": "The basket of order 47801 came damaged. I also have a complaint: your driver was very rude.",
    "customer_id": "C-1042",
    "seed": 1,
}
"""The one is for the team of returns, the other for a lead."""


@cache
def _timeless() -> tuple[Worker, PolicyWorker, Worker]:
    """The desks that keep nothing between events, so that all houses share them."""
    return agent.build(AgentSettings(demo=True)), policy.build(), summary.build()


def desks(agreements: Agreements | None = None, guesses: Guesses | None = None) -> tuple[Worker, ...]:
    """The four desks behind intake, with a ticket book and a memory of their own."""
    converses, decides, wraps_up = _timeless()
    return converses, on(decides.desks, agreements, guesses), ticketing.build(), wraps_up


@dataclass
class House:
    """A running house and a client at its door."""

    runtime: Runtime
    app: FastAPI
    client: httpx2.AsyncClient

    async def ask(self, body: Any = REFUND, **headers: str) -> httpx2.Response:
        """POST a request; header names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/v1/interactions", json=body, headers=named)

    async def finished(self, body: Any = REFUND) -> dict[str, Any]:
        """The view of a new interaction, once it has ended."""
        answer = await self.ask(body, prefer="wait=20")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def count(self) -> int:
        """How many interactions there are, up to 100."""
        return len((await self.client.get("/v1/interactions", params={"limit": 100})).json()["items"])


@asynccontextmanager
async def open_house(
    *,
    store: Store | None = None,
    transport: Transport | None = None,
    settings: IntakeSettings | None = None,
    working: bool = True,
    agreements: Agreements | None = None,
    guesses: Guesses | None = None,
    counters: Counters | None = None,
) -> AsyncIterator[House]:
    """Embedded, or on the store and transport given; a demo, unless `settings` are given.

    Without `working`, nobody but intake is there. What is agreed is remembered in a place of its own, or the one given.
    """
    runtime = Runtime(RuntimeSettings(), store or MemoryStore(), transport or MemoryTransport())
    runtime.counters = counters or runtime.counters
    workers, app = intake.build(runtime, settings or IntakeSettings(demo=True))
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with runtime, httpx2.AsyncClient(transport=door, base_url="http://house", timeout=60) as client:
        for worker in (*workers, *(await asyncio.to_thread(desks, agreements, guesses) if working else ())):
            await runtime.add(worker)
        yield House(runtime, app, client)


def problem(answer: httpx2.Response, status: int) -> str:
    """The sentence of a problem document that has all that RFC 9457 asks for."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    detail: str = document["detail"]
    assert len(detail.split()) >= 4, detail
    assert "Traceback" not in detail
    return detail
