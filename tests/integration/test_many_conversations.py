"""Five hundred simulated conversations of all businesses and personas: none loops or repeats itself."""

import asyncio

import pytest

from callcenter.events import ConversationHeld
from services import agent
from services.agent.conversation.dialogue import MAX_AGENT_TURNS
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
from tests.benchmarks.conversations import PERSONAS, agent_turns, hold, measure, repeated

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def worker() -> AgentWorker:
    return agent.build(AgentSettings(demo=True))


@pytest.fixture(scope="module")
def held(worker: AgentWorker) -> list[ConversationHeld]:
    return asyncio.run(hold(worker, 500))


def test_every_persona_talks_about_every_business(held: list[ConversationHeld], worker: AgentWorker) -> None:
    assert {event.request.persona for event in held} == set(PERSONAS)
    assert {event.request.business for event in held} == set(worker.desks)


def test_none_is_longer_than_it_may_be(held: list[ConversationHeld]) -> None:
    assert max(len(agent_turns(event)) for event in held) < MAX_AGENT_TURNS, "the outcome takes one more"


def test_none_says_a_sentence_twice(held: list[ConversationHeld]) -> None:
    assert {tuple(repeated(event)) for event in held} == {()}


def test_every_fact_that_is_needed_is_there_or_has_a_reason(held: list[ConversationHeld], worker: AgentWorker) -> None:
    for event in held:
        assert event.dialogue
        if event.outcome == "understood":
            needed = worker.desks[event.request.business].manager.needs.needed(event.dialogue)
            known = {entity.name for entity in event.entities}
            assert set(needed) - known <= {fact.name for fact in event.missing}
        assert all(fact.why for fact in event.missing)


def test_only_what_customers_say_is_listened_to(held: list[ConversationHeld]) -> None:
    for event in held:
        reasons = [reason for reason in (event.contact_reason, *event.secondary_reasons) if reason]
        evidence = [entity.evidence for entity in event.entities] + [e for reason in reasons for e in reason.evidence]
        assert {event.transcript[place.turn].speaker for place in evidence} <= {"customer"}
        assert all(event.transcript[p.turn].text[p.start : p.end].strip() for p in evidence)


def test_the_words_vary(held: list[ConversationHeld]) -> None:
    figures = measure(held)
    assert figures.distinct_2 > 0.02
    assert figures.same_turns < 0.8
