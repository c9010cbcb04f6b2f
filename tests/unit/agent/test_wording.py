import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import cast

import pytest
from pydantic import BaseModel

from callcenter.events import Act, ContactReason, Dialogue, Entity, Evidence
from services.agent import commands
from services.agent.conversation import Desk
from services.agent.conversation.dialogue import News
from services.agent.conversation.moment import Moment
from services.agent.phrasebook import Phrasebook
from services.agent.worker import AgentWorker


def say(desk: Desk, moment: Moment, seed: int = 1) -> str:
    return desk.wording.compose(moment, Random(seed))


def first(desk: Desk, code: str, mood: float, seed: int = 1) -> str:
    act = Act(kind="ask", slot="order_id")
    return say(desk, Moment(act, Dialogue(), [desk.reasons.by_code()[code]], mood), seed)


def after(*acts: Act) -> Dialogue:
    return Dialogue(acts=acts)


def test_the_first_turn_greets_acknowledges_and_asks(desk: Desk):
    text = first(desk, "delivery_late", -0.5)
    assert text.startswith(desk.profile.voice.greeting)
    assert "the late delivery" in text
    assert "sorry" in text
    assert any(question in text for question in desk.reasons.slots["order_id"].questions)


def test_a_calm_question_gets_no_apology(desk: Desk):
    assert all("sorry" not in first(desk, "order_status", 0.0, seed) for seed in range(10))


def test_an_upset_customer_is_met_with_empathy(desk: Desk):
    assert all(
        any(word in first(desk, "order_cancel", -0.8, seed) for word in ("sorry", "upset", "frustrating"))
        for seed in range(10)
    )


def test_the_seed_varies_the_words(desk: Desk):
    assert len({first(desk, "refund_request", 0.0, seed) for seed in range(12)}) > 4
    assert first(desk, "refund_request", 0.0, 5) == first(desk, "refund_request", 0.0, 5)


def test_asking_again_helps_to_find_it(desk: Desk):
    ask = Act(kind="ask", slot="order_id")
    again, requests = Act(kind="ask", slot="order_id", again=True), [desk.reasons.by_code()["refund_request"]]
    moment = Moment(again, after(ask), requests, news=News(lacking=True))
    assert desk.reasons.slots["order_id"].hint in say(desk, moment)


def test_what_is_confirmed_is_the_request_and_its_facts_but_not_who_the_customer_is(desk: Desk):
    def fact(name: str, value: str) -> Entity:
        evidence = Evidence(turn=0, start=0, end=5)
        return Entity(name=name, value=value, type="pattern", evidence=evidence, confidence=1, extractor="cue")

    mind = Dialogue(entities=(fact("order_id", "48213"), fact("email", "dana@example.com")), acts=(Act(kind="ask"),))
    text = say(desk, Moment(Act(kind="confirm"), mind, [desk.reasons.by_code()["refund_request"]]))
    assert "order number 48213" in text
    assert "dana" not in text


def test_a_request_in_between_is_acknowledged_before_the_question(desk: Desk):
    also = ContactReason(code="store_hours", title="", path="/", confidence=0.9)
    requests = [desk.reasons.by_code()[code] for code in ("refund_request", "store_hours")]
    mind = after(Act(kind="ask", slot="order_id"))
    text = say(desk, Moment(Act(kind="ask", slot="order_id", again=True), mind, requests, news=News(reasons=(also,))))
    assert desk.reasons.by_code()["store_hours"].about in text


def test_no_sentence_is_taken_twice_while_there_is_another(desk: Desk):
    act, requests = Act(kind="clarify"), ()
    said = ""
    for _ in range(3):
        text = say(desk, Moment(act, after(act), requests, said=said))
        assert text not in said
        said += text


def test_who_writes_spanish_is_told_in_spanish(desk: Desk):
    assert "Gracias" in say(desk, Moment(Act(kind="unsupported"), Dialogue(language="es")))
    assert "English" in say(desk, Moment(Act(kind="unsupported"), Dialogue(language="zh")))


CHEERFUL = re.compile(
    r"perfect|great|happy|glad|wonderful|awesome|lovely|congrat|excellent|good news|my pleasure|!", re.I
)
HURT = ("damaged_item", "bereavement", "account_access", "double_charge", "product_danger")


def sentences(book: Phrasebook) -> Iterator[str]:
    """All that the agent says in words of its own, but to somebody in danger."""
    for name, value in book:
        if name not in ("emergency", "other_languages"):
            yield from [value] if isinstance(value, str) else _all_of(value)


def _all_of(value: object) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (text for _, texts in value for text in texts)
    else:
        yield from cast(Iterable[str], value)


def test_no_sentence_is_cheerful_as_it_may_be_said_to_somebody_in_trouble(desk: Desk):
    assert [text for text in sentences(desk.languages["en"].phrases) if CHEERFUL.search(text)] == []


@pytest.mark.parametrize("business", ["retail", "banking", "telecom"])
def test_no_question_of_a_business_is_cheerful(worker: AgentWorker, business: str):
    slots = worker.desks[business].reasons.slots.values()
    said = [text for slot in slots for text in (*slot.questions, slot.hint, slot.otherwise or "")]
    assert [text for text in said if CHEERFUL.search(text)] == []


@pytest.mark.parametrize("code", HURT)
@pytest.mark.parametrize("mood", [-0.9, -0.1, 0.4])
def test_who_has_trouble_is_told_no_worries_by_nobody(desk: Desk, code: str, mood: float):
    ask = Act(kind="ask", slot="order_id")
    news = News(commands=(commands.CannotTell(),), lacking=True)
    moment = Moment(ask.model_copy(update={"again": True}), after(ask), [desk.reasons.by_code()[code]], mood, news)
    said = " ".join(say(desk, moment, seed) for seed in range(20))
    assert not re.search("worr|no problem|that's fine", said, re.I)


@pytest.mark.parametrize("mood", [-0.9, -0.5])
def test_nothing_is_called_annoying_or_frustrating_where_somebody_died(desk: Desk, mood: float):
    said = " ".join(first(desk, "bereavement", mood, seed) for seed in range(20))
    assert not re.search("annoy|frustrat|how it should be", said, re.I)
    assert "sorry" in said


@pytest.mark.parametrize(
    ("business", "of_its_own"), [("banking", "card"), ("telecom", "internet"), ("retail", "bought")]
)
def test_what_it_may_be_about_is_what_the_business_is_about(worker: AgentWorker, business: str, of_its_own: str):
    desk = worker.desks[business]
    said = {say(desk, Moment(Act(kind="clarify"), after(Act(kind="greet"))), seed) for seed in range(30)}
    assert any(of_its_own in text for text in said)
    assert business == "retail" or not any("bought" in text for text in said)


def test_a_business_without_topics_names_none(desk: Desk):
    voice = desk.profile.voice.model_copy(update={"topics": ()})
    plain = replace(desk, profile=desk.profile.model_copy(update={"voice": voice}))
    said = [say(plain, Moment(Act(kind="clarify"), after(Act(kind="greet"))), seed) for seed in range(30)]
    assert not any("bought" in text or "{" in text for text in said)
