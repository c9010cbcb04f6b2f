"""What belongs to a business is there for its own people alone: for others it is as if there were none."""

import csv
import io
from typing import Any

import orjson
import pytest

from tests.unit.access.house import MINE, OTHERS, Door, open_door
from tests.unit.intake.house import problem


@pytest.fixture
async def headers(door: Door) -> dict[str, str]:
    """Of a supervisor of one business."""
    return await door.signed_in("supervisor")


async def test_lists_show_ones_own(door: Door, headers: dict[str, str]) -> None:
    async def ids(address: str, **query: str) -> list[str]:
        items = (await door.client.get(address, params=query, headers=headers)).json()["items"]
        return [item.get("ticket_id") or item["id"] for item in items]

    assert await ids("/v1/interactions") == [door.interactions[MINE]]
    for name in (OTHERS, "nobodys"):
        told = problem(await door.client.get("/v1/interactions", params={"business": name}, headers=headers), 422)
        assert told == f"business: there is no {name!r}; choose one of {MINE}."
    assert await ids("/v1/tickets") == [door.tickets[MINE]]
    assert await ids("/v1/tickets", business=OTHERS) == []
    assert await ids("/v1/tickets", customer_id="C-1") == [door.tickets[MINE]]
    businesses = (await door.client.get("/v1/businesses", headers=headers)).json()
    assert [one["name"] for one in businesses] == [MINE]


async def test_exports_hold_ones_own(door: Door, headers: dict[str, str]) -> None:
    lines = (await door.client.get("/v1/interactions/export", headers=headers)).text.splitlines()
    assert [orjson.loads(line)["id"] for line in lines] == [door.interactions[MINE]]
    csv_file = await door.client.get("/v1/interactions/export?format=csv", headers=headers)
    table = csv_file.content.decode("utf-8-sig")
    assert [row["id"] for row in csv.DictReader(io.StringIO(table))] == [door.interactions[MINE]]
    other = await door.client.get("/v1/interactions/export", params={"business": OTHERS}, headers=headers)
    assert problem(other, 422)


async def test_who_is_for_all_businesses_sees_all(door: Door) -> None:
    root = await door.signed_in("root")
    for address in ("/v1/interactions", "/v1/tickets"):
        assert len((await door.client.get(address, headers=root)).json()["items"]) == 2
    assert len((await door.client.get("/v1/interactions/export", headers=root)).text.splitlines()) == 2


READ = ["/v1/interactions/{}", "/v1/interactions/{}/events", "/v1/interactions/{}/print"]
CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/v1/tickets/{}", {}),
    ("GET", "/v1/tickets/{}/events", {}),
    ("GET", "/v1/tickets/{}/deliveries", {}),
    ("PATCH", "/v1/tickets/{}", {"priority": "P1"}),
    ("POST", "/v1/tickets/{}/comments", {"text": "Called."}),
    ("POST", "/v1/tickets/{}/merge", {"into": "RET-1"}),
    ("PATCH", "/v1/tickets/{}/follow-ups/1", {"done": True}),
]


@pytest.mark.parametrize("address", READ)
async def test_anothers_interaction_is_none(door: Door, headers: dict[str, str], address: str) -> None:
    theirs, nobodys = door.interactions[OTHERS], "01a00000-0000-7000-8000-000000000000"
    told = problem(await door.client.get(address.format(theirs), headers=headers), 404)
    assert told.replace(theirs, nobodys) == problem(
        await door.client.get(address.format(nobodys), headers=headers), 404
    )


async def test_nobody_speaks_in_anothers_conversation(door: Door) -> None:
    theirs, nobodys = door.interactions[OTHERS], "01a00000-0000-7000-8000-000000000000"
    key, say = await door.key("converse"), {"text": "Hello?"}
    told = problem(await door.client.post(f"/v1/interactions/{theirs}/messages", json=say, headers=key), 404)
    none = problem(await door.client.post(f"/v1/interactions/{nobodys}/messages", json=say, headers=key), 404)
    assert told.replace(theirs, nobodys) == none
    assert len(await door.runtime.store.history(theirs)) == 1


@pytest.mark.parametrize(("method", "address", "body"), CHANGES)
async def test_anothers_ticket_is_none(
    door: Door, headers: dict[str, str], method: str, address: str, body: dict[str, Any]
) -> None:
    theirs, sent = door.tickets[OTHERS], {"json": body} if body else {}
    told = problem(await door.client.request(method, address.format(theirs), headers=headers, **sent), 404)
    none = problem(await door.client.request(method, address.format("BAN-404"), headers=headers, **sent), 404)
    assert told.replace(theirs, "BAN-404") == none
    root = await door.signed_in("root")
    seen = (await door.client.get(f"/v1/tickets/{theirs}", headers=root)).json()
    assert (seen["rev"], seen["comments"]) == (1, [])


async def test_a_ticket_is_merged_into_none_of_anothers(door: Door, headers: dict[str, str]) -> None:
    async def merged(into: str) -> str:
        address = f"/v1/tickets/{door.tickets[MINE]}/merge"
        return problem(await door.client.post(address, json={"into": into}, headers=headers), 404)

    assert (await merged(door.tickets[OTHERS])).replace(door.tickets[OTHERS], "X-1") == await merged("X-1")


async def test_a_request_is_for_ones_own_business() -> None:
    async with open_door() as door:
        mine, others = await door.key("submit", "read"), await door.key("submit", "read", businesses=[OTHERS])
        told = problem(
            await door.client.post("/v1/interactions", json={"business": OTHERS, "text": "Hi"}, headers=mine), 422
        )
        assert told == problem(
            await door.client.post("/v1/interactions", json={"business": OTHERS, "text": "Hi"}, headers=mine), 422
        )
        assert f"choose one of: {MINE}." in told
        unnamed = await door.client.post("/v1/interactions", json={"text": "Hi"}, headers=others)
        assert unnamed.json()["record"]["request"]["business"] == OTHERS


async def test_the_idempotency_keys_of_two_clients_never_meet() -> None:
    async with open_door() as door:
        asked = {"json": {"text": "Where is it?"}}
        mine, others = await door.key("submit"), await door.key("submit")
        first, again, foreign = [
            (await door.client.post("/v1/interactions", headers={**who, "Idempotency-Key": "1"}, **asked)).json()["id"]
            for who in (mine, mine, others)
        ]
        assert first == again != foreign
