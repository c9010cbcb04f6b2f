"""Two hundred wrap-ups over all businesses and personas: none says what the dossier does not, and each is soon read."""

from collections.abc import AsyncIterator
from random import Random
from typing import Any, get_args

import pytest
import pytest_asyncio
import yaml

from callcenter.events import Persona
from callcenter.settings import PROJECT
from tests.unit.intake.house import House, open_house

pytestmark = pytest.mark.timeout(300)

COUNT = 200
LONGEST_SHORT = 200
"""Characters of the line that a supervisor reads in a list."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def records() -> AsyncIterator[list[dict[str, Any]]]:
    dice, asked = Random(11), []
    for folder in sorted((PROJECT / "businesses").iterdir()):
        asked += [(folder.name, s) for s in yaml.safe_load((folder / "scenarios.yaml").read_text())["scenarios"]]
    async with open_house() as house:
        yield [await _record(house, *dice.choice(asked), dice, seed) for seed in range(1, COUNT + 1)]


async def _record(house: House, business: str, scenario: dict[str, Any], dice: Random, seed: int) -> dict[str, Any]:
    body = {"business": business, "text": scenario["text"], "persona": dice.choice(get_args(Persona)), "seed": seed}
    view = await house.finished(body | {k: scenario[k] for k in ("customer_id",) if k in scenario})
    assert view["status"] == "completed", view["failure"]
    record: dict[str, Any] = view["record"]
    return record


async def test_none_is_stopped_by_the_check_of_its_words(records: list[dict[str, Any]]) -> None:
    """A wrap-up that says more than the dossier ends its interaction as failed: see `_record`."""
    assert len(records) == COUNT
    assert {record["request"]["business"] for record in records} >= {"banking", "retail", "telecom"}


@pytest.mark.parametrize("field", ["situation", "action", "resolution", "next_step", "short", "reply_to_customer"])
async def test_each_says_everything(records: list[dict[str, Any]], field: str) -> None:
    assert all(record["summary"][field].strip() for record in records)


async def test_each_is_soon_read(records: list[dict[str, Any]]) -> None:
    assert max(len(record["summary"]["short"]) for record in records) <= LONGEST_SHORT


async def test_the_customer_hears_the_decision_and_the_ticket_number_last(records: list[dict[str, Any]]) -> None:
    for record in records:
        last = record["transcript"][-1]
        assert last["speaker"] == "agent"
        assert record["ticket"]["ticket_id"] in last["text"]
        assert record["policy"]["decisions"][0]["reason_customer"].strip() in last["text"]
