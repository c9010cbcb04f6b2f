"""Scenarios through all five desks: what fails is told field by field, and what nobody would notice is told, too."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callcenter.business import load
from services.cli.business.runs import Who, planned, who
from services.cli.business.scenarios import Scenarios, differences
from services.cli.business.testing import Result, run
from services.cli.program import Failed
from simulation.customer import Line
from simulation.personas import NAMES, Name
from simulation.playing import Contact, Move
from simulation.reading import Asked
from simulation.record import Record
from tests.unit.business.conftest import Change

TODAY = date(2026, 11, 30)


def failures(result: Result) -> list[tuple[str, str, Any, Any]]:
    return [(run.scenario.id, found.field, found.expected, found.got) for run, found in result.failures]


def test_a_new_business_passes_and_its_scenarios_notice_every_turned_rule(shop: Path) -> None:
    result = run(shop, Who((3, 5)), mutate=True)
    assert failures(result) == []
    assert len(result.runs) == 26
    assert set(result.fired) == set(result.rules)
    assert {mutant.rule for mutant in result.mutants if mutant.noticed} == set(result.rules)
    assert result.passed
    assert [run.scenario.id for run in result.runs if run.record["secondary_reasons"]] == []


def test_a_rule_that_changed_fails_the_scenarios_that_speak_of_it(shop: Path, change: Change) -> None:
    change("policy.yaml", '  notice: "2" ', '  notice: "7" ')
    result = run(shop, Who((3,)), mutate=False)
    assert not result.passed
    told = failures(result)
    assert ("cancel_in_time", "verdict", "allow", "deny") in told
    assert ("cancel_in_time", "rule", "cancel.in_time", "cancel.too_late") in told
    assert ("cancel_in_time", "amount", "40.00", None) in told
    assert {scenario for scenario, *_ in told} == {"cancel_in_time", "cancel_unpaid"}


def test_a_rule_that_no_scenario_reaches_or_judges_survives(shop: Path, change: Change) -> None:
    change("scenarios.yaml", "{reason: opening_hours, verdict: allow, rule: hours.overview, queue", "{queue")
    text = (shop / "scenarios.yaml").read_text()
    before, after = text.index("  - id: cancel_the_past"), text.index("  - id: cancel_unpaid")
    (shop / "scenarios.yaml").write_text(text[:before] + text[after:])
    result = run(shop, Who((3,)), mutate=True)
    assert [(m.rule, m.reached) for m in result.mutants if m.noticed is None] == [
        ("cancel.over", False),
        ("hours.overview", True),
    ]
    assert result.fired["cancel.over"] == 0
    assert not result.passed


def test_a_scenario_with_a_seed_runs_once(shop: Path, change: Change) -> None:
    change("scenarios.yaml", "  - id: hours\n", "  - id: hours\n    seed: 11\n")
    runs = run(shop, Who((3, 4)), mutate=False).runs
    assert [run.seed for run in runs if run.scenario.id == "hours"] == [11]
    assert len(runs) == 25


ONCE = """  - id: cancel.once
    title: It is cancelled already
    reasons: [booking_cancel]
    needs: {identity: verified, slots: [booking_no]}
    when: 'under_way.exists(one, one.action == "cancel_booking" && one.about.booking_no == booking.booking_no)'
    verdict: deny
    customer: "Booking {booking.booking_no} is being cancelled."
    internal: "Once is enough."
"""
EARLIER = """
  - id: agreed_before
    customer_id: C-1
    agreed: [{{action: cancel_booking, about: {{booking_no: B-1042}}, amount: "40.00", days_ago: 3, stands: {stands}}}]
    text: "Please cancel my booking B-1042, I can't come."
    expect: {{reason: booking_cancel, verdict: {verdict}, rule: null, action: null}}
"""


@pytest.mark.parametrize(("stands", "verdict"), [("in_time", "allow"), ("late", "needs_review"), ("done", "allow")])
def test_what_was_agreed_before_counts_in_the_scenario_that_says_so(shop: Path, stands: str, verdict: str) -> None:
    with (shop / "scenarios.yaml").open("a") as file:
        file.write(EARLIER.format(stands=stands, verdict=verdict))
    assert failures(run(shop, Who((3,)), mutate=False)) == []


def test_a_rule_about_what_was_agreed_before_is_reached_and_its_turn_noticed(shop: Path, change: Change) -> None:
    change("policy.yaml", "  - id: cancel.in_time\n", ONCE + "  - id: cancel.in_time\n")
    with (shop / "scenarios.yaml").open("a") as file:
        file.write(EARLIER.format(stands="in_time", verdict="deny").replace("rule: null", "rule: cancel.once"))
    result = run(shop, Who((3,)), mutate=True)
    assert failures(result) == []
    assert {one.rule: one.noticed for one in result.mutants}["cancel.once"] == "agreed_before"


def test_somebody_calls_for_each_scenario_that_says_for_certain_what_is_due(shop: Path) -> None:
    result = run(shop, Who((3,)), mutate=False)
    assert result.in_one_shot == ["cancel_of_somebody_else", "nonsense"]
    assert {run.record["request"]["mode"] for run in result.runs if run.persona == "plain"} == {"live"}
    assert {run.record["request"]["mode"] for run in result.runs if run.persona is None} == {"simulated"}


def parts_of(shop: Path, personas: Sequence[Name]) -> dict[str, list[str | None]]:
    """Who calls for each scenario."""
    found: dict[str, list[str | None]] = {}
    for one in planned(shop, load(shop, "scenarios.yaml", Scenarios), Who((3,), personas), TODAY):
        found.setdefault(one.scenario.id, []).append(one.part and one.part.persona)
    return found


def test_who_has_something_to_play_calls(shop: Path) -> None:
    called = parts_of(shop, ["plain", "refusing"])
    assert called["cancel_in_time"] == ["plain", "refusing"]
    assert called["hours"] == ["plain"]  # nothing is done that could be refused
    assert called["nonsense"] == [None]


def test_a_scenario_of_one_persona_is_played_by_that_one(shop: Path, change: Change) -> None:
    change("scenarios.yaml", "  - id: hours\n", "  - id: hours\n    persona: terse\n")
    change("scenarios.yaml", "  - id: complaint\n", "  - id: complaint\n    persona: angry\n")
    change("scenarios.yaml", "  - id: cancel_twice\n", "  - id: cancel_twice\n    persona: forgetful\n")
    called = parts_of(shop, ["plain"])
    assert called["hours"] == ["terse"]
    assert called["complaint"] == [None]  # only the customer inside the agent is ever angry
    assert called["cancel_twice"] == [None]  # and it is expected of what that one forgets


def test_who_makes_something_else_right_is_held_to_no_harm_instead(shop: Path) -> None:
    """Who refuses gets nothing, which the scenario does not expect; whoever was there judges it."""
    (one,) = [
        one
        for one in planned(shop, load(shop, "scenarios.yaml", Scenarios), Who((3,), ["refusing"]), TODAY)
        if one.scenario.id == "cancel_in_time"
    ]
    assert one.part
    nothing = {"contact_reason": "booking_cancel", "verdict": "deny", "rule_id": None, "action": None}
    done = nothing | {"verdict": "allow", "action": {"name": "cancel_booking", "amount": "40.00"}}

    def played(decision: dict[str, Any], status: str = "completed") -> list[str]:
        policy = {"policy": {"decisions": [decision]}} if status == "completed" else {}
        view = {"id": "one", "status": status, "record": policy}
        moves = [Move(Asked("confirm"), Line(("No.",), "refuses"), "one")]
        run = one.played(Contact(one.part, 0, moves, [Record(view)]))  # type: ignore[arg-type]
        return [found.got for found in run.differences]

    assert played(nothing) == []
    assert played(done)[0] == "cancel_booking was done, though nothing may be done for somebody who is refusing"
    assert played(nothing, "waiting") == ["the conversation came to no end"]


def test_who_is_asked_for_calls() -> None:
    assert who((3,), (), one_shot=False) == Who((3,), ("plain",))
    assert list(who((3,), ("terse", "plain"), one_shot=False).personas) == ["plain", "terse"]
    assert who((3,), ("all",), one_shot=False).personas == NAMES
    for personas, one_shot in ((("plain",), True), (("grumpy",), False)):
        with pytest.raises(Failed):
            who((3,), personas, one_shot=one_shot)


RECORD: dict[str, Any] = {
    "contact_reason": {"code": "refund"},
    "secondary_reasons": [{"code": "hours"}],
    "entities": [
        {"name": "order", "value": "1", "evidence": {"turn": 2, "start": 0}},
        {"name": "order", "value": "2", "evidence": {"turn": 4, "start": 0}},
        {"name": "day", "value": "2026-03-01", "evidence": {"turn": 0, "start": 0}},
    ],
    "policy": {
        "verdict": "allow",
        "decisions": [
            {"contact_reason": "hours", "rule_id": "hours.all", "action": None},
            {"contact_reason": "refund", "rule_id": "refund.window", "action": {"name": "refund", "amount": "12.50"}},
        ],
    },
    "ticket": {"title": "Refund", "queue": "money"},
}


@pytest.mark.parametrize(
    ("expect", "got"),
    [
        ({"reason": "refund", "also": ["hours"], "verdict": "allow", "rule": "refund.window", "queue": "money"}, None),
        ({"entities": {"order": 2}}, None),
        ({"entities": {"day": "2026-03-01"}}, None),
        ({"entities": {"order": "1"}}, {"order": "2"}),
        ({"entities": {"colour": "red"}}, {"colour": None}),
        ({"amount": 12.5}, None),
        ({"amount": "12.51"}, "12.50"),
        ({"amount": None}, "12.50"),
        ({"action": "reship"}, "refund"),
        ({"rule": None}, "refund.window"),
        ({"ticket.title": "Refund"}, None),
        ({"ticket.title": "Return"}, "Refund"),
        ({"ticket.colour": "red"}, None),
    ],
)
def test_an_expectation_is_compared_with_its_place_in_the_record(expect: dict[str, Any], got: Any) -> None:
    found = [difference.got for difference in differences(expect, RECORD)]
    assert found == ([] if got is None and "ticket.colour" not in expect else [got])
