"""What a stranger hears and reads is the same, whether there is such an account or not, and whatever is in it."""

import re
from typing import Any

import pytest

from callcenter.storage.counters import MemoryCounters
from services.intake.settings import IntakeSettings
from services.policy.guesses import Guesses
from tests.unit.intake.house import House, open_house

QUICK = IntakeSettings(demo=True, turn_gap=0.01)
ASKED = {
    "retail": "I want to return my order",
    "banking": "What is the balance of my account?",
    "telecom": "I'd like to add a second line to my account.",
}
STRANGERS = {
    "retail": ("dana.lopez@example.com", "bernard.oakes@example.com", "nobody@example.org"),
    "banking": ("morag.sinclair@example.org", "bernard.osei@example.net", "nobody@example.org"),
    "telecom": ("norma.teague@example.net", "nobody@example.org", "nobody2@example.org"),
}
"""Of each business an account with other facts, one that holds too few, and none."""

LINES = {
    "retail": ("{email}", "00501", "{email} and 00502", "bye"),
    "banking": ("{email}", "1971-02-03", "00501", "{email}, born 1971-02-04, zip code 00502", "bye"),
    "telecom": ("{email}", "00501", "{email} and 00502", "bye"),
}


async def talk(house: House, business: str, email: str) -> dict[str, Any]:
    """The end of a contact in which somebody gives this address, and facts that are not right."""
    body = {"mode": "live", "business": business, "text": ASKED[business], "seed": 7}
    view: dict[str, Any] = (await house.ask(body, prefer="wait=20")).json()
    for line in LINES[business]:
        if view["status"] == "completed":
            break
        said = {"text": line.format(email=email)}
        view = (await house.client.post(view["links"]["messages"], json=said, headers={"Prefer": "wait=20"})).json()
    assert view["status"] == "completed", view["record"]["transcript"]
    return view


def heard(view: dict[str, Any]) -> list[str]:
    """What the agent said, without the number of the ticket."""
    return [
        re.sub(r"[A-Z]{2,}-\d+", "#", one["text"]) for one in view["record"]["transcript"] if one["speaker"] == "agent"
    ]


def shape(data: Any) -> Any:
    """The names in it, and how many there are of each."""
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    return [shape(one) for one in data] if isinstance(data, list) else type(data).__name__


@pytest.mark.parametrize("business", sorted(ASKED))
async def test_a_stranger_hears_the_same_of_every_account(business: str) -> None:
    async with open_house(settings=QUICK) as house:
        views = [await talk(house, business, email) for email in STRANGERS[business]]
    assert heard(views[0]) == heard(views[1]) == heard(views[2])
    assert shape(views[0]) == shape(views[1]) == shape(views[2])


async def test_who_guessed_too_often_hears_and_reads_the_same() -> None:
    async def secret() -> bytes:
        return b"s" * 32

    async with open_house(settings=QUICK, guesses=Guesses(MemoryCounters(), secret, 3, 0)) as house:
        views = [await talk(house, "retail", "dana.lopez@example.com") for _ in range(3)]
        records = [(await house.client.get(view["links"]["self"])).json()["record"] for view in views]
    assert heard(views[0]) == heard(views[1]) == heard(views[2])
    assert shape(views[0]) == shape(views[1]) == shape(views[2])
    assert [one["escalation"]["reason_code"] for one in records] == [None, "identity_guessed", "identity_guessed"]
