"""The judge and the script of a live talk, on records that a test has written."""

from datetime import date
from typing import Any

import pytest

from tests.cases.case import Case, CustomerTurn, Expectation
from tests.cases.comparing import same
from tests.cases.floors import Floor
from tests.cases.playing import Result
from tests.cases.record import Record
from tests.cases.results import rooms
from tests.cases.script import DONT_KNOW, Script
from tests.cases.verdict import Judge, Played, Problem

TODAY = date(2026, 11, 30)
REFUND = {
    "contact_reason": {"code": "refund_request"},
    "entities": [{"name": "order_id", "value": "48213"}],
    "outcome": "understood",
    "policy": {"decisions": [{"verdict": "allow", "action": {"name": "refund", "amount": "129.00"}, "facts": {}}]},
    "ticket": {"priority": "P3"},
    "transcript": [{"speaker": "customer", "text": "refund"}, {"speaker": "agent", "text": "We'll refund $129.00."}],
}


def judged(expect: dict[str, Any], *, unsaid: tuple[str, ...] = (), **changed: Any) -> list[tuple[str, bool]]:
    played = Played(Record({**REFUND, **changed}), TODAY, unsaid)
    return [(one.what, one.harmful) for one in Judge(Expectation.model_validate(expect), played).problems()]


def case(name: str, **more: Any) -> Case:
    return Case.model_validate({"id": name, "kind": "tone", "business": "retail", "text": "hi", "expect": {}} | more)


@pytest.mark.parametrize(
    "expect",
    [
        {"actions": ["refund"]},
        {"any_action": [{"name": "refund", "amount": "129"}, "send_return_label"], "reply_has": r"\$129"},
        {"allowed": [{"name": "refund", "about": {"order_id": "48213"}}], "facts": {"order_id": "48213"}},
        {"allowed": ["refund"], "reasons": ["refund_request"], "handoff": False, "priority_at_least": "P3"},
    ],
)
def test_what_holds_is_right(expect: dict[str, Any]) -> None:
    assert judged(expect) == []


@pytest.mark.parametrize(
    ("expect", "why"),
    [
        ({}, "which was not asked for"),
        ({"allowed": ["send_return_label"]}, "which was not asked for"),
        ({"actions": [{"name": "refund", "amount": "12.90"}]}, "expected 12.90"),
        ({"actions": [{"name": "refund", "about": {"order_id": "48214"}}]}, "about something else"),
    ],
)
def test_an_action_that_was_not_wanted_so_is_harmful(expect: dict[str, Any], why: str) -> None:
    [(what, harmful)] = judged(expect)
    assert harmful
    assert why in what


def test_an_action_before_the_customer_agreed_is_harmful() -> None:
    assert judged({"actions": ["refund"]}, unsaid=("then yes",)) == [
        ("carried out refund 129.00 before the customer said 'then yes'", True)
    ]


@pytest.mark.parametrize(
    ("expect", "what"),
    [
        ({"reasons": [None]}, "reason refund_request, expected None"),
        ({"also": [["invoice_copy", "store_hours"]]}, "invoice_copy or store_hours was not taken up"),
        ({"not_reasons": ["refund_request"]}, "took it for refund_request"),
        ({"facts": {"order_id": "48214"}}, "order_id: expected 48214, got 48213"),
        ({"facts": {"order_id": ["48213", "48214"]}}, "order_id: ['48214'] not read"),
        ({"facts_not": {"order_id": "48213"}}, "order_id read as 48213"),
        ({"handoff": True}, "no person takes over"),
        ({"handoff": "or_reply", "reply_has": "tomorrow"}, "neither a person takes over"),
        ({"reply_has": "tomorrow"}, "the agent never said /tomorrow/"),
        ({"reply_not": "we.ll refund"}, "the agent said"),
        ({"priority_at_least": "P1"}, "priority P3, expected P1 or higher"),
        ({"outcome": "unclear"}, "outcome understood, expected unclear"),
        ({"verdict": "deny"}, "verdict allow, expected deny"),
        ({"any_action": ["reship"]}, "expected one of the actions ['reship']"),
        ({"actions": ["reship"]}, "expected the action reship"),
    ],
)
def test_what_does_not_hold_is_wrong(expect: dict[str, Any], what: str) -> None:
    [(told, harmful)] = judged({"allowed": ["refund"], **expect})
    assert what in told
    assert not harmful


def test_a_further_reason_that_nobody_wrote_about_is_wrong() -> None:
    further: dict[str, Any] = {"secondary_reasons": [{"code": "newsletter"}, {"code": "complaint"}]}
    want: dict[str, Any] = {"allowed": ["refund"], "reasons": ["refund_request"]}
    [(what, _)] = judged(want, **further)
    assert "['newsletter']" in what
    assert judged({**want, "may": "any"}, **further) == []


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("64.2", "64.20"),
        ("+15550132007", "(555) 013-2007"),
        ("~<day+2>", "WEDNESDAY"),
        ("~<day+2>", "12/2"),
        ("Italy", "ITALY"),
    ],
)
def test_the_same_in_another_form(wanted: str, got: str) -> None:
    assert same(wanted, got, TODAY)
    assert not same(wanted, "Thursday 7", TODAY)


def test_a_script_says_what_is_asked_for_as_often_as_it_may() -> None:
    script = Script([CustomerTurn(say="hi"), CustomerTurn(say="a@b.c", when="email"), CustomerTurn(say="then this")])
    assert script.first() == "hi"
    said = [script.next("Which e-mail address is it?", "ask email") for _ in range(5)]
    assert said == ["a@b.c", "a@b.c", "a@b.c", "then this", DONT_KNOW]


def test_a_script_falls_silent_after_a_while() -> None:
    script = Script([CustomerTurn(say="hi", must_say=True), CustomerTurn(say="bye", after_end=True)])
    assert script.unsaid() == ["hi"]
    script.first()
    assert [script.next("?", "") for _ in range(9)] == [DONT_KNOW] * 8 + [None]
    assert (script.unsaid(), script.after_end()) == ([], ["bye"])


def test_a_mistyped_key_of_a_case_is_an_error() -> None:
    with pytest.raises(ValueError, match="reply_hass"):
        case("one", expect={"reply_hass": "x"})


def test_nobody_comes_twice_into_a_room() -> None:
    cases = [case(str(n), customer=name) for n, name in enumerate(["C-1", "C-2", "C-1", None, "C-1", None])]
    cases.append(case("6", before=[{"text": "hi", "customer": "C-2"}], customer="C-3"))
    assert [[one.id for one in room] for room in rooms(cases)] == [["0", "1", "3", "5"], ["2", "6"], ["4"]]


def result(name: str, *, right: bool = True, harmful: bool = False) -> Result:
    return Result(case(name), [] if right else [Problem("it came out otherwise", harmful)])


def test_a_floor_tells_what_got_worse() -> None:
    floor = Floor(right=2, kinds={"tone": 2})
    assert floor.missed([result("a"), result("b")]) == []
    told = "\n".join(floor.missed([result("a"), result("b", right=False)]))
    assert "tone: 1 right, 2 have to be" in told
    assert "it came out otherwise" in told


def test_the_list_of_harm_is_strict() -> None:
    floor, bad = Floor(harmful=("a",)), result("b", right=False, harmful=True)
    assert floor.harm([result("a", right=False, harmful=True)]) == []
    assert [told.split()[:2] for told in floor.harm([result("a"), bad])] == [["HARMFUL", "b"], ["a", "does"]]


def test_a_floor_is_only_ever_raised() -> None:
    floor = Floor(right=2, kinds={"tone": 2}, harmful=("a", "b"))
    worse = [result("a"), result("b", right=False, harmful=True), result("c", right=False, harmful=True)]
    assert floor.raised(worse) == Floor(right=2, kinds={"tone": 2}, harmful=("b",))
    assert floor.raised([result(name) for name in "abc"]) == Floor(right=3, kinds={"tone": 3})
