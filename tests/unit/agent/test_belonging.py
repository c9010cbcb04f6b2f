"""Which fact of a message belongs to which of its requests, over the three businesses."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.agent.worker import AgentWorker

from .test_dialogue import Talk

TABLE = yaml.safe_load((Path(__file__).parent / "belonging.yaml").read_text("utf-8"))
SENTENCES = [(business, case) for business, cases in TABLE.items() for case in cases]
PROOFS = {"email": "joan@example.com", "postcode": "94107", "date_of_birth": "April 12, 1988"}
each_sentence = pytest.mark.parametrize(("business", "case"), SENTENCES, ids=[case["said"] for _, case in SENTENCES])


def own(talk: Talk) -> dict[str, list[str]]:
    """What each kind of request has for its own."""
    told: dict[str, list[str]] = {}
    for reason in talk.state.reasons:
        for value in reason.own.values():
            told.setdefault(reason.code, []).append(value)
    return told


def values(written: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {name: list(map(str, found)) for name, found in written.items()}


@each_sentence
async def test_each_value_goes_where_it_belongs(worker: AgentWorker, business: str, case: dict[str, Any]):
    talk = Talk(worker.desks[business])
    await talk.say(case["said"])
    assert talk.state.reasons, "nothing was asked for, so nothing could belong to it"
    assert own(talk) == values(case["own"])
    assert list(talk.state.unsettled) == ([case["ask"]] if "ask" in case else [])
    for name, said in values(case.get("facts", {})).items():
        assert [entity.value for entity in talk.state.entities if entity.name == name] == said


@pytest.mark.parametrize(("business", "case"), [(b, c) for b, c in SENTENCES if "ask" in c])
async def test_what_is_not_clear_is_asked_and_all_of_it_named(worker: AgentWorker, business: str, case: dict[str, Any]):
    talk = Talk(worker.desks[business])
    asked = await talk.say(case["said"])
    while (fact := talk.state.expects) in PROOFS:
        asked = await talk.say(PROOFS[fact])
    assert talk.acts[-1] == f"ask {case['ask']}"
    named = {entity.value for entity in talk.state.entities if entity.name == case["ask"]}
    assert len(named) > 1
    assert all(value.lower() in asked.lower() for value in named)


async def test_what_is_only_told_beside_a_request_is_no_request_of_its_own(worker: AgentWorker):
    talk = Talk(worker.desks["banking"])
    await talk.say("I lost my debit card, please block it. There is another card on its way to me, a credit card.")
    assert [reason.code for reason in talk.state.reasons] == ["card_lost"]


def test_the_table_is_about_all_businesses():
    assert {business for business, _ in SENTENCES} == {"retail", "telecom", "banking"}
    assert len(SENTENCES) >= 40
