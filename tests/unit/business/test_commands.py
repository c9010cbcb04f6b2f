"""`callcenter business` as a person types it: exit codes, output, and records of a running call center."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.settings import PROJECT
from tests.unit.business.conftest import Change
from tests.unit.intake.house import REFUND, House, open_house
from tests.unit.test_cli import Ended, callcenter, served

RETAIL = PROJECT / "businesses" / "retail"


async def business(shop: Path, *arguments: str) -> Ended:
    return await callcenter("business", *arguments, BUSINESSES_DIR=str(shop.parent), COLUMNS="200")


async def test_new_then_check_then_test(shop: Path) -> None:
    written = await business(shop, "new", "city-gym", "--title", "City Gym")
    assert (written.code, written.err) == (0, "")
    assert str(shop.parent / "city-gym") in written.out.replace("\n", "")
    again = await business(shop, "new", "city-gym")
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    checked = await business(shop, "check", "city-gym")
    assert (checked.code, checked.out) == (0, "city-gym: no mistakes, no warnings.\n")
    tested = await business(shop, "test", str(shop.parent / "city-gym"), "--seed", "5", "--coverage", "--mutate")
    assert tested.code == 0, tested.out
    assert "9 of 9 turned rules were noticed" in tested.out
    assert "13 of 13 runs came out as expected; 9 of 9 rules decided something" in tested.out


async def test_mistakes_are_listed_and_nothing_runs_on_them(shop: Path, change: Change) -> None:
    change("policy.yaml", "    reasons: [complaint]", "    reasons: [complain]")
    told = await business(shop, "check", "shop", "--json")
    assert (told.code, told.json()["business"], told.json()["warnings"]) == (1, "shop", [])
    assert "complain" in told.json()["mistakes"][0]
    for command in ("check", "test"):
        ended = await business(shop, command, "shop")
        assert ended.code == 1
        assert "did you mean complaint?" in ended.out
        assert "shop: 2 mistakes" in ended.out  # the other: no rule is about complaint


async def test_what_fails_is_a_table_or_json(shop: Path, change: Change) -> None:
    line = change("scenarios.yaml", "  - id: hours\n", "  - id: hours\n    seed: 4\n")
    change("scenarios.yaml", "queue: service, priority: P4}", "queue: bookings, priority: P4}")
    shown = await business(shop, "test", "shop")
    assert shown.code == 1
    row = [cell.strip() for cell in next(row for row in shown.out.splitlines() if "hours" in row).strip("│").split("│")]
    assert row == ["hours", str(line), "4", "plain", "queue", "bookings", "service"]
    ended = await business(shop, "test", "shop", "--json")
    assert ended.code == 1
    (failure,) = ended.json()["failures"]
    told = {"scenario": "hours", "seed": 4, "persona": "plain"}
    assert failure == told | {"field": "queue", "expected": "bookings", "got": "service"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "bakery"), "There is no business 'bakery'"),
        (("test", "bakery"), "There are: shop."),
        (("replay", "shop", "--with", "bakery"), "There is no business 'bakery'"),
        (("replay", "shop", "--with", "shop", "--since", "yesterday"), "is no time"),
        (("replay", "shop", "--with", "shop", "--file", "nothing.ndjson"), "Cannot read nothing.ndjson"),
        (("new", "City Gym"), "cannot be a name"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(shop: Path, arguments: tuple[str, ...], told: str) -> None:
    ended = await business(shop, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert told in " ".join(ended.err.split())


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house


async def test_the_records_of_a_running_call_center_are_replayed(house: House, tmp_path: Path) -> None:
    view = await house.finished({**REFUND, "business": "retail"})
    changed = shutil.copytree(RETAIL, tmp_path / "next" / "retail")
    async with served(house.app) as url:
        same = await callcenter("business", "replay", "retail", "--with", str(changed), "--url", url)
        assert (same.code, same.err) == (0, "")
        assert "1 interactions, 1 decisions judged again: none flip." in same.out
        policy = changed / "policy.yaml"
        policy.write_text(policy.read_text().replace("? 60 : 30", "? 60 : 10"))
        flips = await callcenter("business", "replay", "retail", "--with", str(changed), "--url", url, "--json")
    assert (flips.code, flips.err) == (1, "")
    (flip,) = json.loads(flips.out)["flips"]
    assert (flip["interaction_id"], flip["reason"]) == (view["id"], "refund_request")
    assert (flip["old"]["rule_id"], flip["new"]["rule_id"]) == ("refund.window", "refund.too_late")
    assert flip["flipped_by"] == "refund.too_late now applies before refund.window"
