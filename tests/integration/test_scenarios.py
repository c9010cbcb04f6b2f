"""Each business's own acceptance test through the whole house: what a customer writes, and what the record says."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from callcenter.business import folders, load
from callcenter.settings import PROJECT
from services.cli.business.house import Earlier
from services.cli.business.scenarios import Scenario, Scenarios, differences, main_decision
from services.cli.business.testing import SEEDS
from tests.unit.intake.house import House, open_house

SCENARIOS = [
    (name, scenario)
    for name, folder in folders(PROJECT / "businesses").items()
    for scenario in load(folder, "scenarios.yaml", Scenarios).scenarios
]
EARLIER = Earlier()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[House]:
    async with open_house(agreements=EARLIER) as house:
        yield house


def runs(*seeds: int) -> list[Any]:
    return [
        pytest.param(business, scenario, seed, id=f"{business}-{scenario.id}-{seed}")
        for business, scenario in SCENARIOS
        for seed in (seeds if scenario.seed is None else [scenario.seed])
    ]


async def record_of(house: House, business: str, scenario: Scenario, seed: int) -> dict[str, Any]:
    with EARLIER.holds(business, scenario):
        view = await house.finished(scenario.request | {"business": business, "seed": seed})
    assert view["status"] == "completed"
    record: dict[str, Any] = view["record"]
    return record


@pytest.mark.parametrize(("business", "scenario", "seed"), runs(*SEEDS))
async def test_what_must_come_out_does(house: House, business: str, scenario: Scenario, seed: int):
    record = await record_of(house, business, scenario, seed)
    assert list(differences(scenario.expect, record)) == []
    assert main_decision(record)["verdict"] == record["policy"]["verdict"]


@pytest.mark.parametrize(("business", "scenario", "seed"), runs(5))
async def test_the_reply_says_sorry_once_at_most(house: House, business: str, scenario: Scenario, seed: int):
    reply = (await record_of(house, business, scenario, seed))["summary"]["reply_to_customer"].lower()
    assert reply.count("sorry") + reply.count("apolog") <= 1, reply
