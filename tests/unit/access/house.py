"""A house with AUTH on: two businesses with an interaction and a ticket each, and everybody who may come to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpx2
from argon2 import PasswordHasher
from fastapi import FastAPI

from callcenter.access.registry import Registry
from callcenter.events import Contact, Request, utc_now
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import AccessStore, MemoryAccess, Staff
from callcenter.storage.audit import Audit, MemoryAudit
from callcenter.storage.book import MemoryBook
from callcenter.storage.memory import MemoryStore
from services import intake, policy, ticketing
from services.intake.settings import IntakeSettings
from services.policy.worker import PolicyWorker
from tests.dossier import decided, held, opened, requested

PASSWORD = "four words are plenty"
ORIGIN = {"Origin": "http://house"}
MINE, OTHERS = "retail", "banking"


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash that is quick to compare with: what one costs is written in it."""


def somebody(name: str, role: str, businesses: tuple[str, ...] | None = (MINE,)) -> Staff:
    return Staff(name, role, businesses, QUICK, "first")


STAFF = (
    *(somebody(role, role) for role in ("agent", "supervisor", "operator", "admin")),
    somebody("root", "admin", None),
    somebody("oscar", "operator", None),
)


@cache
def _rules() -> PolicyWorker:
    return policy.build()


@dataclass
class Door:
    """The door of a house that asks who comes."""

    runtime: Runtime
    app: FastAPI
    client: httpx2.AsyncClient
    interactions: dict[str, str]
    tickets: dict[str, str]

    async def key(self, *scopes: str, businesses: list[str] | None = None) -> dict[str, str]:
        """The header of a new key, for one business if nothing else is said."""
        registry = Registry(self.runtime.people, utc_now)
        _, secret = await registry.add_key("shop", scopes, [MINE] if businesses is None else businesses)
        return bearer(secret)

    async def root_key(self, *scopes: str) -> dict[str, str]:
        """The header of a new key for all businesses."""
        _, secret = await Registry(self.runtime.people, utc_now).add_key("all", scopes, None)
        return bearer(secret)

    async def signed_in(self, name: str) -> dict[str, str]:
        """The headers that a browser of theirs sends."""
        assert self.runtime.access
        return {"Cookie": f"cc_session={await self.runtime.access.sign_in(name, PASSWORD)}", **ORIGIN}

    async def customer(self, interaction_id: str) -> dict[str, str]:
        """The header of the customer of a conversation."""
        assert self.runtime.access
        return bearer(await self.runtime.access.of_conversation(interaction_id))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@asynccontextmanager
async def open_door(
    *, people: AccessStore | None = None, audit: Audit | None = None, demo: bool = True
) -> AsyncIterator[Door]:
    """Nobody but intake and ticketing is at work."""
    store, book = MemoryStore(), MemoryBook()
    settings = RuntimeSettings(auth=True)
    known, log = people or MemoryAccess(STAFF), audit or MemoryAudit()
    runtime = Runtime(settings, store, MemoryTransport(), book, people=known, audit=log)
    desk = ticketing.build(book=book)
    desks = [ticketing.router, policy.privacy(_rules(), runtime), *([policy.router(_rules())] if demo else [])]
    _, app = intake.build(runtime, IntakeSettings(demo=demo, turn_gap=0), desks)
    app.state.office = desk.office
    interactions, tickets = {}, {}
    for number, business in enumerate((MINE, OTHERS)):
        event = requested(
            contact=Contact(number=number + 1, customer_id="C-1", initiated_at=utc_now()),
            request=Request(business=business, text=f"A matter of {business}", mode="live"),
        )
        await store.create(event)
        filed = opened(decided(held(event)), f"{business[:3].upper()}-1")
        await desk.office.open(filed)
        interactions[business], tickets[business] = event.interaction_id, filed.ticket.ticket_id
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with runtime, httpx2.AsyncClient(transport=transport, base_url="http://house", timeout=30) as client:
        yield Door(runtime, app, client, interactions, tickets)
