"""Answers that tell one of several sizes without its full name."""

from datetime import date

import pytest

from services.agent.facts import Extractor
from tests.unit.agent.facts.conftest import slot

NAMES = ("2 GB", "5 GB", "12 GB")
CHOICE = Extractor({"pack": slot(kind="choice", options={name: [] for name in NAMES})})
PATTERN = Extractor({"pack": slot(kind="pattern", pattern=r"(?<!\w)\d{1,3} ?gb(?!\w)", examples=NAMES)})
TWO = Extractor({"pack": slot(kind="choice", options={"3 GB": [], "30 GB": []})})


def read(extractor: Extractor, text: str, asked: str | None = "pack") -> list[str]:
    return [entity.value for entity in extractor.extract(0, text, asked, today=date(2026, 11, 20))]


@pytest.mark.parametrize("extractor", [CHOICE, PATTERN])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the 5 one", "5 GB"),
        ("five", "5 GB"),
        ("the five gig one", "5 GB"),
        ("12 please", "12 GB"),
        ("twelve gigabytes", "12 GB"),
        ("the biggest", "12 GB"),
        ("your smallest one", "2 GB"),
        ("5 GB", "5 GB"),
    ],
)
def test_a_number_that_one_size_has_names_it(extractor: Extractor, text: str, name: str):
    assert read(extractor, text) == [name]


@pytest.mark.parametrize("extractor", [CHOICE, PATTERN])
@pytest.mark.parametrize("text", ["7", "the one", "the bigger one", "$5", "5.5", "the 25 one", "you decide"])
def test_what_fits_none_or_any_of_them_names_none(extractor: Extractor, text: str):
    assert read(extractor, text) == []


def test_of_two_one_is_the_bigger_one():
    assert read(TWO, "the bigger one") == ["30 GB"]
    assert read(TWO, "the smaller one please") == ["3 GB"]


@pytest.mark.parametrize("extractor", [CHOICE, PATTERN])
def test_a_number_alone_is_a_size_only_where_it_was_asked_for(extractor: Extractor):
    assert read(extractor, "I called 5 times", None) == []


def test_names_of_several_units_have_no_number_in_common():
    mixed = Extractor({"stay": slot(kind="choice", options={"2 weeks": [], "10 days": []})})
    assert read(mixed, "10", "stay") == []
