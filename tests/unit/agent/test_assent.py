"""A yes is held to its word."""

import pytest

from services.agent.hearing.assent import Assent
from services.agent.languages import assent
from services.agent.settings import AgentSettings


@pytest.fixture(scope="module")
def yes() -> Assent:
    return assent(AgentSettings().languages_dir)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes.",
        "YES!!!",
        "y",
        "yep",
        "ok",
        "okay then",
        "yes, that's right",
        "go ahead, thanks",
        "sounds good",
        "+1",
    ],
)
def test_a_plain_yes_is_one(yes: Assent, text: str):
    assert yes.plain(text)


@pytest.mark.parametrize(
    "text", ["yep, axe it", "yes, get rid of it please", "sure. do away with it", "in that case, yes"]
)
def test_a_yes_may_repeat_the_request_in_other_words(yes: Assent, text: str) -> None:
    assert yes.plain(text, echo={"cancel", "order"})


@pytest.mark.parametrize(
    "text",
    [
        "axe it",
        "yes, axe it?",
        "yes, axe it if you can",
        "yes, don't axe it",
        "yes, axe the other one",
        "yes, but get rid of it",
    ],
)
def test_other_words_for_a_request_are_no_yes_by_themselves(yes: Assent, text: str) -> None:
    assert not yes.plain(text, echo={"cancel", "order"})


@pytest.mark.parametrize("text", ["yep, axe it", "yes, get rid of it", "yeah, pull the plug"])
def test_they_are_none_for_another_request(yes: Assent, text: str) -> None:
    assert not yes.plain(text, echo={"refund", "money"})


@pytest.mark.parametrize(
    "text",
    ["", " ", "...", "thanks", "please", "the", "that is it for you", "hm", "banana", "yes banana", "yes but", "48402"],
)
def test_words_that_go_with_a_yes_are_none_by_themselves(yes: Assent, text: str):
    assert not yes.plain(text)


@pytest.mark.parametrize("text", ["yes?", "ok?", "is that right?", "yes, ok?", "?yes"])
def test_a_question_mark_makes_it_a_question(yes: Assent, text: str):
    assert not yes.plain(text)


@pytest.mark.parametrize(
    "text", ["yess", "yesss please", "yse", "absolutly", "definitly yes", "plese go ahead", "corect"]
)
def test_a_mistyped_yes_is_one(yes: Assent, text: str):
    assert yes.plain(text)


@pytest.mark.parametrize("text", ["not", "now", "yet", "bo", "tes", "never", "know", "nes", "eyes"])
def test_other_words_are_no_mistyped_yes(yes: Assent, text: str):
    assert not yes.plain(text)


@pytest.mark.parametrize("sign", ["👍", "👍🏻", "👍🏽", "👍🏿", "👍👍👍", "✅", "✔️", "👌🏾", "yes👍", "ok 🙏🏽"])
def test_a_sign_of_any_color_is_a_yes(yes: Assent, sign: str):
    assert yes.plain(sign)


@pytest.mark.parametrize("sign", ["👎", "👎🏿", "👍👎", "yes 👎", "🤔", "ok 🤔", "🙏", "❤️", "❌"])
def test_other_signs_are_none(yes: Assent, sign: str):
    assert not yes.plain(sign)


def test_a_yes_may_repeat_the_words_of_the_request_and_no_others(yes: Assent):
    assert not yes.plain("yes, cancel the order")
    assert not yes.plain("yes, cancel the order", {"cancel"})
    assert yes.plain("yes, cancel the order", {"cancel", "order"})


def test_the_words_of_the_request_alone_are_no_yes(yes: Assent):
    assert not yes.plain("cancel order", {"cancel", "order"})


@pytest.mark.parametrize("text", ["yeah right", "Yeah, right.", "yeah right, thanks"])
def test_what_as_often_mocks_is_no_yes(yes: Assent, text: str):
    assert not yes.plain(text)


def test_nobody_says_yes_at_great_length(yes: Assent):
    assert yes.plain("yes " * 100)
    assert not yes.plain("yes " * 101)


def test_a_typographic_apostrophe_is_one_like_any_other(yes: Assent):
    assert yes.plain("that\u2019s it")


@pytest.mark.parametrize(
    "text", ["no", "No.", "NO!!!", "nooooo", "nope", "no, never", "👎", "👎🏾", "❌", "don\u2019t", "no no no"]
)
def test_nothing_but_a_no_is_one(yes: Assent, text: str):
    assert yes.refuses(text)


@pytest.mark.parametrize("text", ["", "no?", "yes", "no problem", "no, I meant order 48244", "not that one"])
def test_what_says_more_than_no_is_no_mere_no(yes: Assent, text: str):
    assert not yes.refuses(text)


def test_nothing_is_both_a_yes_and_a_no(yes: Assent):
    said = [
        "yes",
        "no",
        "yes no",
        "no yes",
        "ok no",
        "no ok",
        "👍👎",
        "don't do it",
        "never mind",
        "not ok",
        "no problem",
    ]
    assert [text for text in said if yes.plain(text) and yes.refuses(text)] == []
    assert [text for text in said if yes.plain(text)] == ["yes"]


REPORTED = [
    "she says ok, so go ahead",
    "my husband agrees, yes please",
    "he's fine with it, so yes, go ahead",
    "my wife says ok, please do it",
    "asked my dad, he says sure, so yes",
    "they said it's okay, yes",
    "she said go for it, so yes please do",
    "I asked her, she's on board, so do it",
    "My partner said that's fine. Yes, please.",
    "he agreed, go ahead",
    "my flatmate is okay with it, yes",
    "yes, my sister says it's fine",
]
NOT_THEIR_OWN = [
    "he says no, so don't",
    "he said yes",
    "she says fine",
    "my wife says it's ok",
    "she's fine with it",
    "I asked my boss, he agrees",
    "he would say yes",
    "she'll say yes, I'm sure",
    "my wife says yes if it's free",
    "she says fine, so not yet",
    "he says it's fine, but only if it's free, yes",
    "he says fine, yes but tomorrow",
    "I asked my wife, she's thinking, ok",
    "he says cancel everything, yes",
    "she's happy, I'm not, so no",
    "he's fine with it, not sure I am, ok",
    "he says fine? yes",
    "they agreed, maybe",
    "you say it's fine, so yes",
]


@pytest.mark.parametrize("text", REPORTED)
def test_their_own_yes_after_somebody_elses_is_one(yes: Assent, text: str):
    assert yes.plain(text)


@pytest.mark.parametrize("text", NOT_THEIR_OWN)
def test_what_somebody_else_said_is_no_yes_of_theirs(yes: Assent, text: str):
    assert not yes.plain(text)
