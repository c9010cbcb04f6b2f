"""Facts in the words of the businesses that come with the house."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from services.agent.facts import Extractor, spoken
from services.agent.reasons import Slot

ROOT = Path(__file__).parents[4]
MONDAY = date(2026, 11, 30)


def extractor_of(business: str) -> Extractor:
    written = yaml.safe_load((ROOT / "businesses" / business / "contact_reasons.yaml").read_text())["slots"]
    return Extractor({name: Slot.model_validate(keys) for name, keys in written.items()})


EXTRACTORS = {business: extractor_of(business) for business in ("banking", "telecom")}


def read(business: str, text: str, name: str, *, asked: bool) -> list[str]:
    found = EXTRACTORS[business].extract(0, text, name if asked else None, today=MONDAY)
    return [spoken(entity.type, entity.value, "USD") for entity in found if entity.name == name]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", "Tuesday, December 1"),
        ("the day after tomorrow", "Wednesday, December 2"),
        ("tomorrow week would be fine", "Tuesday, December 8"),
        ("in three days", "Thursday, December 3"),
        ("in a week", "Monday, December 7"),
        ("on Friday", "Friday"),
        ("next Tuesday", "next Tuesday"),
        ("Wednesday week", "Wednesday, December 9"),
        ("a week from Friday", "Friday, December 11"),
        ("Thurs", "Thursday"),
        ("on December 9", "Wednesday, December 9"),
        ("the 9th of December", "Wednesday, December 9"),
        ("Wednesday, December 9th please", "Wednesday, December 9"),
        ("12/9", "Wednesday, December 9"),
        ("dec 24th", "Thursday, December 24"),
        ("the 28th would do", "Monday, December 28"),
    ],
)
def test_the_day_of_a_visit_is_the_one_that_was_said(text: str, day: str):
    assert read("telecom", text, "day", asked=True) == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("can somebody come the day after tomorrow?", "Wednesday, December 2"),
        ("please send somebody in two days", "Wednesday, December 2"),
        ("move the visit to December 9, please", "Wednesday, December 9"),
        ("I'd like to book a technician for Friday.", "Friday"),
    ],
)
def test_a_day_is_read_where_a_visit_is_asked_for(text: str, day: str):
    assert read("telecom", text, "day", asked=False) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "nothing has worked since Friday",
        "I waited all last Friday",
        "it broke on November 2, send a technician",
        "who uses 40 dollars in two days?",
        "February 30",
        "can they come on Sunday?",
        "could a technician come on December 6?",
    ],
)
def test_a_day_of_something_else_is_none_for_a_visit(text: str):
    assert read("telecom", text, "day", asked=False) == []


@pytest.mark.parametrize(
    ("text", "stay"),
    [
        ("we'll spend the whole of March in Portugal", "the whole of March"),
        ("all of May", "all of May"),
        ("I'm in Japan from the 3rd to the 19th", "from the 3rd to the 19th"),
        ("a fortnight", "a fortnight"),
        ("two to three weeks", "two to three weeks"),
        ("10 days", "10 days"),
    ],
)
def test_the_length_of_a_stay_is_read_and_said_as_it_was_put(text: str, stay: str):
    assert read("banking", text, "stay", asked=True) == [stay]


def test_what_was_weeks_ago_is_no_stay():
    assert read("banking", "two weeks ago I was in Spain", "stay", asked=False) == []


@pytest.mark.parametrize(
    ("business", "name", "text", "value"),
    [
        ("telecom", "device_number", "it's D 12345", "D-12345"),
        ("telecom", "device_number", "d12345", "D-12345"),
        ("telecom", "device_number", "D dash one two three four five", "D-12345"),
        ("telecom", "appointment_id", "V 4258", "V-4258"),
        ("banking", "transfer_ref", "T-123456", "T123456"),
        ("banking", "transfer_ref", "T 123456", "T123456"),
        ("telecom", "data_pack", "the twenty gig one", "20 GB"),
    ],
)
def test_a_code_is_read_whatever_stands_between_its_letter_and_its_number(
    business: str, name: str, text: str, value: str
):
    assert read(business, text, name, asked=True) == [value]
