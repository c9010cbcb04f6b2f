from itertools import pairwise
from typing import Any

import pytest

from callcenter.events import Escalation, MissingFact, Sentiment
from services.summary.satisfaction import estimate, score

from .conftest import make_decision, make_event


@pytest.mark.parametrize(
    ("verdict", "start", "end", "word"),
    [
        ("deny", -0.9, -0.9, "very_low"),
        ("deny", 0, 0, "low"),
        ("needs_info", 0, 0, "neutral"),
        ("allow", 0, 0, "high"),
        ("allow", 0.2, 0.6, "very_high"),
        ("allow", -0.6, -0.3, "neutral"),
    ],
)
def test_the_estimate(verdict: str, start: float, end: float, word: str) -> None:
    assert estimate(make_event(make_decision(verdict), sentiment=Sentiment(start=start, end=end))) == word


def test_the_end_weighs_twice_the_start() -> None:
    def figure(start: float, end: float) -> float:
        return score(make_event(sentiment=Sentiment(start=start, end=end)))

    assert figure(-0.6, 0.6) == pytest.approx(0.5)
    assert figure(0.6, -0.6) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "worse",
    [
        {"missing": (MissingFact(name="order_id", why="unknown"),)},
        {"escalation": Escalation(state="requested", reason_code="no_rule")},
    ],
)
def test_what_went_wrong_lowers_the_score(worse: dict[str, Any]) -> None:
    assert score(make_event(**worse)) == pytest.approx(score(make_event()) - 0.15)


def test_a_better_mood_never_lowers_the_estimate() -> None:
    words = ["very_low", "low", "neutral", "high", "very_high"]
    found = [words.index(estimate(make_event(sentiment=Sentiment(start=0, end=end / 10)))) for end in range(-10, 11)]
    assert all(one <= two for one, two in pairwise(found))
    assert len(set(found)) > 3
