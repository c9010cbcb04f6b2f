from typing import get_args

import pytest

from callcenter.events import Persona
from services.agent.conversation import Desk
from tests.unit.agent.conftest import Talk

REQUESTS = (
    "I want a refund for the espresso machine",
    "Where is my order?",
    "Please change the delivery address of order 48371",
    "I was charged twice, $84.50 both times",
    "I forgot my password",
)


@pytest.mark.parametrize("persona", get_args(Persona))
@pytest.mark.parametrize("text", REQUESTS)
async def test_facts_come_from_the_customer_alone(talk: Talk, desk: Desk, text: str, persona: str):
    held = [await talk(text, persona=persona, seed=seed) for seed in range(1, 5)]
    assert any(event.entities for event in held)
    for event in held:
        for entity in event.entities:
            turn, evidence = event.transcript[entity.evidence.turn], entity.evidence
            assert turn.speaker == "customer"
            said = desk.extractor.extract(turn.turn, turn.text[evidence.start : evidence.end], entity.name)
            assert (entity.name, entity.value) in {(e.name, e.value) for e in said}
