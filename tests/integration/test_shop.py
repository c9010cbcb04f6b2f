"""A large shop that is written in YAML alone: customers who want several things in one contact get what is due."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from callcenter.events import utc_now
from callcenter.settings import PROJECT
from services import agent, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings
from services.summary.settings import SummarySettings
from services.ticketing.settings import TicketingSettings
from simulation import report
from simulation.casting import Casting, Part
from simulation.crowd import Played, play_all
from simulation.door import Door
from simulation.making import written
from simulation.trade import read
from tests.unit.intake.house import open_house

SHOP = PROJECT / "tests" / "trades" / "harrow"

CALLED = {
    "cancels_and_gives_headphones_back",
    "bigger_backpack_then_new_address",
    "two_shirts_back_of_three_things",
    "double_blanket_paid_with_a_card_that_is_too_small",
    "chair_without_armrests",
    "chair_charged_to_the_gift_card",
    "backpack_and_bottle_exchanged_one_after_the_other",
    "brass_lamp_back_keeps_white",
    "cheaper_elsewhere",
    "taller_bookshelf",
    "second_change_of_a_pending_order",
    "keeps_the_chair",
    "everything_back",
    "somebody_elses_order",
    "impostor_wants_money",
}
"""One for each thing that the shop can do, and for each that it refuses."""

RIGHT = 0.9
"""The least share of them that has to come out right."""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def businesses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the shop is the only business."""
    folder = tmp_path_factory.mktemp("businesses")
    (folder / SHOP.name).symlink_to(SHOP)
    return folder


@pytest.fixture(scope="module")
async def played(businesses: Path) -> AsyncIterator[list[Played]]:
    workers = (
        agent.build(AgentSettings(demo=True, businesses_dir=businesses)),
        policy.build(PolicySettings(businesses_dir=businesses)),
        ticketing.build(TicketingSettings(businesses_dir=businesses)),
        summary.build(SummarySettings(businesses_dir=businesses)),
    )
    settings = IntakeSettings(demo=True, turn_gap=0.1, businesses_dir=businesses, default_business=SHOP.name)
    async with open_house(settings=settings, working=False) as house:
        for worker in workers:
            await house.runtime.add(worker)
        yield await play_all(Door(house.client), _parts(), 7, 2)


def _parts() -> list[Part]:
    today, trade = utc_now().date(), read(SHOP)
    agendas = written(SHOP / "agendas.yaml", {SHOP.name: trade}, today)
    casting = Casting(trade, Random(1), today)
    parts = [casting.part(one, one.personas[0]) for one in agendas if one.id in CALLED]
    return [part for part in parts if part]


def _told(played: list[Played], *kinds: str) -> str:
    return "\n\n".join(report.told(one) for one in report.worst_first(played) if one.judgement.kind in kinds)


def test_nothing_is_done_that_must_not_be(played: list[Played]) -> None:
    assert {one.contact.part.agenda.id for one in played} == CALLED
    assert not _told(played, "harmful", "broken", "alarmed")


def test_nearly_all_get_in_one_contact_what_is_due(played: list[Played]) -> None:
    right = report.figures(played)["all"]["right"]
    assert right >= RIGHT * len(CALLED), _told(played, "refused", "otherwise", "in_vain", "handed_over")
