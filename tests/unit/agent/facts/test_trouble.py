"""What was wrong with an answer that could not be used."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agent.facts import Extractor, Trouble
from tests.unit.agent.facts.conftest import TODAY, TRADES, extractor_for, slot
from tests.unit.agent.facts.test_properties import texts

EXTRACTORS = {trade: extractor_for(trade) for trade in TRADES}
BIRTHS = ("1988-04-12", "1988-12-04")


def trouble(text: str, asked: str, trade: str = "shop") -> Trouble | None:
    return EXTRACTORS[trade].trouble(text, asked, today=TODAY)


@pytest.mark.parametrize(
    ("text", "asked", "kind", "said"),
    [
        ("5512", "order_id", "too_short", "5512"),
        ("it's 5512, I think.", "order_id", "too_short", "5512"),
        ("five five one two", "order_id", "too_short", "five five one two"),
        ("551 2", "order_id", "too_short", "551"),
        ("order #482133", "order_id", "too_long", "482133"),
        ("5512 and my email is dana@example.com", "order_id", "too_short", "5512"),
        ("9410", "postcode", "too_short", "9410"),
        ("941077", "postcode", "too_long", "941077"),
        ("512 555", "phone", "too_short", "512 555"),
        ("51255501423", "phone", "too_long", "51255501423"),
        ("dana at example", "email", "unreadable", "dana at example"),
        ("It's dana@example", "email", "unreadable", "dana@example"),
        ("dana.example.com", "email", "unreadable", "dana.example.com"),
        ("13/32/1988", "date_of_birth", "no_such_day", "13/32/1988"),
        ("February 30", "date_of_birth", "no_such_day", "February 30"),
        ("the 31st of June, 1988", "date_of_birth", "no_such_day", "31st of June, 1988"),
        ("February 29, 1987", "date_of_birth", "no_such_day", "February 29, 1987"),
        ("1988-31-06", "date_of_birth", "no_such_day", "1988-31-06"),
        ("it came 31 November", "date", "no_such_day", "31 November"),
        ("February 29", "date_of_birth", "unreadable", "February 29"),
        ("12 April 2030", "date_of_birth", "unreadable", "12 April 2030"),
        ("April 12", "date_of_birth", "unreadable", "April 12"),
        ("in 1988", "date_of_birth", "unreadable", "1988"),
    ],
)
def test_it_says_what_was_wrong_with_which_part(text: str, asked: str, kind: str, said: str):
    assert trouble(text, asked) == Trouble(kind, said)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["12/04/1988", "12.04.1988", "12-4-88", "it was 12/04/88", "12.4.88!"])
def test_a_date_that_reads_two_ways_is_told_with_both(text: str):
    told = trouble(text, "date_of_birth")
    assert told is not None
    assert (told.kind, sorted(told.readings)) == ("two_ways", sorted(BIRTHS))
    assert told.said in text


@pytest.mark.parametrize("text", ["April 12, 1988", "the 12th of April 1988", "12th Apr '88", "1988-04-12"])
def test_in_words_it_reads_one_way(text: str):
    assert trouble(text, "date_of_birth") is None
    assert [e.value for e in EXTRACTORS["shop"].extract(0, text, "date_of_birth", today=TODAY)] == ["1988-04-12"]


def test_a_birth_that_would_lie_ahead_is_no_second_way():
    found = EXTRACTORS["shop"].extract(0, "12/11/2026", "date_of_birth", today=TODAY)
    assert [entity.value for entity in found] == ["2026-11-12"]


@pytest.mark.parametrize("asked", ["order_id", "email", "phone", "postcode", "date_of_birth", "product", "note"])
@pytest.mark.parametrize(
    "text",
    [
        "I don't know",
        "what?",
        "cancel it",
        "why do you need that?",
        "look at it",
        "",
        "2 of them",
        "$5512",
        "I'm at work",
    ],
)
def test_where_nothing_was_tried_nothing_was_wrong(text: str, asked: str):
    assert trouble(text, asked) is None


@pytest.mark.parametrize(
    ("text", "asked"), [("48213", "order_id"), ("dana at example dot com", "email"), ("94107", "postcode")]
)
def test_a_value_is_no_trouble(text: str, asked: str):
    assert trouble(text, asked) is None


@pytest.mark.parametrize(
    ("pattern", "text", "kind"),
    [
        (r"(?<!\w)T\d{6}(?!\w)", "T12345", "too_short"),
        (r"(?<!\w)T\d{6}(?!\w)", "123456", "unreadable"),
        (r"(?<!\w)D-\d{5}(?!\d)", "D-123456", "too_long"),
        (r"\b\d{8,10}\b", "123 4567", "too_short"),
    ],
)
def test_the_length_is_that_of_the_pattern(pattern: str, text: str, kind: str):
    told = Extractor({"it": slot(kind="pattern", pattern=pattern)}).trouble(text, "it")
    assert told is not None
    assert told.kind == kind


def test_a_slot_that_is_not_there_has_no_trouble():
    assert trouble("5512", "unknown") is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(TRADES)), texts, st.data())
def test_what_was_said_stands_in_the_text_and_two_ways_are_two(trade: str, text: str, data: st.DataObject):
    told = trouble(text, data.draw(st.sampled_from(sorted(TRADES[trade]))), trade)
    if told:
        assert told.said.strip()
        assert told.said in text
        assert (len(told.readings) == 2) is (told.kind == "two_ways")
