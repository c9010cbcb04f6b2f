import pytest

from services.agent.facts import Extractor, spoken
from tests.unit.agent.facts.conftest import TODAY


@pytest.mark.parametrize(
    ("kind", "value", "currency", "said"),
    [
        ("phone", "+15550132007", "USD", "+1 555-013-2007"),
        ("phone", "+442079460123", "GBP", "+44 20 7946 0123"),
        ("date", "1988-04-02", "USD", "April 2, 1988"),
        ("amount", "1084.50", "USD", "$1,084.50"),
        ("amount", "45.00", "CHF", "45.00 CHF"),
        ("pattern", "GC-7Q2M-81KD", "USD", "GC-7Q2M-81KD"),
        ("pattern", "GC-QMKD-ABCD", "USD", "GC-QMKD-ABCD"),
        ("pattern", "MEXICO", "USD", "Mexico"),
        ("pattern", "UNITED KINGDOM", "USD", "United Kingdom"),
        ("pattern", "UK", "USD", "UK"),
        ("pattern", "TWO WEEKS", "USD", "two weeks"),
        ("pattern", "THE DAY AFTER TOMORROW", "USD", "the day after tomorrow"),
        ("pattern", "FRIDAY, MAY 3RD", "USD", "Friday, May 3rd"),
        ("pattern", "HOME 300", "USD", "Home 300"),
        ("pattern", "5 GB", "USD", "5 GB"),
    ],
)
def test_a_fact_is_said_as_people_say_it(kind: str, value: str, currency: str, said: str):
    assert spoken(kind, value, currency) == said


def test_what_is_said_back_is_read_as_the_same_fact(extractors: dict[str, Extractor]):
    told = "It was on 2026-11-17, call (555) 010-1001, it cost $84.50"
    facts = {fact.name: fact for fact in extractors["shop"].extract(0, told, today=TODAY)}
    assert set(facts) == {"date", "phone", "amount"}
    for name, fact in facts.items():
        again = extractors["shop"].extract(0, spoken(fact.type, fact.value, "USD"), name, today=TODAY)
        assert {one.name: one.value for one in again} == {name: fact.value}
