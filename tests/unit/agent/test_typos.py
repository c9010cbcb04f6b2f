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
def test_a_word_one_slip_away_is_read_as_the_known_one(typed: str, meant: str):
    assert Typos(VOCABULARY).mended(f"my {typed} please") == f"my {meant} please"


@pytest.mark.parametrize(
    "text", ["charged", "kettle", "rate", "rarer", "eturn", "retrurns", "is it 48213?", "rear", ""]
)
def test_what_may_be_right_stays(text: str):
    assert Typos(VOCABULARY).mended(text) == text


MISTYPED = [
    ("i got chargd twise for oder 48260 plz fix", "double_charge"),
    ("i wnat to retrun my boots", "return_request"),
    ("plese refnud my ordr 48213", "refund_request"),
    ("wher is my pakage", "order_status"),
    ("my acount is loked", "account_access"),
]


@pytest.mark.parametrize(("text", "code"), MISTYPED)
async def test_a_mistyped_request_is_understood(desk: Desk, text: str, code: str):
    assert (await desk.understanding.find(text))[0].code == code
