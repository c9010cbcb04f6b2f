"""Keys of programs, and the secret by which a customer goes on with a conversation."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from callcenter.access.guard import Guard
from callcenter.access.registry import NotAllowed, Registry
from callcenter.events import utc_now
from callcenter.http import problems
from callcenter.http.desk import desk_app
from callcenter.storage.access import MemoryAccess
from services import ticketing
from services.intake.forwarding import Forwarding
from tests.dossier import chain
from tests.unit.access.house import MINE, Door, bearer, open_door
from tests.unit.intake.house import problem


async def test_a_key_is_shown_once_noted_when_used_and_revoked(door: Door) -> None:
    registry = Registry(door.runtime.people, utc_now)
    key, secret = await registry.add_key("website", ["read"], [MINE])
    assert secret.startswith("cc_")
    assert secret not in str(vars(door.runtime.people))
    assert (await door.client.get("/v1/tickets", headers=bearer(secret))).status_code == 200
    used = next(one for one in await door.runtime.people.all_keys() if one.key_id == key.key_id)
    assert used.last_used is not None
    await registry.revoke(key.key_id)
    assert "not any more" in problem(await door.client.get("/v1/tickets", headers=bearer(secret)), 401)
    with pytest.raises(NotAllowed, match="no key"):
        await registry.revoke(key.key_id)


@pytest.mark.parametrize("secret", ["cc_wrong", "cs_wrong", "ct_wrong", "ct_wrong.wrong", "nothing", "", "cc_é"])
async def test_a_secret_that_nobody_has_opens_nothing(door: Door, secret: str) -> None:
    sent = httpx2.Headers([(b"authorization", f"Bearer {secret}".encode())])
    refused = await door.client.get("/v1/tickets", headers=sent)
    problem(refused, 401)
    assert refused.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("name", "scopes", "businesses"),
    [("", ["read"], [MINE]), ("a:b", ["read"], [MINE]), ("x", [], [MINE]), ("x", ["all"], [MINE]), ("x", ["read"], [])],
)
async def test_a_key_that_cannot_be_is_refused_in_words(name: str, scopes: list[str], businesses: list[str]) -> None:
    with pytest.raises(NotAllowed, match=r"\w+ \w+ \w+"):
        await Registry(MemoryAccess(), utc_now).add_key(name, scopes, businesses)


@pytest.mark.parametrize(
    ("name", "role", "businesses", "password"),
    [
        ("system", "agent", [MINE], "four words are plenty"),
        ("key:shop", "agent", [MINE], "four words are plenty"),
        ("dana", "boss", [MINE], "four words are plenty"),
        ("dana", "agent", [], "four words are plenty"),
        ("dana", "agent", [MINE], "short"),
        ("dana", "agent", [MINE], "x" * 257),
    ],
)
async def test_staff_that_cannot_be_is_refused_in_words(
    name: str, role: str, businesses: list[str], password: str
) -> None:
    with pytest.raises(NotAllowed, match=r"\w+ \w+ \w+"):
        await Registry(MemoryAccess(), utc_now).add_staff(name, role, businesses, password)


@pytest.mark.parametrize(
    ("scope", "method", "address"),
    [("operate", "GET", "/metrics"), ("operate", "GET", "/v1/webhooks"), ("ask", "POST", "/v1/policy/preview")],
)
async def test_what_tells_of_all_businesses_needs_a_key_for_all(
    door: Door, scope: str, method: str, address: str
) -> None:
    asked = {"json": {"reason": "refund_request"}} if method == "POST" else {}
    tied = await door.client.request(method, address, headers=await door.key(scope), **asked)
    assert "all businesses" in problem(tied, 403)
    assert (await door.client.request(method, address, headers=await door.root_key(scope), **asked)).status_code == 200


@pytest.mark.parametrize("by", [{}, {"by": "somebody else"}, {"by": "system"}])
async def test_a_history_names_who_it_was_and_nobody_else(door: Door, by: dict[str, str]) -> None:
    address = f"/v1/tickets/{door.tickets[MINE]}"
    for headers, name in ((await door.signed_in("agent"), "agent"), (await door.key("work"), "key:shop")):
        noted = await door.client.post(f"{address}/comments", json={"text": "Called.", **by}, headers=headers)
        assert noted.status_code == 201, noted.text
        assert noted.json()["comments"][-1]["by"] == name
        history = await door.client.get(f"{address}/events", headers=await door.key("read"))
        assert history.json()[-1]["by"] == name


async def opened(door: Door, **body: Any) -> dict[str, Any]:
    asked = {"mode": "live", "text": "Where is my parcel?", **body}
    answer = await door.client.post("/v1/interactions", json=asked, headers=await door.key("submit"))
    assert answer.status_code in (200, 202), answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_whoever_opens_a_conversation_is_told_the_secret_of_it() -> None:
    async with open_door() as door:
        view = await opened(door)
        customer, address = bearer(view["token"]), f"/v1/interactions/{view['id']}"
        seen = (await door.client.get(address, headers=customer)).json()
        assert seen["record"]["request"] == {"business": MINE, "mode": "live", "text": "Where is my parcel?"}
        assert "token" not in seen
        other = await opened(door)
        for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/messages")):
            sent = {"json": {"text": "Hello?"}} if method == "POST" else {}
            there = f"/v1/interactions/{other['id']}{path}"
            assert problem(await door.client.request(method, there, headers=customer, **sent), 403)
            assert problem(await door.client.request(method, there, **sent), 401)
        assert (
            "token"
            not in (
                await door.client.post(
                    "/v1/interactions", json={"mode": "simulated", "text": "Hi"}, headers=await door.key("submit")
                )
            ).json()
        )


async def test_the_secret_of_a_conversation_is_that_of_this_deployment() -> None:
    async with open_door() as door, open_door() as elsewhere:
        foreign = await elsewhere.customer(door.interactions[MINE])
        assert problem(await door.client.get(f"/v1/interactions/{door.interactions[MINE]}", headers=foreign), 401)
        own = await door.customer(door.interactions[MINE])
        assert (await door.client.get(f"/v1/interactions/{door.interactions[MINE]}", headers=own)).status_code == 200


async def test_a_repeated_request_is_answered_with_the_same_secret() -> None:
    async with open_door() as door:
        key = {**await door.key("submit"), "Idempotency-Key": "once"}
        asked = {"mode": "live", "text": "Where is my parcel?"}
        first, again = [(await door.client.post("/v1/interactions", json=asked, headers=key)).json() for _ in range(2)]
        assert first["token"] == again["token"]


async def test_a_customer_sees_what_is_meant_for_them() -> None:
    async with open_door() as door:
        first, *rest = chain()
        await door.runtime.store.create(first)  # type: ignore[arg-type]
        for event in rest:
            await door.runtime.store.advance(event)
        address = f"/v1/interactions/{first.interaction_id}"
        customer, staff = await door.customer(first.interaction_id), await door.signed_in("agent")
        whole = (await door.client.get(address, headers=staff)).json()["record"]
        seen = (await door.client.get(address, headers=customer)).json()
        assert {"policy", "provenance", "disposition"} <= whole.keys()
        assert seen["record"].keys() == {"contact", "request", "transcript", "ticket", "summary"}
        assert seen["record"]["ticket"] == {"ticket_id": "RET-1001"}
        assert seen["record"]["summary"] == {"reply_to_customer": "Done."}
        assert (seen["timings"], seen["failure"]) == ([], None)
        followed = (await door.client.get(f"{address}/events", headers=customer)).text
        assert "reply_to_customer" in followed
        assert "policy_hash" not in followed
        assert "policy_hash" in (await door.client.get(f"{address}/events", headers=staff)).text


async def test_a_service_of_its_own_asks_for_itself_who_it_is(door: Door) -> None:
    desk = desk_app(door.runtime, "ticketing", ticketing.router, office=door.app.state.office)
    transport = httpx2.ASGITransport(desk)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ticketing") as direct:
        assert problem(await direct.get("/v1/tickets"), 401)
        assert (await direct.get("/livez")).status_code == 200
    front = FastAPI()
    problems.install(front, "intake")
    Forwarding({"/v1/tickets": "http://ticketing:8000"}, httpx2.AsyncClient(transport=transport), 1000, 10).install(
        front
    )
    front.add_middleware(Guard, access=door.runtime.access, audit=door.runtime.audit, service="intake")
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(front), base_url="http://house") as client:
        assert problem(await client.get("/v1/tickets"), 401)
        for headers in (await door.key("read", "work"), await door.signed_in("agent")):
            items = (await client.get("/v1/tickets", headers=headers)).json()["items"]
            assert [item["ticket_id"] for item in items] == [door.tickets[MINE]]
            there = f"/v1/tickets/{door.tickets[MINE]}"
            taken = await client.patch(there, json={"assignee": headers.get("Cookie", "k")[-4:]}, headers=headers)
            assert taken.status_code == 200
