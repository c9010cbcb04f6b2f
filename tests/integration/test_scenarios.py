"""The shop's own acceptance test through the whole house: what a customer writes, and what the finished record says."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import yaml

from callcenter.settings import PROJECT
from tests.unit.intake.house import House, open_house

SCENARIOS: list[dict[str, Any]] = yaml.safe_load((PROJECT / "businesses" / "retail" / "scenarios.yaml").read_text())[
    "scenarios"
]
ASKED_OF_US = ("business", "text", "customer_id", "seed", "persona")
SEEDS = (3, 7)
"""A scenario that names no seed must come out for any."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house


def runs() -> list[Any]:
    return [
        pytest.param(scenario, seed, id=f"{scenario['id']}-{seed}")
        for scenario in SCENARIOS
        for seed in ([scenario["seed"]] if "seed" in scenario else SEEDS)
    ]


def outcome_of(record: dict[str, Any]) -> dict[str, Any]:
    reason = record["contact_reason"]["code"] if record["contact_reason"] else None
    (main,) = [d for d in record["policy"]["decisions"] if d["contact_reason"] == reason]
    assert main["verdict"] == record["policy"]["verdict"]
    return {"reason": reason, "verdict": main["verdict"], "rule": main["rule_id"], "queue": record["ticket"]["queue"]}


@pytest.mark.parametrize(("scenario", "seed"), runs())
async def test_what_must_come_out_does(house: House, scenario: dict[str, Any], seed: int):
    body = {name: scenario[name] for name in ASKED_OF_US if name in scenario} | {"seed": seed}
    view = await house.finished(body)
    assert view["status"] == "completed"
    outcome = outcome_of(view["record"])
    assert {name: outcome[name] for name in scenario["expect"]} == scenario["expect"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
async def test_the_reply_says_sorry_once_at_most(house: House, scenario: dict[str, Any]):
    body = {name: scenario[name] for name in ASKED_OF_US if name in scenario} | {"seed": 5}
    reply = (await house.finished(body))["record"]["summary"]["reply_to_customer"].lower()
    assert reply.count("sorry") + reply.count("apolog") <= 1, reply
