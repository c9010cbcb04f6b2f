"""Simulated customers of all characters call a whole call center over its API: nothing harmful is done."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.business import folders
from callcenter.events import utc_now
from callcenter.settings import BusinessSettings
from services.intake.settings import IntakeSettings
from simulation import report
from simulation.agenda import Agenda
from simulation.crowd import Plan, Played, parts, play_all
from simulation.door import Door
from simulation.making import agendas_of
from simulation.personas import NAMES
from simulation.trade import read
from tests.unit.intake.house import House, open_house
from tests.unit.test_cli import callcenter, served

CALLED = 45
"""Each persona once in each of the three businesses."""

KNOWN = {"retail/exchange_on_day_30, correcting: harmful": "a corrected order number is heard as a wrong item"}
"""Harm that is known and not mended yet: it was read back, and the customer said yes without comparing."""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with open_house(settings=IntakeSettings(demo=True, turn_gap=0.2)) as opened:
        yield opened


@pytest.fixture(scope="module")
async def played(house: House) -> list[Played]:
    today = utc_now().date()
    trades = {name: read(folder) for name, folder in folders(BusinessSettings.read().businesses_dir).items()}
    agendas: list[Agenda] = [one for trade in trades.values() for one in agendas_of(trade, today)]
    called = parts(trades, agendas, Plan(CALLED, NAMES, 11, today))
    return await play_all(Door(house.client), called, 11, 4)


def _told(played: list[Played], *kinds: str) -> str:
    return "\n\n".join(report.told(one) for one in report.worst_first(played) if one.judgement.kind in kinds)


def test_nothing_harmful_is_done_but_what_is_known(played: list[Played]) -> None:
    harmful = [one for one in played if one.judgement.kind == "harmful"]
    new = [one for one in harmful if not any(known in report.told(one) for known in KNOWN)]
    assert not _told(new, "harmful")


def test_every_contact_comes_to_an_end(played: list[Played]) -> None:
    assert len(played) == CALLED
    assert not _told(played, "broken")


def test_most_come_out_right(played: list[Played]) -> None:
    right = report.figures(played)["all"]["right"]
    assert right >= 0.75 * CALLED, _told(played, "refused", "otherwise", "in_vain", "handed_over")


async def test_the_command_plays_judges_and_tells(house: House, tmp_path: Path) -> None:
    async with served(house.app) as url:
        asked = ("--against", url, "--business", "retail", "--persona", "refusing", "--contacts", "2", "--seed", "3")
        ended = await callcenter("simulate", *asked, "--json", str(tmp_path / "all.json"), "--read", "1")
    assert (ended.code, ended.err.strip()) == (0, ""), ended.out
    written = json.loads((tmp_path / "all.json").read_text())
    assert written["figures"]["all"]["contacts"] == 2
    assert {one["persona"] for one in written["contacts"]} == {"refusing"}
    assert "customer: " in ended.out
    assert ended.out.count("No. ") == 1


async def test_what_cannot_be_played_is_told_before_anybody_calls(house: House) -> None:
    async with served(house.app) as url:
        unknown = await callcenter("simulate", "--against", url, "--business", "bakery")
        nobody = await callcenter("simulate", "--against", url, "--persona", "grumpy")
        nowhere = await callcenter("simulate", "--against", url, "--json", "no/such/folder/all.json")
        unread = await callcenter("simulate", "--against", url, "--agendas", "no_such.yaml")
    assert (unknown.code, nobody.code, nowhere.code, unread.code) == (2, 2, 2, 2)
    assert "no folder no/such/folder" in nowhere.err
    assert "no_such.yaml" in unread.err
    assert "bakery" in unknown.err
    assert "grumpy" in nobody.err


async def test_a_deployment_of_real_customers_is_left_alone() -> None:
    async with open_house(settings=IntakeSettings(demo=False), working=False) as real, served(real.app) as url:
        ended = await callcenter("simulate", "--against", url)
        assert ended.code == 1
        assert "is no demo" in ended.err
        assert await real.count() == 0
