"""A large shop that is written in YAML alone: customers who want several things in one contact get what is due."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from callcenter.events import utc_now
from callcenter.settings import PROJECT
from services import agent, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
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
from tests.live import LiveContact
from tests.unit.agent.conftest import requested
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
def converses(businesses: Path) -> AgentWorker:
    return agent.build(AgentSettings(demo=True, businesses_dir=businesses))


@pytest.fixture
def contact(converses: AgentWorker, businesses: Path) -> LiveContact:
    rules = policy.build(PolicySettings(businesses_dir=businesses))
    return LiveContact(converses, rules, requested("", business=SHOP.name))


@pytest.fixture(scope="module")
async def played(converses: AgentWorker, businesses: Path) -> AsyncIterator[list[Played]]:
    workers = (
        converses,
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


async def test_an_answer_that_only_names_a_choice_asks_for_nothing_else(contact: LiveContact) -> None:
    back = "I'd like to return the headphones of HL-20102. nora.quist@example.com, zip code 55401"
    text = await contact.say(back, "the gift card please")
    assert "return $129.00 to your gift card ending 7731" in text
    await contact.say("yes", "no")
    assert [one.contact_reason for one in contact.decided.policy.decisions] == ["item_return"]


async def test_the_only_choice_of_a_rule_takes_the_place_of_nothing_that_was_said(contact: LiveContact) -> None:
    larger = "In HL-22101 the black t-shirt should be an XL. arlo.keene@example.com, zip code 46202"
    await contact.say(larger)
    text = await contact.say("Visa ending 3535. And I'd like to change the payment method of my order HL-22101, too")
    assert contact.act == "ask"
    assert "from your Pocketpay wallet" not in text
