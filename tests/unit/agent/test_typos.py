import pytest

from services.agent.conversation import Desk
from services.agent.understanding.typos import Typos

VOCABULARY = [
    "return my order",
    "return the order",
    "charged twice",
    "charged twice again",
    "where is it",
    "where",
    "rare",
]


@pytest.mark.parametrize(
    ("typed", "meant"), [("retrun", "return"), ("oder", "order"), ("orderr", "order"), ("twise", "twice")]
)
def test_a_word_one_slip_away_is_read_as_the_one_that_the_business_uses(typed: str, meant: str):
    assert Typos(VOCABULARY).mended(f"my {typed} please") == f"my {meant} please"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasword", "password"),
        ("arive", "arrive"),
        ("blendr", "blender"),
        ("speling", "spelling"),
        ("Recieve", "receive"),
        ("retrurns", "returns"),
        ("thsi", "this"),
    ],
)
def test_any_other_word_is_read_as_the_usual_english_one_nearest_to_it(typed: str, meant: str):
    assert Typos(VOCABULARY).mended(typed) == meant


STAYS = [
    "charged",
    "kettle",
    "rate",
    "rarer",
    "eturn",
    "dilevery",
    "is it 48213?",
    "rear",
    "",
    "wifi",
    "esim",
    "we didn't",
    "lopez",
]


@pytest.mark.parametrize("text", [*STAYS, "bob@exmple.com", "it\u2019s didn\u2019t"])
def test_what_may_be_right_stays(text: str):
    assert Typos(VOCABULARY).mended(text) == text


MISTYPED = [
    ("i got chargd twise for oder 48260 plz fix", "double_charge"),
    ("i wnat to retrun my boots", "return_request"),
    ("plese refnud my ordr 48213", "refund_request"),
    ("wher is my pakage", "order_status"),
    ("my acount is loked", "account_access"),
    ("i cant rember my pasword anymor", "account_access"),
    ("the blendr arived compleatly smashd", "damaged_item"),
]


@pytest.mark.parametrize(("text", "code"), MISTYPED)
async def test_a_mistyped_request_is_understood(desk: Desk, text: str, code: str):
    assert (await desk.understanding.find(text))[0].code == code
