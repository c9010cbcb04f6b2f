"""A preview with values that no calendar, account or rule can hold is refused in a sentence."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from callcenter.http import problems
from services.policy.facts import as_of
from services.policy.kinds import ANY_DAY
from services.policy.preview import router
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import RETAIL

ORDER = {"order_id": "1", "status": "delivered", "total": "10.00", "delivered_at": "2026-02-20"}
REFUND = {"reason": "refund_request", "slots": {"order_id": "1"}, "verified": True, "customer_id": "C-1001"}


@pytest.fixture
async def client(worker: PolicyWorker) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    problems.install(app, "policy")
    app.include_router(router(worker, PolicySettings(businesses_dir=RETAIL.parent)))
    # As behind a server: what is not answered by a handler of ours is a 500.
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=door, base_url="http://policy") as client:
        yield client


def orders(**changes: Any) -> dict[str, Any]:
    return {"account": {"orders": [ORDER | changes]}}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"at": "0000-01-01T00:00:00Z"}, "at: "),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at: is too far away; write a time from 1970 to 2199."),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at: is too far away"),
        ({"at": "99999-01-01T00:00:00Z"}, "at: "),
        ({"at": -62135596800}, "at: is too far away"),
        ({"customer_id": "C\u0000"}, "customer_id: contains control characters"),
        ({"slots": {"order_id": "\u0000"}}, "slots.order_id: contains control characters"),
        (orders(status="\u0000"), "account: 'orders[].status' contains control characters"),
        (orders(**{"\u0000": "x"}), "contains control characters"),
        (orders(total="9" * 400 + ".00"), "account: orders[].total is too large"),
        (orders(total=10**400), "is too large"),
        ({"account": {"orders": 5}}, 'account: orders: has to be a list of groups of facts, like [{"order_id":'),
        ({"account": {"orders": "x"}}, "account: orders: has to be a list"),
        ({"account": {"orders": [None]}}, "account: orders: has to be a list"),
        ({"account": {"orders": {"a": 1}}}, "account: orders: has to be a list"),
    ],
)
async def test_it_is_refused(client: httpx2.AsyncClient, asked: dict[str, Any], told: str):
    answer = await client.post("/v1/policy/preview", json=REFUND | asked)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("number", ["NaN", "1e400", "-Infinity"])
async def test_a_number_that_is_none_is_refused(client: httpx2.AsyncClient, number: str):
    body = '{"reason": "refund_request", "account": {"orders": [{"total": ' + number + "}]}}"
    answer = await client.post("/v1/policy/preview", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text


@pytest.mark.parametrize("day", ["999999 days ago", "9999999999999 days ago", "in " + "9" * 5000 + " days"])
async def test_days_beyond_the_calendar_are_no_days(client: httpx2.AsyncClient, day: str):
    assert as_of(ANY_DAY, day) == day
    answer = await client.post("/v1/policy/preview", json=REFUND | orders(delivered_at=day))
    assert answer.json()["policy"]["verdict"] == "needs_review", answer.text


async def test_usual_values_are_taken(client: httpx2.AsyncClient):
    asked = REFUND | orders(total="9999999.99") | {"at": "2026-03-02T17:00:00Z", "slots": {"order_id": "é\n1"}}
    assert (await client.post("/v1/policy/preview", json=asked)).status_code == 200
