"""The customer that a visitor of a demo can be: read as the business describes it, and nobody outside a demo."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from callcenter.settings import PROJECT
from services.intake.sample_customers import SampleCustomers
from services.intake.samples import Showcase
from services.intake.settings import IntakeSettings
from tests.unit.intake.house import open_house

TODAY = datetime(2026, 3, 12, tzinfo=UTC).date()

REASONS = """
identity: {facts: [badge, born], required: 1}
slots:
  shelf: {title: shelf mark, kind: pattern}
  born: {title: year of birth, kind: date}
  badge: {title: badge number, kind: pattern}
  due: {title: day it is due, kind: date}
  mood: {title: mood, kind: phrase}
memory:
  account: {born: born, badge: papers.badge, mood: mood}
  things:
    loan: {among: loans, knows: {shelf: mark, due: due}}
    fine: {among: fines, knows: {mood: mood}}
"""
ACCOUNTS = """
customers:
  - {customer_id: L-1, name: Ada Reader, born: 1990-02-03, papers: {badge: "771"},
     loans: [{mark: QA76, due: in 3 days}, {mark: PN4, due: 2 days ago}]}
  - {customer_id: L-2, papers: {badge: "772"}}
"""


@pytest.fixture
def library(tmp_path: Path) -> SampleCustomers:
    """A trade of its own, so that nothing can be known of it but by its files."""
    (tmp_path / "contact_reasons.yaml").write_text(REASONS)
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS)
    return SampleCustomers.load(tmp_path)


def known(library: SampleCustomers, customer_id: str | None, text: str = "") -> list[tuple[str, str, str]]:
    customer = library.find(customer_id, TODAY, text)
    assert customer
    return [(fact.name, fact.title, fact.value) for fact in customer.facts]


def test_the_first_customer_knows_what_the_business_says_and_first_what_proves_who_it_is(
    library: SampleCustomers,
) -> None:
    assert known(library, None) == [
        ("badge", "badge number", "771"),
        ("born", "year of birth", "1990-02-03"),
        ("shelf", "shelf mark", "QA76"),
        ("due", "day it is due", "2026-03-15"),
    ]
    first = library.find(None, TODAY)
    assert first
    assert (first.customer_id, first.name) == ("L-1", "Ada Reader")


def test_of_several_things_it_is_the_one_that_the_text_names(library: SampleCustomers) -> None:
    assert ("shelf", "shelf mark", "PN4") in known(library, "L-1", "Can I keep PN4 for longer?")
    assert ("due", "day it is due", "2026-03-10") in known(library, "L-1", "Can I keep PN4 for longer?")


def test_a_customer_without_a_name_is_called_by_the_id_and_nobody_else_is_made_up(library: SampleCustomers) -> None:
    other = library.find("L-2", TODAY)
    assert other
    assert (other.name, [fact.name for fact in other.facts]) == ("L-2", ["badge"])
    assert library.find("L-3", TODAY) is None


@pytest.mark.parametrize("business", Showcase.load(PROJECT / "businesses").names)
async def test_a_demo_shows_for_each_business_a_customer_with_all_facts_that_prove_an_identity(business: str) -> None:
    async with open_house(settings=IntakeSettings(demo=True), working=False) as house:
        shown = (await house.client.get("/v1/businesses")).json()
        assert (await house.client.get("/v1/about")).json()["demo"] is True
    (one,) = [each for each in shown if each["name"] == business]
    customers = SampleCustomers.load(PROJECT / "businesses" / business)
    named = {fact["name"]: fact for fact in one["customer"]["facts"]}
    assert set(customers.reasons.identity.facts) <= named.keys()
    assert all(fact["title"] and fact["value"] for fact in named.values())
    assert one["customer"]["customer_id"] == customers.book.customers[0]["customer_id"]
    for sample in one["samples"]:
        assert sample.get("customer", {}).get("customer_id") == sample["customer_id"]


async def test_outside_a_demo_nobody_is_shown() -> None:
    async with open_house(settings=IntakeSettings(demo=False), working=False) as house:
        shown: list[dict[str, Any]] = (await house.client.get("/v1/businesses")).json()
        assert (await house.client.get("/v1/about")).json()["demo"] is False
    assert all("customer" not in business for business in shown)
    assert all(sample.keys() == {"label", "text", "customer_id"} for one in shown for sample in one["samples"])
