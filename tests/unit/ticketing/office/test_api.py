"""The addresses of tickets: what they answer, and how they refuse."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from callcenter.http.desk import desk_app
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services.ticketing import router
from tests.unit.ticketing.office.conftest import Desk, contact


@pytest.fixture
async def client(office: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    app = desk_app(Runtime.embedded(RuntimeSettings()), "ticketing", router, office=office)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://ticketing") as client:
        yield client


async def test_a_ticket_is_read_changed_and_told_of(client: httpx2.AsyncClient, office: Desk) -> None:
    await office.opened(contact(7))
    read = await client.get("/v1/tickets/RET-7")
    assert (read.status_code, read.headers["etag"], read.json()["sla_state"]) == (200, '"1"', "running")
    assert read.json()["links"]["interaction"] == "/v1/interactions/i-7"
    wish = {"by": "dana", "status": "pending", "assignee": "lee"}
    changed = await client.patch("/v1/tickets/RET-7", json=wish, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["status"]) == (200, '"2"', "pending")
    free = await client.patch("/v1/tickets/RET-7", json={"by": "dana", "assignee": None})
    assert free.json()["assignee"] is None
    noted = await client.post("/v1/tickets/RET-7/comments", json={"by": "lee", "text": "Called.", "public": True})
    assert (noted.status_code, noted.json()["comments"][0]["text"]) == (201, "Called.")
    assert {answer.headers["cache-control"] for answer in (read, changed, noted)} == {"no-store"}
    history = (await client.get("/v1/tickets/RET-7/events")).json()
    assert [(event["type"], event["by"]) for event in history] == [
        ("ticket.opened", "system"),
        ("ticket.updated", "dana"),
        ("ticket.updated", "dana"),
        ("ticket.commented", "lee"),
    ]
    assert history[1]["changes"] == {"status": ["open", "pending"], "assignee": [None, "lee"]}


async def test_the_list_can_be_filtered_and_paged(client: httpx2.AsyncClient, office: Desk) -> None:
    for number in range(1, 6):
        await office.opened(contact(number, customer_id=f"C-{number}"))
    await office.update("RET-2", {"assignee": "dana"}, "dana")
    page = (await client.get("/v1/tickets", params={"limit": 3})).json()
    rest = (await client.get("/v1/tickets", params={"limit": 3, "cursor": page["next"]})).json()
    assert [item["ticket_id"] for item in page["items"] + rest["items"]] == [f"RET-{n}" for n in (5, 4, 3, 2, 1)]
    assert rest["next"] is None
    mine = (await client.get("/v1/tickets", params={"assignee": "dana", "status": "open"})).json()["items"]
    assert [(item["ticket_id"], item["customer_id"], item["reason"]) for item in mine] == [
        ("RET-2", "C-2", "refund_request")
    ]


async def test_a_duplicate_is_merged(client: httpx2.AsyncClient, office: Desk) -> None:
    await office.opened(contact(1))
    await office.opened(contact(2))
    duplicate = (await client.get("/v1/tickets/RET-2")).json()["duplicate_of"]
    kept = await client.post("/v1/tickets/RET-2/merge", json={"by": "dana", "into": duplicate})
    assert (kept.json()["ticket_id"], kept.json()["absorbed"]) == ("RET-1", ["RET-2"])
    assert (await client.get("/v1/tickets/RET-2")).json()["merged_into"] == "RET-1"


@pytest.mark.parametrize(
    ("call", "body", "answer"),
    [
        ("GET RET-9", None, "404 no ticket 'RET-9'; GET /v1/tickets lists the newest"),
        ("GET RET-9/events", None, "404 no ticket"),
        ("PATCH RET-1", {"status": "closed"}, "422 by: is missing"),
        ("PATCH RET-1", {"by": " ", "status": "closed"}, "422 by: is not a name"),
        ("PATCH RET-1", {"by": "system", "status": "closed"}, "422 by: system is the name of the clock"),
        ("PATCH RET-1", {"by": "dana", "status": "done"}, "422 status: Input should be 'new', 'open'"),
        ("PATCH RET-1", {"by": "dana", "status": None}, "422 status: Input should be"),
        ("PATCH RET-1", {"by": "dana", "titel": "x"}, "422 titel: Extra inputs are not permitted"),
        ("PATCH RET-1", {"by": "dana", "status": "reopened"}, "409 RET-1 is open; from there it can become"),
        ("PATCH RET-1", {"by": "dana", "queue": "nowhere"}, "422 choose one of orders"),
        ("POST RET-1/comments", {"by": "dana", "text": "  "}, "422 text: is empty"),
        ("POST RET-1/merge", {"by": "dana", "into": "RET-1"}, "422 into itself"),
        ("PATCH RET-1/follow-ups/1", {"by": "dana", "done": True}, "404 RET-1 has 0 follow-ups"),
        ("PATCH RET-1/follow-ups/1", {"by": "dana", "due_at": None}, "422 leave it out to keep the date"),
        ("POST RET-1/redeliver", {"by": "dana"}, "409 WEBHOOK_URLS is not set"),
    ],
)
async def test_a_mistake_is_told_and_changes_nothing(
    client: httpx2.AsyncClient, office: Desk, call: str, body: Any, answer: str
) -> None:
    await office.opened(contact(1))
    (method, path), (status, told) = call.split(), answer.split(" ", 1)
    refused = await client.request(method, f"/v1/tickets/{path}", json=body)
    assert (refused.status_code, refused.headers["content-type"]) == (int(status), "application/problem+json")
    assert told in refused.json()["detail"]
    assert (await office.ticket("RET-1")).rev == 1


@pytest.mark.parametrize(("if_match", "status"), [('"9"', 412), ("three", 422), ("*", 200), ('W/"1"', 200)])
async def test_a_change_may_name_the_revision_it_was_made_from(
    client: httpx2.AsyncClient, office: Desk, if_match: str, status: int
) -> None:
    await office.opened(contact(1))
    wish = {"by": "dana", "assignee": "dana"}
    answer = await client.patch("/v1/tickets/RET-1", json=wish, headers={"If-Match": if_match})
    assert answer.status_code == status


async def test_what_can_be_chosen_is_told(client: httpx2.AsyncClient, office: Desk) -> None:
    await office.opened(contact(1))
    read = (await client.get("/v1/tickets/RET-1")).json()
    assert read["choices"]["status"] == ["pending", "resolved", "closed"]
    assert read["choices"]["queue"]["returns"] == "Returns and refunds"
    assert read["next_due"] == read["sla"]["first_response"]["due"]
    (card,) = (await client.get("/v1/tickets")).json()["items"]
    assert card["next_due"] == read["next_due"]
    done = (await client.patch("/v1/tickets/RET-1", json={"by": "dana", "status": "closed"})).json()
    assert (done["choices"]["status"], done["next_due"]) == (["reopened"], None)


async def test_a_comment_under_one_key_is_written_once(client: httpx2.AsyncClient, office: Desk) -> None:
    await office.opened(contact(1))
    note = {"by": "dana", "text": "Called."}
    for key in ("a", "a", "b", None):
        headers = {"Idempotency-Key": key} if key else {}
        answer = await client.post("/v1/tickets/RET-1/comments", json=note, headers=headers)
        assert answer.status_code == 201
    assert [comment["key"] for comment in answer.json()["comments"]] == ["a", "b", None]
    refused = await client.post("/v1/tickets/RET-1/comments", json=note, headers={"Idempotency-Key": "x" * 256})
    assert "Idempotency-Key: please send 1 to 255" in refused.json()["detail"]


async def test_card_numbers_do_not_get_into_comments(client: httpx2.AsyncClient, office: Desk) -> None:
    await office.opened(contact(1))
    await client.post("/v1/tickets/RET-1/comments", json={"by": "dana", "text": "Card 4111 1111 1111 1111, new."})
    text = (await office.ticket("RET-1")).comments[0].text
    assert "4111 1111" not in text
    assert text.endswith("1111, new.")


async def test_every_address_is_described(client: httpx2.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert "/v1/tickets/{ticket_id}/follow-ups/{number}" in paths
    assert paths["/v1/tickets/{ticket_id}"]["patch"]["requestBody"]["required"]
