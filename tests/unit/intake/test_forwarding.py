"""The front door passes on what other desks answer. Here they answer in this process, without a network."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from callcenter.http import problems
from callcenter.http.desk import desk_app
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake, ticketing
from services.intake.forwarding import Forwarding, merged
from services.intake.settings import IntakeSettings
from services.ticketing.office.office import Office
from tests.dossier import decided, held, opened, requested
from tests.unit.intake.house import problem


class Nobody(httpx2.AsyncBaseTransport):
    """A network on which nobody answers."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)


def door(transport: httpx2.AsyncBaseTransport, url: str | None = "http://ticketing:8000") -> httpx2.AsyncClient:
    app = FastAPI()
    problems.install(app, "intake")
    http = httpx2.AsyncClient(transport=transport)
    Forwarding({"/v1/tickets": url}, http, 1000, 10).install(app)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house")


@pytest.fixture
async def office() -> Office:
    office = ticketing.build().office
    await office.open(opened(decided(held(requested()))))
    return office


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    desk = desk_app(Runtime.embedded(RuntimeSettings()), "ticketing", ticketing.router, office=office)
    async with door(httpx2.ASGITransport(desk)) as client:
        yield client


async def test_a_request_arrives_as_it_came_and_so_does_the_answer(client: httpx2.AsyncClient) -> None:
    listed = (await client.get("/v1/tickets", params={"status": "open", "limit": 1})).json()["items"]
    assert [item["ticket_id"] for item in listed] == ["RET-1001"]
    read = await client.get("/v1/tickets/RET-1001")
    assert read.headers["etag"] == '"1"'
    wish = {"by": "dana", "assignee": "dana"}
    taken = await client.patch("/v1/tickets/RET-1001", json=wish, headers={"If-Match": read.headers["etag"]})
    assert (taken.status_code, taken.json()["assignee"], taken.headers["etag"]) == (200, "dana", '"2"')
    late = await client.patch("/v1/tickets/RET-1001", json=wish | {"assignee": None}, headers={"If-Match": '"1"'})
    assert "read it again" in problem(late, 412)
    for _ in range(2):
        note = {"by": "dana", "text": "Größe M?"}
        noted = await client.post("/v1/tickets/RET-1001/comments", json=note, headers={"Idempotency-Key": "once"})
        assert noted.status_code == 201
    assert [comment["text"] for comment in noted.json()["comments"]] == ["Größe M?"]


async def test_mistakes_are_told_by_the_desk_or_the_door(client: httpx2.AsyncClient) -> None:
    assert "no ticket 'RET-9'" in problem(await client.get("/v1/tickets/RET-9"), 404)
    too_long = {"by": "dana", "text": "x" * 1000}
    assert "larger than 1000 bytes" in problem(await client.post("/v1/tickets/RET-1001/comments", json=too_long), 413)
    other_site = {"Sec-Fetch-Site": "cross-site"}
    refused = await client.patch("/v1/tickets/RET-1001", json={"by": "eve", "status": "closed"}, headers=other_site)
    assert "other sites" in problem(refused, 403)


@pytest.mark.parametrize(
    "address",
    [
        "/v1/tickets/..%2f..%2fmetrics",
        "/v1/tickets/%2e%2e/%2e%2e/metrics",
        "/v1/tickets/..%5c..%5cmetrics",
        "/v1/tickets/RET-1001%2fevents",
        "/v1/tickets/%00",
        "/v1/tickets/%ff",
        "/v1/tickets/RET-1001;x",
        "/v1/tickets//metrics",
        "/v1/tickets/RET-1001%3fx",
    ],
)
async def test_what_is_no_address_of_a_desk_gets_no_further(office: Office, address: str) -> None:
    asked: list[str] = []

    class Listening(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            asked.append(request.url.raw_path.decode())
            raise httpx2.ConnectError("heard enough", request=request)

    async with door(Listening()) as client:
        problem(await client.get(address), 404)
        assert asked == []
        problem(await client.get("/v1/tickets/RET-1001", params={"queue": "a/../b"}), 503)
    assert asked == ["/v1/tickets/RET-1001?queue=a%2F..%2Fb"]


async def test_odd_bytes_are_no_trouble_of_ours(client: httpx2.AsyncClient) -> None:
    note, key = {"by": "dana", "text": "Hello."}, {"Idempotency-Key": "Größe".encode("latin-1")}
    assert (await client.post("/v1/tickets/RET-1001/comments", json=note, headers=key)).status_code == 201


async def test_a_desk_that_is_away_is_told_with_when_to_come_again() -> None:
    async with door(Nobody()) as client:
        away = await client.get("/v1/tickets")
        assert "The desk that answers /v1/tickets is away" in problem(away, 503)
        assert away.headers["retry-after"] == "2"


async def test_a_desk_that_is_not_known_is_told() -> None:
    async with door(Nobody(), url=None) as client:
        assert "TICKETING_URL" in problem(await client.get("/v1/tickets/RET-1"), 404)


def test_one_page_describes_the_addresses_of_all() -> None:
    def schema(path: str, **names: Any) -> dict[str, Any]:
        return {"openapi": "3.1.0", "paths": {path: {}}, "components": {"schemas": names}}

    whole = merged(schema("/a", Problem=1), [schema("/b", Problem=2, Ticket=3), {"paths": {"/c": {}}}])
    assert list(whole["paths"]) == ["/a", "/b", "/c"]
    assert whole["components"]["schemas"] == {"Problem": 1, "Ticket": 3}


async def test_the_page_of_addresses_does_not_need_the_other_desks() -> None:
    settings = IntakeSettings(ticketing_url="http://127.0.0.1:1", policy_url="http://127.0.0.1:1")
    _, app = intake.build(Runtime.embedded(RuntimeSettings()), settings)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        assert "/v1/interactions" in paths
        assert "/v1/tickets" not in paths
        assert "is away" in problem(await client.get("/v1/webhooks/deliveries"), 503)
