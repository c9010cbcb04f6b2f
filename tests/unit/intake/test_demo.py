"""What anybody may do at the front door: in a demo all there is, elsewhere nothing that gives an account away."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter

from callcenter import telemetry
from callcenter.http.desk import desk_app
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.memory import MemoryStore
from services import intake, policy
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings
from tests.unit.intake.house import REFUND, House, open_house, problem
from tests.unit.test_cli import served

QUESTION = {"reason": "refund_request", "slots": {"order_id": "48213"}, "verified": True}


@pytest.fixture
async def closed() -> AsyncIterator[House]:
    """A house that is no demo, with all its desks."""
    async with open_house(settings=IntakeSettings()) as opened:
        yield opened


@pytest.mark.parametrize("changes", [{}, {"persona": "angry"}, {"business": "banking"}])
async def test_outside_a_demo_nobody_is_simulated(closed: House, changes: dict[str, Any]) -> None:
    answer = await closed.ask({**REFUND, **changes, "mode": "simulated"})
    detail = problem(answer, 422)
    assert '{"mode": "live"}' in detail
    assert "DEMO=on" in detail
    assert [error["field"] for error in answer.json()["errors"]] == ["mode"]
    assert await closed.count() == 0


async def test_outside_a_demo_who_names_no_mode_is_the_customer(closed: House) -> None:
    answer = await closed.ask(REFUND, prefer="wait=20")
    view = answer.json()
    assert (answer.status_code, view["status"], view["record"]["request"]["mode"]) == (200, "waiting", "live")
    assert [turn["speaker"] for turn in view["record"]["transcript"]] == ["customer", "agent"]
    assert "dana.lopez" not in answer.text
    greeted = (await closed.ask({}, prefer="wait=20")).json()
    assert [turn["speaker"] for turn in greeted["record"]["transcript"]] == ["agent"]
    assert "persona: is for simulated customers" in problem(await closed.ask({**REFUND, "persona": "angry"}), 422)


async def test_in_a_demo_who_names_no_mode_is_simulated(house: House) -> None:
    view = await house.finished()
    assert view["record"]["request"]["mode"] == "simulated"
    assert view["record"]["contact"]["verified"]["verified"]


async def test_naming_the_mode_that_counts_anyway_is_the_same_body(house: House) -> None:
    first = await house.ask(idempotency_key="as-before")
    again = await house.ask({**REFUND, "mode": "simulated"}, idempotency_key="as-before")
    assert (again.headers["idempotency-replayed"], again.json()["id"]) == ("true", first.json()["id"])


def opened() -> float:
    """How often it was told that a demo was opened."""
    told = (
        line for line in telemetry.metrics()[0].decode().splitlines() if line.startswith("callcenter_moments_total{")
    )
    return sum(float(line.rsplit(" ", 1)[1]) for line in told if 'moment="demo_opened"' in line)


@pytest.mark.parametrize("demo", [True, False])
async def test_it_is_told_that_a_demo_was_opened(demo: bool) -> None:
    before = opened()
    async with (
        open_house(settings=IntakeSettings(demo=demo), working=False) as house,
        house.app.router.lifespan_context(house.app),
    ):
        assert opened() == before + demo


# --- the rules --------------------------------------------------------------------------------------------------------


def door(*, demo: bool, embedded: bool) -> httpx2.AsyncClient:
    """The front door with the rules behind it, in this process or elsewhere."""
    judge = policy.build(PolicySettings())
    desks = (policy.router(judge),) if embedded else ()
    settings = IntakeSettings(demo=demo, policy_url="http://127.0.0.1:1", ticketing_url="http://127.0.0.1:1")
    _, app = intake.build(Runtime(RuntimeSettings(), MemoryStore(), MemoryTransport()), settings, desks)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house")


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/policy/preview"), ("GET", "/v1/policy/preview"), ("POST", "/v1/policy"), ("POST", "/v1/policy/x/y")],
)
async def test_outside_a_demo_the_rules_are_not_asked_at_the_front_door(method: str, path: str, embedded: bool) -> None:
    async with door(demo=False, embedded=embedded) as client:
        answer = await client.request(method, path, json=QUESTION)
        detail = problem(answer, 403)
        assert "callcenter preview" in detail
        assert "DEMO=on" in detail
        assert "C-1001" not in answer.text


async def test_in_a_demo_the_front_door_answers_for_the_rules_in_this_process() -> None:
    async with door(demo=True, embedded=True) as client:
        answer = await client.post("/v1/policy/preview", json=QUESTION)
        assert (answer.status_code, answer.json()["customer_id"]) == (200, "C-1001")


async def test_in_a_demo_the_front_door_passes_on_what_asks_the_rules_elsewhere() -> None:
    async with door(demo=True, embedded=False) as client:
        away = problem(await client.post("/v1/policy/preview", json=QUESTION), 503)
        assert "The desk that answers /v1/policy is away" in away


async def test_outside_a_demo_the_page_of_addresses_does_not_tell_of_the_rules_either() -> None:
    runtime = Runtime(RuntimeSettings(), MemoryStore(), MemoryTransport())
    judge = policy.build(PolicySettings())
    both = APIRouter()
    for one in (policy.router(judge), policy.privacy(judge, runtime)):
        both.include_router(one)
    async with served(desk_app(runtime, "policy", both)) as behind:
        told = {}
        for demo in (False, True):
            _, app = intake.build(runtime, IntakeSettings(demo=demo, policy_url=behind))
            async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as client:
                told[demo] = set((await client.get("/openapi.json")).json()["paths"])
    assert {path for path in told[True] - told[False] if "interactions" not in path} == {"/v1/policy/preview"}
    assert "/v1/privacy/erase" in told[False]
