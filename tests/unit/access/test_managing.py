"""An admin lets people and programs in, over HTTP, and out again."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.access.house import MINE, ORIGIN, Door, bearer, open_door
from tests.unit.intake.house import problem

WORDS = "another four good words"


@pytest.fixture
async def fresh() -> AsyncIterator[Door]:
    async with open_door() as door:
        yield door


async def test_somebody_is_added_and_disabled(fresh: Door) -> None:
    root = await fresh.signed_in("root")
    dana = {"name": "dana", "role": "agent", "businesses": [MINE], "password": WORDS}
    added = await fresh.client.post("/v1/staff", json=dana, headers=root)
    assert (added.status_code, added.json()) == (
        201,
        {"name": "dana", "role": "agent", "businesses": [MINE], "disabled": False, "by_provider": False},
    )
    assert "already" in problem(await fresh.client.post("/v1/staff", json=dana, headers=root), 422)
    assert "is no role" in problem(
        await fresh.client.post("/v1/staff", json={**dana, "name": "lee", "role": "boss"}, headers=root), 422
    )
    names = [one["name"] for one in (await fresh.client.get("/v1/staff", headers=root)).json()]
    assert names == ["admin", "agent", "dana", "operator", "oscar", "root", "supervisor"]
    me = {"name": "dana", "password": WORDS}
    assert (await fresh.client.post("/v1/session", json=me, headers=ORIGIN)).status_code == 200
    closed = await fresh.client.patch("/v1/staff/dana", json={"disabled": True}, headers=root)
    assert closed.json()["disabled"] is True
    fresh.client.cookies.clear()
    assert (await fresh.client.post("/v1/session", json=me, headers=ORIGIN)).status_code == 401
    assert "nobody named" in problem(
        await fresh.client.patch("/v1/staff/nobody", json={"disabled": True}, headers=root), 404
    )
    assert "another password" in problem(
        await fresh.client.patch("/v1/staff/dana", json={"password": "short"}, headers=root), 422
    )


async def test_a_key_is_made_told_once_and_revoked(fresh: Door) -> None:
    root, wanted = await fresh.signed_in("root"), {"name": "website", "scopes": ["read"], "businesses": [MINE]}
    made = (await fresh.client.post("/v1/keys", json=wanted, headers=root)).json()
    own = bearer(made["secret"])
    assert (await fresh.client.get("/v1/tickets", headers=own)).status_code == 200
    (listed,) = (await fresh.client.get("/v1/keys", headers=root)).json()
    assert (listed["id"], listed["scopes"], "secret" in listed) == (made["id"], ["read"], False)
    assert listed["last_used"]
    assert (await fresh.client.delete(f"/v1/keys/{made['id']}", headers=root)).status_code == 204
    assert (await fresh.client.get("/v1/tickets", headers=own)).status_code == 401
    assert "no key" in problem(await fresh.client.delete(f"/v1/keys/{made['id']}", headers=root), 404)
    refused = await fresh.client.post("/v1/keys", json={**wanted, "scopes": ["all"]}, headers=root)
    assert "has scopes among" in problem(refused, 422)


async def test_an_admin_of_some_businesses_makes_nobody_who_sees_more(fresh: Door) -> None:
    tied = await fresh.signed_in("admin")
    for address in ("/v1/keys", "/v1/staff"):
        assert "all businesses" in problem(await fresh.client.post(address, json={}, headers=tied), 403)
