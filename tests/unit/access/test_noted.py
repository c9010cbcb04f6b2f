"""What our people ask for stands in the audit log before it is done; where it cannot be written, it is not done."""

from collections.abc import AsyncIterator

import pytest

from callcenter.errors import Unavailable
from callcenter.storage.audit import Act, Entry, MemoryAudit, faults
from tests.unit.access.house import MINE, ORIGIN, PASSWORD, Door, open_door
from tests.unit.intake.house import problem


class Broken(MemoryAudit):
    """A log that nothing can be written to."""

    async def append(self, act: Act) -> Entry:
        raise Unavailable("The audit log does not answer")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with open_door() as door:
        yield door


async def noted(door: Door) -> list[tuple[str, str, str]]:
    entries = [entry async for entry in door.runtime.audit.entries()]
    assert not [*faults(entries)]
    assert all(entry.act.source for entry in entries)
    return [(entry.act.who, entry.act.what, entry.act.about) for entry in entries]


async def test_changes_and_what_is_taken_away_are_noted_and_reading_is_not(door: Door) -> None:
    ticket = f"/v1/tickets/{door.tickets[MINE]}"
    agent, supervisor = await door.signed_in("agent"), await door.signed_in("supervisor")
    assert (await door.client.get(ticket, headers=agent)).status_code == 200
    assert (await door.client.patch(ticket, json={"priority": "P1"}, headers=agent)).status_code == 200
    assert (await door.client.get("/v1/interactions/export", headers=supervisor)).status_code == 200
    assert await noted(door) == [
        ("agent", "PATCH /v1/tickets/{ticket_id}", ticket),
        ("supervisor", "GET /v1/interactions/export", "/v1/interactions/export"),
    ]


async def test_what_was_refused_and_what_customers_say_is_not_noted(door: Door) -> None:
    place = door.interactions[MINE]
    headers = await door.customer(place)
    await door.client.post(f"/v1/interactions/{place}/messages", json={"text": "hello"}, headers=headers)
    refused = await door.client.get("/v1/interactions/export", headers=await door.signed_in("agent"))
    assert refused.status_code == 403
    assert await noted(door) == []


async def test_who_signs_in_or_tries_to_is_noted(door: Door) -> None:
    for password in ("not this one", PASSWORD):
        await door.client.post("/v1/session", json={"name": "agent", "password": password}, headers=ORIGIN)
    assert await noted(door) == [("agent", "sign-in refused", ""), ("agent", "signed in", "")]


async def test_what_cannot_be_noted_is_not_done() -> None:
    async with open_door(audit=Broken()) as door:
        ticket, agent = f"/v1/tickets/{door.tickets[MINE]}", await door.signed_in("agent")
        assert "audit log" in problem(await door.client.patch(ticket, json={"priority": "P1"}, headers=agent), 503)
        assert (await door.client.get(ticket, headers=agent)).json()["priority"] != "P1"
