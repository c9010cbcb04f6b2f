from random import Random

from services.agent.conversation import Desk
from services.agent.dialogue import Act
from services.agent.wording import Moment, Wording


def wording(desk: Desk, seed: int = 1) -> Wording:
    return Wording(desk.profile, desk.reasons, Random(seed))


def first(desk: Desk, code: str, mood: float, seed: int = 1) -> str:
    return wording(desk, seed).compose(Moment(Act("ask", "order_id"), [desk.reasons.by_code()[code]], mood))


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
    before = Act("ask", "order_id")
    moment = Moment(
        Act("ask", "order_id", again=True), [desk.reasons.by_code()["refund_request"]], 0.0, previous=before
    )
    assert desk.reasons.slots["order_id"].hint in wording(desk).compose(moment)


def test_who_writes_spanish_is_told_in_spanish(desk: Desk):
    assert "Gracias" in wording(desk).compose(Moment(Act("unsupported"), [], 0.0, language="es"))
    assert "English" in wording(desk).compose(Moment(Act("unsupported"), [], 0.0, language="zh"))
