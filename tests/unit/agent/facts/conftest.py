"""Three trades, and an extractor for each."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.agent.facts import Extractor
from services.agent.reasons import Slot

HERE = Path(__file__).parent
TODAY = date(2026, 11, 20)
TRADES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((HERE / "trades.yaml").read_text())
TURNS: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "turns.yaml").read_text())
QUESTIONS = ("Which is it?", "Could you tell me?", "What is it, please?")


def slot(**keys: Any) -> Slot:
    return Slot.model_validate({"title": "fact", "questions": QUESTIONS, "hint": "It is on the bill."} | keys)


def extractor_for(trade: str) -> Extractor:
    return Extractor({name: slot(**({"title": name.replace("_", " ")} | keys)) for name, keys in TRADES[trade].items()})


@pytest.fixture(scope="session")
def extractors() -> dict[str, Extractor]:
    return {trade: extractor_for(trade) for trade in TRADES}
