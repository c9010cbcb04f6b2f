"""What holds for any text at all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agent.facts import Extractor, corrected
from tests.unit.agent.facts.conftest import TODAY, TRADES, TURNS, extractor_for

EXTRACTORS = {trade: extractor_for(trade) for trade in TRADES}
PIECES = [turn["text"] for turns in TURNS.values() for turn in turns]
PIECES += ["four", "double two", "one", " ", "\n", "not ", ", no, ", "GB29", "zip ", "card ", "\uff14\uff18", "ß", "😀"]
NOTHING_STATED = (
    "hello I would like some help with my thing please it does not work and nobody told me why can you look into it "
    "thank you so much this is really bad service we are very unhappy about the whole story"
)
RAMBLING = "four 48 213 not 1, "

many = settings(max_examples=300, deadline=None, derandomize=True)
trades = st.sampled_from(sorted(TRADES))
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=6).map("".join)


@st.composite
def heard(draw: st.DrawFn) -> tuple[Extractor, str, str | None]:
    trade = draw(trades)
    return EXTRACTORS[trade], draw(texts), draw(st.none() | st.sampled_from(sorted(TRADES[trade])))


@many
@given(heard())
def test_evidence_is_inside_the_text_and_in_order(turn: tuple[Extractor, str, str | None]):
    extractor, text, asked = turn
    spans = [(e.evidence.start, e.evidence.end) for e in extractor.extract(3, text, asked, today=TODAY)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@many
@given(heard())
def test_the_normal_form_is_read_as_itself(turn: tuple[Extractor, str, str | None]):
    extractor, text, asked = turn
    for entity in extractor.extract(0, text, asked, today=TODAY):
        again = extractor.extract(0, entity.value, entity.name, today=TODAY)
        assert (entity.name, entity.value) in {(e.name, e.value) for e in again}


@many
@given(heard())
def test_the_words_of_the_evidence_say_the_value(turn: tuple[Extractor, str, str | None]):
    extractor, text, asked = turn
    for entity in extractor.extract(0, text, asked, today=TODAY):
        words = text[entity.evidence.start : entity.evidence.end]
        again = extractor.extract(0, words, entity.name, today=TODAY)
        assert (entity.name, entity.value) in {(e.name, e.value) for e in again}


@many
@given(heard())
def test_the_same_words_always_say_the_same(turn: tuple[Extractor, str, str | None]):
    extractor, text, asked = turn
    assert extractor.extract(0, text, asked, today=TODAY) == extractor.extract(0, text, asked, today=TODAY)


@many
@given(trades, st.lists(st.sampled_from(NOTHING_STATED.split()), max_size=30).map(" ".join))
def test_nothing_is_read_where_nothing_is_stated(trade: str, text: str):
    assert EXTRACTORS[trade].extract(0, text, today=TODAY) == ()


@many
@given(st.text(max_size=60) | texts)
def test_words_that_correct_are_inside_the_text(text: str):
    span = corrected(text)
    assert span is None or (0 < span[0] < span[1] <= len(text) and text[: span[0]].strip())


@pytest.mark.parametrize("trade", sorted(TRADES))
def test_a_very_long_text_is_read_to_its_limit(trade: str):
    assert all(e.evidence.end <= 4_000 for e in EXTRACTORS[trade].extract(0, RAMBLING * 1_000, today=TODAY))
