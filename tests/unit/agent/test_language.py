import pytest

from services.agent.hearing.language import detected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, ¿dónde está mi pedido 48320?", "es"),
        ("Bonjour, je voudrais savoir où est ma commande", "fr"),
        ("Wo ist meine Bestellung? Ich habe sie noch nicht bekommen", "de"),
        ("我的包裹在哪里", "zh"),
        ("Где мой заказ", "ru"),
        ("注文はどこですか", "ja"),
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
    ],
)
def test_english_and_what_is_no_language_stay_english(text: str):
    assert detected(text) == "en"
