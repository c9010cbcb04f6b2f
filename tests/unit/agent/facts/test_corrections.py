import pytest

from services.agent.facts import Extractor, corrected
from tests.unit.agent.facts.conftest import TODAY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order 48213, no sorry, I meant 48244", "no sorry, I meant"),
        ("48213 -- wait, 48244", "wait"),
        ("48213. Actually it's 48244", "Actually"),
        ("it's 48213, scratch that, 48244, oops, 48299", "oops"),
        ("48213, I\u2019m sorry, make that 48244", "sorry, make that"),
    ],
)
def test_the_words_that_correct_are_found(text: str, words: str):
    span = corrected(text)
    assert span is not None
    assert text[slice(*span)] == words


@pytest.mark.parametrize("text", ["", "order 48213", "Sorry, where is 48213?", "No, 48213", "48213 and 48244", "well"])
def test_what_corrects_nothing_is_no_correction(text: str):
    assert corrected(text) is None


@pytest.mark.parametrize(
    "text", ["not 48213", "not my order 48213", "it's not order number 48213", "instead of #48213", "It isn't 48213."]
)
def test_what_it_is_not_is_no_fact(extractors: dict[str, Extractor], text: str):
    assert extractors["shop"].extract(0, text, "order_id", today=TODAY) == ()


@pytest.mark.parametrize(
    "text", ["I have not received order 48213", "I did not order 48213", "Why not? 48213", "not yet here: 48213"]
)
def test_another_not_takes_no_fact_back(extractors: dict[str, Extractor], text: str):
    assert [entity.value for entity in extractors["shop"].extract(0, text)] == ["48213"]
