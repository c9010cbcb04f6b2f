"""One number in all the ways in which Americans write and say it, as the answer to the question for it."""

import pytest

from services.agent.facts import Extractor
from tests.unit.agent.facts.conftest import slot

EXTRACTOR = Extractor({"line": slot(kind="phone"), "order": slot(kind="pattern", pattern=r"(?<!\d)\d{5}(?!\d)")})
NUMBER = "+15550132461"


def read(text: str) -> list[str]:
    return [entity.value for entity in EXTRACTOR.extract(0, text, "line") if entity.name == "line"]


@pytest.mark.parametrize(
    "text",
    [
        *("555-013-2461", "555.013.2461", "(555) 013 2461", "(555)013-2461", "555 0132461", "5550132461"),
        *("555/013/2461", "555_013_2461", "555, 013, 2461", "555 - 013 - 2461", "555 013 24 61", "5550 13 2461"),
        *("5 5 5 0 1 3 2 4 6 1", "5-5-5-0-1-3-2-4-6-1", "555-O13-2461", "#555-013-2461", "555\u2013013\u20132461"),
    ],
)
@pytest.mark.parametrize("words", ["{}", "it's {}.", "My number is {}, thanks"])
def test_its_digits_are_read_however_they_are_grouped(text: str, words: str):
    assert read(words.format(text)) == [NUMBER]


@pytest.mark.parametrize("code", ["+1 ", "1-", "1 ", "+1", "001 ", "0 1 ", "0 ", "(+1) ", "tel:+1-", "plus one "])
def test_what_is_dialed_before_it_is_left_out(code: str):
    assert read(f"{code}555 013 2461") == [NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "five five five zero one three two four six one",
        "five five five, oh one three, two four six one",
        "five five five. oh one three. two four six one.",
        "triple five, oh thirteen, twenty-four sixty-one",
        "five-five-five, zero-one-three, two-four-six-one",
        "555 oh one three 2461",
        "555 dash 013 dash 2461",
        "five five five dash zero one three dash two four six one",
        "area code 555, then 013 2461",
    ],
)
def test_it_is_read_in_words(text: str):
    assert read(text) == [NUMBER]


@pytest.mark.parametrize("text", ["94107 48213", "555-013", "12 34", "11/17/2026", "4242 4242 4242 4242"])
def test_other_digits_are_no_phone_number(text: str):
    assert read(text) == []


def test_loose_groups_are_a_number_only_where_one_is_spoken_of():
    assert EXTRACTOR.extract(0, "555 013 24 61") == ()
    assert [entity.value for entity in EXTRACTOR.extract(0, "call me at 555 013 24 61")] == [NUMBER]
