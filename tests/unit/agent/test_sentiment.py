import pytest

from callcenter.business import load
from services.agent.hearing.cues import Cues
from services.agent.hearing.sentiment import Feelings
from services.agent.settings import AgentSettings

FEELINGS = Feelings(load(AgentSettings().languages_dir / "en", "cues.yaml", Cues))
mood, profane, urgency = FEELINGS.mood, FEELINGS.profane, FEELINGS.urgency


@pytest.mark.parametrize(
    "text",
    [
        "This is the third time I write and nobody answers",
        "WHERE IS MY PACKAGE, I WANT IT",
        "I waited 45 minutes on hold!!",
        "get me your manager, this is unacceptable",
        "Great, I waited 45 minutes again. Fantastic service.",
        "not happy with this",
        "😡",
        "fucking useless",
    ],
)
def test_frustration_is_seen(text: str):
    assert mood(text) <= -0.2


@pytest.mark.parametrize("text", ["thank you so much, great service", "I love the lamp ❤️", "perfect, thanks"])
def test_joy_is_seen(text: str):
    assert mood(text) >= 0.3


@pytest.mark.parametrize("text", ["", "?", "48213", "what are your opening hours"])
def test_plain_words_are_neutral(text: str):
    assert mood(text) == 0


def test_mood_stays_in_its_range():
    assert (
        mood("fuck! worst awful scam!! third time, waited two weeks, nobody answers, get the manager 😡😡 USELESS")
        == -1
    )


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I need it today", "high"),
        ("URGENT please", "high"),
        ("my card was stolen", "high"),
        ("fix it NOW", "high"),
        ("I know how it works", "medium"),
        ("where is my order", "medium"),
        ("no rush, just wondering", "low"),
        ("it's not urgent", "low"),
    ],
)
def test_urgency_comes_from_the_words(text: str, level: str):
    assert urgency([text]) == level


def test_swearing_is_noticed_and_innocent_words_are_not():
    assert profane("you idiots")
    assert profane("are you people braindead, sort it out you clowns")
    assert not profane("I ordered a clown costume")
    assert not profane("the scrap paper and a shiitake, passionate assistance")


def test_who_says_that_they_are_not_angry_is_not():
    assert mood("I'm not angry, when will it get here?") == 0.0 > mood("I'm angry, when will it get here?")
