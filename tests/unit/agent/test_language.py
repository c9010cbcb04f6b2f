"""The language of the conversation is kept unless a text is surely in another one; that is noticed at any time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.events import Act, Dialogue, Turn
from services.agent.commands import OtherLanguage, StartCase
from services.agent.conversation import Desk
from services.agent.conversation.talk import answer
from services.agent.hearing.language import detected
from services.agent.worker import AgentWorker
from tests.standing import finished
from tests.unit.agent.conftest import NOW, requested


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, ¿dónde está mi pedido 48320?", "es"),
        ("Bonjour, je voudrais savoir où est ma commande", "fr"),
        ("Wo ist meine Bestellung? Ich habe sie noch nicht bekommen", "de"),
        ("我的包裹在哪里", "zh"),
        ("我的包裹在哪里" * 40, "zh"),
        ("Где мой заказ", "ru"),
        ("注文はどこですか", "ja"),
        ("спасибо", "ru"),
        ("todavia no me llega nada y ya pague", "es"),
        ("HOLA NECESITO HABLAR CON ALGUIEN YA", "es"),
        ("hi, no hablo inglés, quiero cancelar mi pedido", "es"),
        ("j'ai toujours pas recu mon colis", "fr"),
        ("der kühlschrank kühlt nicht mehr, was nun", "de"),
        ("meu pacote ainda não chegou", "pt"),
        ("il frigorifero non funziona più", "it"),
        ("mijn pakketje is nog steeds niet bezorgd", "nl"),
        ("min pakke er ikke kommet endnu", "da"),
        ("moja paczka jeszcze nie przyszła", "pl"),
        ("kargom hala elime ulaşmadı", "tr"),
    ],
)
def test_another_language_is_noticed(text: str, language: str):
    assert detected(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order?",
        "refund pls",
        "?",
        "",
        "😀",
        "no",
        "order 48213",
        "I ordered a la carte plates in Des Moines",
        "wer is my ordr 48310 plz",
        "hi, quiero cancel my order por favor, thanks",
        "buenos dias, where is my order por favor",
        "i wanna die",
        "im not sure tbh",
        "thanks so much!",
        "dont send me 2 a human lol",
        "My name is María José García López",
        "María José García López",
        "my name is Дмитрий Иванов",
        "Juan Carlos Hernandez, 14 Calle Ocho, Miami FL 33135",
        "ship it to 12 Rue de la Paix, Paris",
        "gracias amigo",
        "la la la la",
        "maria.de.la.rosa@correo-de-espana.example and nothing else",
        "WHERE THE HELL IS IT",
        "asdkj qwoeiu zmx",
    ],
)
def test_english_and_what_is_no_language_stay_english(text: str):
    assert detected(text) == "en"


@pytest.mark.parametrize("text", ["ok", "48213", "si, gracias", "94107 Berlin", "blah blah blah blah"])
def test_what_tells_no_language_keeps_that_of_the_conversation(text: str):
    assert detected(text, "es") == "es"


def test_the_way_back_is_noticed_too():
    assert detected("sorry, can we go on in English please?", "es") == "en"


@given(st.text(max_size=3_000))
def test_any_text_has_a_language(text: str):
    assert 2 <= len(detected(text)) <= 3


# --- in a conversation ------------------------------------------------------------------------------------------------


async def told(desk: Desk, *texts: str) -> tuple[Dialogue, str]:
    """The state after they said this, one after another, and the agent's last words."""
    state, transcript, said = Dialogue(), list[Turn](), ""
    for text in texts:
        transcript.append(Turn(turn=len(transcript), at=NOW, speaker="customer", text=text))
        spoken = await finished(desk, requested(""), await answer(desk, state, transcript, "seed"), transcript)
        state, said = spoken.state, spoken.text
        transcript.append(Turn(turn=len(transcript), at=NOW, speaker="agent", text=said))
    return state, said


@pytest.mark.parametrize(
    ("reply", "language", "words"),
    [
        ("lo siento, no entiendo lo que dice", "es", "un colega lo leerá"),
        ("ich verstehe sie leider nicht", "de", "ein Kollege liest sie"),
    ],
)
async def test_a_switch_in_the_middle_is_answered_in_that_language(desk: Desk, reply: str, language: str, words: str):
    state, said = await told(desk, "Where is my order 48213?", reply)
    assert (state.language, state.acts[-1].kind) == (language, "unsupported")
    assert words in said


@pytest.mark.parametrize("reply", ["no lo se", "maria@example.com, gracias", "ok, merci beaucoup, 94107"])
async def test_a_short_reply_is_no_switch(desk: Desk, reply: str):
    state, _ = await told(desk, "Where is my order 48213?", reply)
    assert state.language == "en"
    assert state.acts[-1].kind != "unsupported"


@pytest.mark.parametrize("reply", ["juan carlos hernandez lopez", "la casa de los abuelos"])
async def test_a_name_as_an_answer_is_no_switch(worker: AgentWorker, reply: str):
    turn = Turn(turn=0, at=NOW, speaker="customer", text=reply)
    asked = Dialogue(acts=(Act(kind="ask", slot="payee"),))
    commands = await worker.desks["banking"].understander.read(asked, [turn])
    assert not any(isinstance(one, OtherLanguage) for one in commands)


async def test_who_comes_back_to_a_served_language_is_understood_again(desk: Desk):
    turn = Turn(turn=0, at=NOW, speaker="customer", text="sorry, wrong keyboard. Where is my order 48213?")
    commands = await desk.understander.read(Dialogue(language="es"), [turn])
    assert OtherLanguage("en") in commands
    assert any(isinstance(one, StartCase) and one.reason.code == "order_status" for one in commands)


async def test_the_language_of_a_quote_is_not_theirs(desk: Desk):
    text = "Where is my order 48213?\n\n> Hola, su pedido ya está en camino y llegará mañana por la mañana.\n> Gracias"
    state, _ = await told(desk, text)
    assert state.language == "en"
