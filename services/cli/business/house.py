"""All five desks in this process, with memory for a broker and a store: what a test of a business runs on."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from callcenter.events import utc_now
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import Agreements, Entry, MemoryAgreements
from callcenter.storage.book import MemoryBook, TicketCard
from services import agent, intake, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.cli.business.scenarios import Scenario
from services.cli.program import Failed
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from services.summary.settings import SummarySettings
from services.ticketing.settings import TicketingSettings
from simulation.casting import Part
from simulation.door import Door
from simulation.playing import Contact, play

PATIENCE = 30
"""Seconds in which an interaction has to end: the longest that intake waits."""


class Earlier(MemoryAgreements):
    """What scenarios say was agreed before, and nothing else: what is agreed in one is agreed in the next as well."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, list[Entry]] = {}

    @contextmanager
    def holds(self, business: str, scenario: Scenario) -> Iterator[None]:
        """As long as it runs, with nobody else who speaks of the same account."""
        self._held = {f"{business}:{scenario.customer_id}": [one.entry for one in scenario.agreements(utc_now())]}
        yield
        self._held = {}

    async def of(self, account: str) -> list[Entry]:
        """What the scenario says."""
        return self._held.get(account, [])

    async def claim(self, account: str, entries: Sequence[Entry], now: datetime) -> bool:  # noqa: ARG002
        """Always."""
        return True

    async def settle(self, account: str, interaction_id: str, entries: Sequence[Entry], now: datetime) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class House:
    """A running house and its door."""

    policy: PolicyWorker
    client: httpx2.AsyncClient
    earlier: Earlier

    async def play(self, part: Part, number: int, seed: int) -> Contact:
        """The live contact of a customer who calls from outside."""
        return await play(Door(self.client), part, number, seed)

    async def record(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The finished record of a request; raises Failed where it does not come to its end."""
        answer = await self.client.post("/v1/interactions", json=asked, headers={"Prefer": f"wait={PATIENCE}"})
        view = answer.json()
        if answer.is_error:
            raise Failed(f"Refused: {view['detail']} The request was: {asked['text']}")
        if view["status"] != "completed":
            trouble = view["failure"]["error"] if view["failure"] else f"it still lies at {view['stage']}"
            raise Failed(f"Not finished: {trouble} The request was: {asked['text']}")
        record: dict[str, Any] = view["record"]
        return record


class NoHistory(MemoryBook):
    """A ticket book for scenarios: each stands by itself, so that nobody's contact is a repeat of another's."""

    async def of_customer(self, business: str, customer_id: str, limit: int) -> list[TicketCard]:  # noqa: ARG002
        """Nothing."""
        return []


@asynccontextmanager
async def open_house(root: Path, turn_gap: float = 0) -> AsyncIterator[House]:
    """Serve the businesses under `root`, or `root` itself; raises BusinessError where a folder is wrong.

    After each message of a customer more is waited for, `turn_gap` seconds.
    """
    runtime = Runtime.embedded(RuntimeSettings())
    settings = IntakeSettings(businesses_dir=root, demo=True, turn_gap=turn_gap, accept_timeout=PATIENCE)
    workers, app = intake.build(runtime, settings)
    earlier = Earlier()
    judge = rules_of(root, earlier)
    door = httpx2.ASGITransport(app)
    async with runtime, httpx2.AsyncClient(transport=door, base_url="http://house", timeout=2 * PATIENCE) as client:
        for worker in (*workers, *desks(root), judge):
            await runtime.add(worker)
        yield House(judge, client, earlier)


def rules_of(root: Path, agreements: Agreements | None = None) -> PolicyWorker:
    """The policy desk with the customers of the folders, wherever a deployment has its accounts and has things done."""
    return policy.build(PolicySettings(businesses_dir=root, accounts_url=None, actions_url=None), agreements)


def desks(root: Path) -> Sequence[Worker]:
    """The desks before and behind policy."""
    return (
        agent.build(AgentSettings(businesses_dir=root, demo=True)),
        ticketing.build(TicketingSettings(businesses_dir=root, webhook_urls=None), NoHistory()),
        summary.build(SummarySettings(businesses_dir=root)),
    )
