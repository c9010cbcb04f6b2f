"""Which things words point at where a thing is called by what otherwise leaves one out, or by what was offered."""

from datetime import date

import pytest

from callcenter.events import Thing
from callcenter.settings import PROJECT
from services.agent.facts.dates import Dates
from services.agent.languages import pointing

TODAY = date(2026, 11, 30)
POINTING = pointing(PROJECT / "languages")


def things(*names: str) -> list[Thing]:
    return [Thing(slot="item", value=name, label=f"the {name}", known=(name,)) for name in names]


def meant(text: str, *names: str, offered: tuple[str, ...] = ()) -> list[str]:
    return [one.value for one in POINTING.among(text, things(*names), Dates("US"), TODAY, offered)]


def several(text: str, *names: str) -> list[str]:
    return [one.value for one in POINTING.several(text, things(*names), Dates("US"), TODAY)]


def test_of_those_that_fit_one_that_was_offered_is_meant():
    stools = ("pine stool 40", "teak stool 40", "teak stool 60")
    assert meant("the 40", *stools) == ["pine stool 40", "teak stool 40"]
    assert meant("the 40", *stools, offered=stools[1:]) == ["teak stool 40"]
    assert meant("pine", *stools, offered=stools[1:]) == ["pine stool 40"]


def test_a_name_may_say_what_a_thing_is_without():
    jams = ("plum jam without sugar", "plum jam with sugar")
    assert meant("without sugar, please", *jams) == ["plum jam without sugar"]
    assert meant("the plum jam without sugar", *jams, "pear jelly") == ["plum jam without sugar"]


def test_what_is_named_is_not_left_out_by_how_another_shall_be():
    assert meant("the stool, could I have one without a back", "stool with a back", "rug") == ["stool with a back"]


@pytest.mark.parametrize("text", ["not the stool", "without the stool", "all but the stool"])
def test_what_is_left_out_is_not_meant(text: str):
    assert meant(text, "pine stool", "wool rug") == ["wool rug"]


def test_both_are_two():
    assert several("both of them", "pine stool", "wool rug") == ["pine stool", "wool rug"]
    assert several("both stools", "pine stool", "teak stool", "wool rug") == ["pine stool", "teak stool"]
    assert several("both of them", "pine stool", "wool rug", "brass bell") == []


def test_what_is_said_before_a_colon_leaves_out_nothing_behind_it():
    assert meant("before I forget it: the stool goes back", "pine stool", "wool rug") == ["pine stool"]
    assert meant("forget the stool", "pine stool", "wool rug") == ["wool rug"]


def test_half_a_name_beside_others_names_nothing():
    names = ("rain jacket", "pine stool", "wool rug")
    assert several("first the rain and then the dentist, but it's the stool and the rug", *names) == [*names[1:]]
    assert several("the jacket and the rug", *names) == ["rain jacket", "wool rug"]


def bills(*days: str) -> list[Thing]:
    return [
        Thing(slot="bill", value=f"41870{n}", label=f"bill of {day}", known=(day,)) for n, day in enumerate(days, 1)
    ]


BILLS = bills("2026-10-22", "2026-11-22")


def pointed(text: str) -> list[str]:
    offered = tuple(one.value for one in BILLS)
    return [one.value for one in POINTING.among(text, BILLS, Dates("US"), TODAY, offered)]


@pytest.mark.parametrize(
    "text",
    [
        "I have to talk to my wife first",
        "my boss should read it first",
        "let me look that up first.",
        "I'd have to see the papers first, sorry",
        "can you tell me what it costs first",
        "I ought to check with the bank first!",
    ],
)
def test_what_comes_first_in_time_is_no_first_thing(text: str):
    assert pointed(text) == [one.value for one in BILLS]


@pytest.mark.parametrize(
    "text",
    [
        "first",
        "the first",
        "hm, first",
        "my first",
        "I mean the first.",
        "the one that came first",
        "yes, first",
    ],
)
def test_the_first_of_several_things_is_one(text: str):
    assert pointed(text) == ["418701"]


@pytest.mark.parametrize("text", ["the one I got last", "the last", "last", "the bill that came last", "the latest"])
def test_the_last_of_several_things_is_one(text: str):
    assert pointed(text) == ["418702"]
