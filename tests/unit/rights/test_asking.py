"""Who may ask to be told everything, or to erase somebody: over HTTP admins alone, and only where people are known."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from callcenter.events import InteractionRequested
from callcenter.http.desk import desk_app
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.memory import MemoryStore
from services import policy
from tests.erased import CUSTOMER, Planted, rules
from tests.unit.access.house import MINE, OTHERS, Door, open_door

BODY = {"business": "retail", "customer": CUSTOMER}


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with open_door() as door:
        yield door


@pytest.mark.parametrize("what", ["export", "erase"])
async def test_where_nobody_is_known_nobody_is_told_and_nobody_erased(what: str) -> None:
    runtime = Runtime(RuntimeSettings(), MemoryStore(), MemoryTransport())
    first: InteractionRequested = await Planted(runtime).put("completed")
    app = desk_app(runtime, "policy", policy.privacy(rules(), runtime))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as client:
        answer = await client.post(f"/v1/privacy/{what}", json=BODY)
        assert (answer.status_code, "AUTH" in answer.json()["detail"]) == (403, True)
    assert await runtime.store.newest(first.interaction_id)
    assert await runtime.audit.newest(1) == []


async def test_an_admin_erases_customers_of_their_own_business_alone(door: Door) -> None:
    planted = Planted(door.runtime, 500)
    theirs, ours = await planted.put("other business"), await planted.put("completed")
    admin = await door.signed_in("admin")
    foreign = {"business": OTHERS, "customer": CUSTOMER}
    refused = await door.client.post("/v1/privacy/erase", json=foreign, headers=admin)
    unknown = await door.client.post("/v1/privacy/erase", json={**foreign, "business": "nobody"}, headers=admin)
    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert refused.json()["detail"].replace(OTHERS, "nobody") == unknown.json()["detail"]
    done = await door.client.post("/v1/privacy/erase", json={"business": MINE, "customer": CUSTOMER}, headers=admin)
    assert done.status_code == 200, done.text
    assert await door.runtime.store.newest(ours.interaction_id) is None
    assert await door.runtime.store.newest(theirs.interaction_id)


async def test_whoever_is_erased_stands_in_no_address_and_no_entry_of_the_log(door: Door) -> None:
    asked = {"business": MINE, "customer": "dana.lopez@example.com"}
    for what in ("export", "erase"):
        answer = await door.client.post(f"/v1/privacy/{what}", json=asked, headers=await door.signed_in("admin"))
        assert answer.status_code == 200, answer.text
    acts = [entry.act async for entry in door.runtime.audit.entries()]
    assert [act.what for act in acts] == [
        "POST /v1/privacy/export",
        "privacy.export",
        "POST /v1/privacy/erase",
        "privacy.erase",
    ]
    assert acts[1].about == acts[3].about
    assert not any(mark in str(act) for act in acts for mark in ("dana", CUSTOMER))
