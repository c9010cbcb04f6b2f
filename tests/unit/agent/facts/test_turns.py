from typing import Any

import pytest

from services.agent.facts import Extractor
from tests.unit.agent.facts.conftest import TODAY, TURNS

EACH = [pytest.param(trade, turn, id=f"{trade}: {turn['text']}") for trade, turns in TURNS.items() for turn in turns]


@pytest.mark.parametrize(("trade", "turn"), EACH)
def test_exactly_the_facts_of_a_turn_are_read(extractors: dict[str, Extractor], trade: str, turn: dict[str, Any]):
    read: dict[str, list[str]] = {}
    asked, needed = turn.get("asked"), turn.get("needed", ())
    for entity in extractors[trade].extract(0, turn["text"], asked, today=TODAY, needed=needed):
        read.setdefault(entity.name, []).append(entity.value)
    stated = {name: values if isinstance(values, list) else [values] for name, values in turn["facts"].items()}
    assert read == stated


def test_there_are_enough_turns_of_each_trade():
    assert {trade: len(turns) >= 25 for trade, turns in TURNS.items()} == dict.fromkeys(TURNS, True)
