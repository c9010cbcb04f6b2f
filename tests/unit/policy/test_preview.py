"""`POST /v1/policy/preview`: the decision of the worker without a conversation, and errors in sentences."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from callcenter.http import problems
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import __main__ as whole_house
from services.policy import build
from services.policy.preview import router
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import DANA, MONDAY_NOON, RETAIL, VOCABULARY, held

AT = MONDAY_NOON.isoformat()
REFUND = {"business": "retail", "reason": "refund_request", "slots": {"order_id": "48213"}, "at": AT}


@pytest.fixture
async def client(worker: PolicyWorker) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    problems.install(app, "policy")
    app.include_router(router(worker, PolicySettings(businesses_dir=RETAIL.parent)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://policy") as client:
        yield client


@pytest.fixture
def ask(client: httpx2.AsyncClient) -> Any:
    async def ask(**asked: Any) -> dict[str, Any]:
        answer = await client.post("/v1/policy/preview", json={**REFUND, **asked})
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()
        return data

    return ask


async def test_it_is_the_decision_of_the_worker(ask, worker):
    previewed = await ask(slots={**DANA, "order_id": "48213"})
    decided = await worker.decide(held("refund_request", **{**DANA, "order_id": "48213"}))
    assert previewed["policy"] == decided.policy.model_dump(mode="json")
    assert (previewed["verified"], previewed["customer_id"]) == (True, "C-1001")


async def test_knowing_an_id_proves_nothing_but_verified_does(ask):
    told = await ask(customer_id="C-1001")
    assert (told["verified"], told["customer_id"], told["policy"]["verdict"]) == (False, None, "needs_info")
    proved = await ask(customer_id="C-1001", verified=True)
    (decision,) = proved["policy"]["decisions"]
    assert (proved["verified"], decision["verdict"], decision["rule_id"]) == (True, "allow", "refund.window")
    assert decision["action"]["amount"] == "129.00"
    assert decision["checks"][-1]["result"] == "applied"


async def test_the_time_and_the_account_can_be_given(ask):
    order = {
        "order_id": "1",
        "status": "delivered",
        "delivered_at": "2026-02-20",
        "items": [{"product": "Cup", "final_sale": False, "in_stock": True}],
        "total": "10.00",
        "refunded": "0.00",
        "charges": [{"amount": "10.00"}],
        "payment_method": "Visa",
    }
    account = {"tier": "standard", "status": "active", "orders": [order]}
    for at, rule in (("2026-03-02T17:00:00Z", "refund.window"), ("2026-06-02T17:00:00Z", "refund.too_late")):
        told = await ask(account=account, verified=True, slots={"order_id": "1"}, at=at)
        assert told["policy"]["decisions"][0]["rule_id"] == rule
        assert told["policy"]["as_of"] == at


async def test_a_refusal_whose_fact_cannot_be_read_is_not_passed_over(ask):
    def account(**more: Any) -> dict[str, Any]:
        return {"email": "a@b.c", "status": "active", "orders": [], "gift_cards": [], **more}

    closing = {"reason": "account_delete", "verified": True, "slots": {}}
    fine = await ask(**closing, account=account())
    assert fine["policy"]["decisions"][0]["rule_id"] == "account_delete.clear"
    told = await ask(**closing, account=account(gift_cards=[{"balance": "50.00", "expires_at": "in 2 weeks"}]))
    (decision,) = told["policy"]["decisions"]
    assert (decision["verdict"], decision["rule_id"]) == ("needs_review", None)
    assert decision["reason_internal"].startswith("in_doubt: Rule account_delete.gift_card_money cannot be passed over")
    assert decision["checks"][-1]["result"] == "lacks_facts"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("{", 400, "JSON"),
        ("[]", 422, "body: "),
        ({}, 422, "reason: is missing; please add it to the body."),
        ({**REFUND, "resaon": "x"}, 422, "resaon: Extra inputs are not permitted."),
        ({**REFUND, "business": "retial"}, 422, "there is no 'retial'; did you mean retail?"),
        ({**REFUND, "business": "gym"}, 422, "there is no 'gym'; there are banking, retail, telecom."),
        ({**REFUND, "reason": "refund"}, 422, "there is no 'refund'; did you mean refund_"),
        ({**REFUND, "at": "2026-03-02T17:00:00"}, 422, "at: Input should have timezone info."),
        ({**REFUND, "slots": {}, "verified": True}, 422, "verified: nobody can be, without an account"),
        ({**REFUND, "account": {"balance": 1.5}}, 422, "write money in quotes with two decimals"),
        ("x" * 70_000, 413, "larger than 65536 bytes"),
    ],
)
async def test_a_mistake_is_a_problem_document(client: httpx2.AsyncClient, body: Any, status: int, told: str):
    content = body if isinstance(body, str) else None
    answer = await client.post("/v1/policy/preview", content=content, json=None if content else body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert told in answer.json()["detail"]


async def test_without_a_business_it_is_the_one_of_requests(client: httpx2.AsyncClient, worker: PolicyWorker):
    answer = await client.post("/v1/policy/preview", json={"reason": "store_hours"})
    assert answer.json()["business"] == "retail"
    for default, asked in (("telecom", "telecom"), ("gym", "banking")):
        app = FastAPI()
        problems.install(app, "policy")
        app.include_router(router(worker, PolicySettings(businesses_dir=RETAIL.parent, default_business=default)))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://policy") as other:
            answer = await other.post("/v1/policy/preview", json={"reason": "human_agent"})
            assert answer.json()["business"] == asked


async def test_an_unknown_reason_is_told_with_all_that_there_are(client: httpx2.AsyncClient):
    answer = await client.post("/v1/policy/preview", json={"reason": "xyz"})
    detail = answer.json()["detail"]
    assert [code for code in VOCABULARY if code not in detail] == []
    answer = await client.post("/v1/policy/preview", json={"reason": "store_hour"})
    assert answer.json()["detail"] == "reason: there is no 'store_hour'; did you mean store_hours?"


async def test_in_one_process_it_is_served_beside_the_api():
    runtime = Runtime.embedded(RuntimeSettings())
    workers, app = whole_house.build(runtime)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as client:
        answer = await client.post("/v1/policy/preview", json={"reason": "store_hours", "business": "retail"})
        assert answer.json()["policy"]["decisions"][0]["rule_id"] == "store_hours.overview"
        refused = await client.put("/v1/policy/preview")
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        assert (await client.get("/v1/about")).status_code == 200
    assert [worker.name for worker in workers] == ["intake", "agent", "policy", "ticketing", "summary"]


async def test_an_expression_that_cannot_be_evaluated_is_a_problem_that_names_it(tmp_path: Path):
    for file in RETAIL.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    pairs = "size(customer.orders.filter(a, customer.orders.exists_one(b, b.order_id == a.order_id)))"
    policy = (tmp_path / "policy.yaml").read_text()
    (tmp_path / "policy.yaml").write_text(policy.replace("  on_its_way:", f"  pairs: {pairs}\n  on_its_way:", 1))
    settings = PolicySettings(businesses_dir=tmp_path)
    app = FastAPI()
    problems.install(app, "policy")
    app.include_router(router(build(settings), settings))
    asked = {
        "reason": "store_hours",
        "verified": True,
        "account": {"orders": [{"order_id": f"{number:05}"} for number in range(150)]},
    }
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://policy") as client:
        answer = await client.post("/v1/policy/preview", json={"business": tmp_path.name, **asked})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["detail"].startswith(f"{tmp_path.name}/policy.yaml, facts > pairs: `size(")
