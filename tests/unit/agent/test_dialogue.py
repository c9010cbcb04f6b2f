import pytest

from services.agent.conversation import Desk
from services.agent.dialogue import MAX_AGENT_TURNS, Act, Dialogue


def run(desk: Desk, *customer: str) -> Dialogue:
    """The customer says these things, one after each agent turn; the last one again and again."""
    dialogue, said = desk.dialogue(), list(customer)
    dialogue.hear(0, said.pop(0))
    turn = 2
    while dialogue.next_act():
        dialogue.hear(turn, said.pop(0) if said else customer[-1])
        turn += 2
    return dialogue


def acts(dialogue: Dialogue) -> list[str]:
    return [f"ask {act.slot}" if act.slot else act.kind for act in dialogue.acts]


def test_it_asks_for_what_the_request_needs_then_who_is_asking(desk: Desk):
    dialogue = run(desk, "I want a refund", "48213", "dana@example.com", "94107", "thanks")
    assert acts(dialogue) == ["ask order_id", "ask email", "ask postcode", "recap", "farewell"]
    assert dialogue.outcome == "understood"
    assert dialogue.missing == ()


def test_it_does_not_ask_for_what_was_said(desk: Desk):
    dialogue = run(desk, "I want a refund for order 48213, my email is dana@example.com and my zip code is 94107", "ok")
    assert acts(dialogue) == ["recap", "farewell"]


def test_information_needs_no_identity(desk: Desk):
    assert acts(run(desk, "what are your opening hours", "thanks")) == ["recap", "farewell"]


def test_it_asks_twice_and_then_goes_on(desk: Desk):
    dialogue = run(desk, "I want a refund", "no idea", "I don't have it", "dana@example.com", "94107", "ok")
    assert acts(dialogue) == ["ask order_id", "ask order_id", "ask email", "ask postcode", "recap", "farewell"]
    assert [(m.name, m.why) for m in dialogue.missing] == [("order_id", "the customer does not have it")]


def test_another_identity_fact_does_where_one_is_forgotten(desk: Desk):
    dialogue = run(desk, "I forgot my password", "dana@example.com", "no idea", "no idea", "April 12, 1988", "ok")
    assert acts(dialogue)[-3:] == ["ask date_of_birth", "recap", "farewell"]
    assert dialogue.missing == ()


def test_an_answer_that_cannot_be_used_is_told_apart(desk: Desk):
    dialogue = run(desk, "I want a refund for order 48213", "blue", "blue", "94107", "1988-04-12", "ok")
    assert dialogue.missing == ()
    dialogue = run(desk, "I want a refund for order 48213", "blue")
    assert {m.name: m.why for m in dialogue.missing} == dict.fromkeys(
        ["email", "postcode", "date_of_birth"], "the answer could not be used"
    )


def test_it_asks_once_what_is_meant(desk: Desk):
    assert acts(run(desk, "hello", "I want to cancel order 48213", "dana@example.com", "94107", "ok"))[:2] == [
        "clarify",
        "ask email",
    ]
    dialogue = run(desk, "hello", "hm")
    assert acts(dialogue) == ["clarify", "unclear"]
    assert dialogue.outcome == "unclear"


@pytest.mark.parametrize("text", ["let me talk to a human", "I want a refund, and let me speak to a real person"])
def test_who_asks_for_a_person_gets_one_at_once(desk: Desk, text: str):
    dialogue = run(desk, text)
    assert acts(dialogue) == ["hand_over"]
    assert dialogue.outcome == "human_requested"


def test_a_person_can_be_asked_for_at_any_time(desk: Desk):
    dialogue = run(desk, "I want a refund", "I want to talk to a human")
    assert acts(dialogue) == ["ask order_id", "hand_over"]
    assert dialogue.contact_reasons[0].code == "refund_request"


def test_pure_abuse_is_met_calmly_and_ended(desk: Desk):
    dialogue = run(desk, "you fucking idiots", "go to hell")
    assert acts(dialogue) == ["calm", "abusive"]
    assert dialogue.outcome == "abusive"


def test_a_rude_request_is_a_request(desk: Desk):
    dialogue = run(desk, "cancel my damn order 48399, you idiots", "a@b.org", "94107", "ok")
    assert dialogue.outcome == "understood"
    assert dialogue.contact_reasons[0].code == "order_cancel"


def test_another_language_is_not_guessed_at(desk: Desk):
    dialogue = run(desk, "Hola, ¿dónde está mi pedido 48320?")
    assert (acts(dialogue), dialogue.outcome, dialogue.language) == (["unsupported"], "unsupported_language", "es")
    assert dialogue.contact_reasons == ()


def test_it_never_takes_more_than_its_turns(desk: Desk):
    text = "Please change the delivery address of my order. An item is missing from my box. My gift card doesn't work."
    assert len(run(desk, text, "hm").acts) <= MAX_AGENT_TURNS


def test_nothing_follows_the_last_word(desk: Desk):
    dialogue = run(desk, "let me talk to a human")
    assert dialogue.acts == [Act("hand_over")]
    assert dialogue.next_act() is None
