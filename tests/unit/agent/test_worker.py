from datetime import timedelta
from itertools import pairwise

import pytest

from callcenter.errors import Permanent
from callcenter.events import (
    AgentSpoke,
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    ConversationHeld,
    CustomerLeft,
    CustomerSpoke,
    HandoffClosed,
    HandoffLapsed,
    HandoffOffered,
    HandoffReturned,
    InformationNeeded,
    InteractionRequested,
    Question,
)
from services.agent import build
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
from tests.standing import settled

from .conftest import NOW, Talk, requested

TEXTS = [
    "I was charged twice for order 48260, please help",
    "WHERE THE HELL IS MY PACKAGE?? third time I write!!",
    "my vase arrived in pieces 😭",
    "hello",
    "You fucking idiots. Go to hell.",
    "Hola, ¿dónde está mi pedido 48320?",
    "我的包裹在哪里",
    "I want a human",
    "when are you open on saturday",
    "Cancel order 99999 please, my email is who@nowhere.org",
    "what's left on my gift card?",
    "exchange my boots for a larger size",
    "🤬🤬🤬",
    "?",
    "",
    "   \n ",
    "x" * 4000,
    "refund me! " * 360,
    "{about} {value} %s \x00 \ud83d".encode("utf-8", "replace").decode(),
]


def test_its_signature_is_its_place_in_the_chain():
    flow = {s.consumes: set(s.publishes) for s in AgentWorker.subscriptions.values()}
    step = {ConversationHeld, CaseStated, CaseAgreed, AgentSpoke, HandoffOffered}
    assert flow == {
        InteractionRequested: step,
        CustomerSpoke: step,
        CaseDecided: step,
        CaseSettled: {ConversationHeld, AgentSpoke},
        CustomerLeft: {ConversationHeld},
        InformationNeeded: step,
        HandoffReturned: step,
        HandoffClosed: {ConversationHeld},
        HandoffLapsed: {ConversationHeld},
    }


async def test_an_unknown_business_is_refused_in_words(worker: AgentWorker):
    with pytest.raises(Permanent, match=r"no business 'bakery'.*retail"):
        await worker.open(requested("hi", business="bakery"))


async def test_where_this_is_no_demo_nobody_is_simulated(worker: AgentWorker):
    sober = build(AgentSettings(understanding_engine="lite"))
    event = requested("I want a refund for order 48213", customer_id="C-1001")
    with pytest.raises(Permanent, match=r"no demo\. Ask with mode live, or set DEMO=on"):
        await sober.open(event)
    held = await settled(worker, await worker.open(event))
    assert isinstance(held, ConversationHeld)
    asked = held.then(InformationNeeded, question=Question(slot="order_id", text="Which order is it?"))
    with pytest.raises(Permanent, match="DEMO=on"):
        await sober.ask(asked)
    live = event.model_copy(update={"request": event.request.model_copy(update={"mode": "live"})})
    assert isinstance(await sober.open(live), AgentSpoke)


async def test_the_same_request_gives_the_same_conversation(worker: AgentWorker):
    event = requested("I want a refund for my blender", seed=0)
    assert await worker.open(event) == await worker.open(event)


async def test_another_seed_gives_another_conversation(talk: Talk):
    held = [await talk("I want a refund", seed=seed) for seed in range(1, 9)]
    assert len({tuple(turn.text for turn in one.transcript) for one in held}) == 8


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("persona", [None, "terse", "forgetful", "impostor"])
async def test_any_text_gives_a_sound_conversation(talk: Talk, text: str, persona: str | None):
    held = await talk(text, persona=persona)
    turns = held.transcript
    assert (turns[0].speaker, turns[0].text, turns[0].at) == ("customer", text, NOW)
    assert [turn.turn for turn in turns] == list(range(len(turns)))
    assert turns[-1].speaker == "agent"
    assert sum(turn.speaker == "agent" for turn in turns) <= 12
    assert all(timedelta(seconds=2) <= b.at - a.at <= timedelta(seconds=45) for a, b in pairwise(turns))
    assert held.contact.ended_at == turns[-1].at
    assert (held.contact_reason is not None) == (held.outcome in ("understood", "human_requested"))
    for evidence in (e.evidence for e in held.entities):
        assert turns[evidence.turn].speaker == "customer"
        assert turns[evidence.turn].text[evidence.start : evidence.end].strip()
    assert ConversationHeld.model_validate_json(held.encoded()) == held


@pytest.mark.parametrize("text", TEXTS)
async def test_the_agent_never_repeats_a_sentence(talk: Talk, text: str):
    for seed in range(1, 6):
        said = [turn.text for turn in (await talk(text, seed=seed)).transcript if turn.speaker == "agent"]
        sentences = [s.strip() for t in said for s in t.replace("?", ".").split(".") if len(s.strip()) > 12]
        assert sorted({s for s in sentences if sentences.count(s) > 1}) == []


async def test_a_known_customer_answers_from_their_account(talk: Talk):
    held = await talk("I'd like a refund for order 48213", customer_id="C-1001", persona="plain")
    facts = {entity.name: entity.value for entity in held.entities}
    assert facts["email"] == "dana.lopez@example.com"
    assert facts["postcode"] == "94107"
    assert held.missing == ()
    assert held.understanding.engine in ("standard", "lite")
    assert held.understanding.persona == "plain"


async def test_an_unknown_person_proves_nothing(talk: Talk):
    held = await talk("Cancel order 99999 please, my email is who@nowhere.org", persona="plain")
    assert {entity.name for entity in held.entities} == {"order_id", "email"}
    assert {missing.name for missing in held.missing} == {"postcode", "date_of_birth"}


async def test_reason_evidence_points_at_the_words(talk: Talk):
    held = await talk("Hi Maya. My name is Jo. I was charged twice for order 48260!")
    assert held.contact_reason is not None
    (evidence,) = held.contact_reason.evidence
    assert held.transcript[0].text[evidence.start : evidence.end].startswith("I was charged twice")
    assert held.contact_reason.queue == "payments"
    assert held.contact_reason.identity_required


async def test_the_rude_are_served_and_their_mood_is_noted(talk: Talk):
    held = await talk("this is a fucking joke, cancel my damn order 48399 now", customer_id="C-1007")
    assert held.outcome == "understood"
    assert held.contact_reason is not None
    assert held.contact_reason.code == "order_cancel"
    assert held.sentiment.start < -0.5
