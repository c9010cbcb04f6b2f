"""All labelled cases come out at least as well as they did, and do no harm but what is known."""

from collections import Counter

import pytest

from tests.cases.case import read
from tests.cases.floors import FILES, HERE, Floor, floors, played
from tests.cases.playing import Result

pytestmark = pytest.mark.timeout(1800)
Played = tuple[Floor, list[Result]]


@pytest.fixture(scope="module", params=FILES)
async def file(request: pytest.FixtureRequest) -> Played:
    return floors()[request.param], await played(request.param)


def test_nothing_does_harm_but_what_is_known_to(file: Played) -> None:
    floor, results = file
    assert not (harm := floor.harm(results)), "\n".join(harm)


def test_no_kind_comes_out_worse_than_it_did(file: Played) -> None:
    floor, results = file
    assert not (missed := floor.missed(results)), "\n".join(missed)


def test_every_case_can_be_played(file: Played) -> None:
    errors = [f"{result.case.id}: {result.told}" for result in file[1] if result.verdict == "error"]
    assert not errors, "\n".join(errors)


def test_every_kind_has_cases_of_our_own_too() -> None:
    given, *others = (Counter(case.kind for case in read(HERE / f"{name}.yaml")) for name in FILES)
    assert not {kind for kind in given for ours in others if ours[kind] < 4}


def test_no_two_cases_have_the_same_name() -> None:
    ids = Counter(case.id for name in FILES for case in read(HERE / f"{name}.yaml"))
    assert not [name for name, count in ids.items() if count > 1]
