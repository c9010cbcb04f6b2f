"""Scenarios through all five desks: what fails is told field by field, and what nobody would notice is told, too."""

from pathlib import Path
from typing import Any

import pytest

from services.cli.business.scenarios import differences
from services.cli.business.testing import Result, run
from tests.unit.business.conftest import Change


def failures(result: Result) -> list[tuple[str, str, Any, Any]]:
    return [(run.scenario.id, found.field, found.expected, found.got) for run, found in result.failures]


def test_a_new_business_passes_and_its_scenarios_notice_every_turned_rule(shop: Path) -> None:
    result = run(shop, (3, 5), mutate=True)
    assert failures(result) == []
    assert len(result.runs) == 26
    assert set(result.fired) == set(result.rules)
    assert {mutant.rule for mutant in result.mutants if mutant.noticed} == set(result.rules)
    assert result.passed
    assert [run.scenario.id for run in result.runs if run.record["secondary_reasons"]] == []


def test_a_rule_that_changed_fails_the_scenarios_that_speak_of_it(shop: Path, change: Change) -> None:
    change("policy.yaml", '  notice: "2" ', '  notice: "7" ')
    result = run(shop, (3,), mutate=False)
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
    result = run(shop, (3,), mutate=True)
    assert [(m.rule, m.reached) for m in result.mutants if m.noticed is None] == [
        ("cancel.over", False),
        ("hours.overview", True),
    ]
    assert result.fired["cancel.over"] == 0
    assert not result.passed


def test_a_scenario_with_a_seed_runs_once(shop: Path, change: Change) -> None:
    change("scenarios.yaml", "  - id: hours\n", "  - id: hours\n    seed: 11\n")
    runs = run(shop, (3, 4), mutate=False).runs
    assert [run.seed for run in runs if run.scenario.id == "hours"] == [11]
    assert len(runs) == 25


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
