"""REDACT_TRANSCRIPT: what the finished record keeps."""

import re
from pathlib import Path

import pytest

from callcenter.events import Entity, Evidence, InteractionCompleted, Turn
from services.summary import SummarySettings, build
from services.summary.masking import masked

from .conftest import NOON, make_decision, make_entity, make_event

SAID = (
    "I want my money back for order 48213. I am dana@example.com, 512-555-0142. Send it to 12 Elm Street, 78701.",
    "My birthday? It is the 4 May 1988.",
)
TOLD = "We'll refund 129.00 USD and write to dana@example.com."


def stated(name: str, value: str, words: str, *, kind: str, turn: int = 0) -> Entity:
    start = SAID[turn].index(words)
    said = Evidence(turn=turn, start=start, end=start + len(words))
    return Entity(name=name, value=value, type=kind, evidence=said, confidence=1, extractor="pattern")


ENTITIES = (
    stated("order_id", "48213", "48213", kind="pattern"),
    stated("email", "dana@example.com", "dana@example.com", kind="email"),
    stated("phone", "+15125550142", "512-555-0142", kind="phone"),
    stated("new_address", "12 Elm Street", "12 Elm Street", kind="address"),
    stated("date_of_birth", "1988-05-04", "4 May 1988", kind="date", turn=1),
)
PERSONAL = re.compile(r"dana|example\.com|0142|Elm|1988")


async def finished(businesses: Path, *, redact_transcript: bool) -> InteractionCompleted:
    turns = tuple(Turn(turn=n, at=NOON, speaker="customer", text=text) for n, text in enumerate(SAID))
    decision = make_decision(
        reason_customer=TOLD, facts={"account": {"email": "dana@example.com", "orders": ["48213"]}}
    )
    opened = make_event(decision, text=SAID[0], transcript=turns, entities=ENTITIES)
    return await build(SummarySettings(businesses_dir=businesses, redact_transcript=redact_transcript)).wrap_up(opened)


async def test_as_it_is_set_nothing_is_masked(businesses: Path) -> None:
    record = await finished(businesses, redact_transcript=False)
    assert record.request.text == SAID[0]
    assert "dana@example.com" in record.summary.reply_to_customer
    assert SummarySettings(businesses_dir=businesses).redact_transcript is False


async def test_no_personal_value_is_left_in_the_record(businesses: Path) -> None:
    plain = await finished(businesses, redact_transcript=False)
    hidden = await finished(businesses, redact_transcript=True)
    assert PERSONAL.search(plain.encoded().decode())
    assert not PERSONAL.search(hidden.encoded().decode())
    assert "write to ••••••••••••••••." in hidden.summary.reply_to_customer


async def test_evidence_still_points_to_its_words(businesses: Path) -> None:
    plain = await finished(businesses, redact_transcript=False)
    hidden = await finished(businesses, redact_transcript=True)
    for before, after in zip(plain.transcript, hidden.transcript, strict=True):
        assert len(before.text) == len(after.text)
    assert [len(entity.value) for entity in hidden.entities] == [len(entity.value) for entity in plain.entities]
    for entity in hidden.entities[1:]:
        words = hidden.transcript[entity.evidence.turn].text[entity.evidence.start : entity.evidence.end]
        assert set(words) <= {"•", " "}


async def test_what_the_matter_is_stays(businesses: Path) -> None:
    plain = await finished(businesses, redact_transcript=False)
    hidden = await finished(businesses, redact_transcript=True)
    same = ("event_id", "interaction_id", "contact", "contact_reason", "disposition", "metrics", "provenance", "ticket")
    assert {name: getattr(hidden, name) for name in same} == {name: getattr(plain, name) for name in same}
    assert hidden.entities[0] == plain.entities[0]
    assert "order 48213" in hidden.request.text
    assert "129.00 USD" in hidden.summary.reply_to_customer
    decision = hidden.policy.decisions[0]
    assert (decision.action, decision.facts["account"]) == (
        plain.policy.decisions[0].action,
        {"email": "••••••••••••••••", "orders": ["48213"]},
    )
    assert hidden.policy.policy_hash == plain.policy.policy_hash
    assert masked(hidden) == hidden


@pytest.mark.parametrize("value", ["GB29 NWBK 6016 1331 9268 19", "123-45-6789"])
async def test_a_value_with_the_form_of_an_identifier_is_personal_whatever_it_is_called(
    value: str, businesses: Path
) -> None:
    opened = make_event(text=f"It is {value} for order 48213", entities=(make_entity("reference", value),))
    record = await build(SummarySettings(businesses_dir=businesses, redact_transcript=True)).wrap_up(opened)
    assert value not in record.encoded().decode()
