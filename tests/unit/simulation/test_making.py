"""Who calls, and what must come of it, as the scenarios and accounts of a business say it."""

from pathlib import Path

import pytest

from callcenter.errors import BusinessError
from simulation.making import agendas_of, written
from simulation.personas import HERE
from tests.unit.simulation.trades import BUSINESSES, TODAY, agenda, trade


def test_a_scenario_becomes_somebody_who_knows_their_own_account() -> None:
    made = agenda("late_and_sold_out")
    assert made.customer_id == "C-1037"
    assert made.facts["email"] == trade().customer("C-1037")["email"]  # type: ignore[index]
    (want,) = made.wants
    assert want.facts["order_id"] == "48110"
    assert (want.due.action, want.due.amount, want.due.about) == ("refund", "42.00", {"order_id": "48110"})
    assert want.due.identity


def test_the_action_that_is_due_is_the_one_of_the_rule_where_the_scenario_names_none() -> None:
    assert agenda("cancel_processing").wants[0].due.action == "cancel_order"
    assert agenda("cancel_shipped_angry").wants[0].due.action is None
    assert agenda("cancel_shipped_angry").wants[0].due.verdicts == ("deny",)


@pytest.mark.parametrize("name", [folder.name for folder in sorted(BUSINESSES.iterdir()) if folder.is_dir()])
def test_every_business_that_comes_along_sends_customers(name: str) -> None:
    assert agendas_of(trade(name), TODAY)


def test_a_stranger_may_be_turned_away_in_any_way() -> None:
    assert "allow" not in agenda("stranger_wrong_facts").wants[0].due.verdicts
    assert len(agenda("stranger_wrong_facts").wants[0].due.verdicts) == 3
    assert agenda("stranger_wrong_facts").wants[0].facts["postcode"] == "99999"


def test_what_a_fact_is_among_is_what_the_text_names_and_never_an_example() -> None:
    due = agenda("plan_after_30_days", "telecom").wants[0].due
    assert due.about.get("plan") == "Canopy"


@pytest.mark.parametrize("business", ["retail", "telecom", "banking"])
def test_nearly_all_scenarios_say_for_certain_what_must_come_of_them(business: str) -> None:
    made = list(agendas_of(trade(business), TODAY))
    assert len(made) >= 0.85 * len(trade(business).scenarios)
    assert len({one.id for one in made}) == len(made)


def test_a_scenario_that_leaves_open_which_thing_is_meant_makes_nobody() -> None:
    assert "retail/knows_no_order_number" not in {one.id for one in agendas_of(trade(), TODAY)}


def test_the_days_of_an_account_are_counted_from_today() -> None:
    assert agenda("refund_inside_window").facts["date_of_birth"] == "1988-04-12"


WRITTEN = """
agendas:
  - id: two_at_once
    business: retail
    customer_id: C-1007
    must_not: [refund]
    wants:
      - says: Could you stop the bedding that I bought?
        instead: {order_id: "No number here, it is the duvet cover."}
        due: {verdicts: [allow], reason: order_cancel, action: cancel_order, about: {order_id: "48399"}}
      - says: Are you open on Sundays?
        due: {verdicts: [allow], reason: store_hours}
"""


def test_an_agenda_that_was_written_by_hand_is_completed_from_the_account(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(WRITTEN)
    (made,) = written(tmp_path / "mine.yaml", {"retail": trade()}, TODAY)
    assert made.facts["email"] == "sofia.reyes@example.com"
    assert made.name == "Sofia Reyes"
    assert len(made.wants) == 2


def test_the_agendas_that_come_along_name_what_there_is() -> None:
    trades = {name: trade(name) for name in ("retail", "telecom", "banking")}
    made = written(HERE / "agendas.yaml", trades, TODAY)
    assert {one.business for one in made} == {*trades}
    for one in made:
        known = {reason.code for reason in trades[one.business].vocabulary.reasons}
        deeds = trades[one.business].policy.under_way.words
        assert one.facts, one.id
        assert {want.due.reason for want in one.wants if want.due.reason} <= known
        assert {*one.must_not, *(want.due.action for want in one.wants if want.due.action)} <= {*deeds}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("must_not: [refund]", "business"),
        ("business: bakery", "no such business: bakery"),
        ("verdicts: [allow], reason: order_cancel, action: cancel_order", "verdicts"),
    ],
)
def test_a_mistake_in_it_is_told(tmp_path: Path, wrong: str, told: str) -> None:
    mistakes = {
        "must_not: [refund]": WRITTEN.replace("    business: retail\n", ""),
        "business: bakery": WRITTEN.replace("business: retail", "business: bakery"),
    }
    (tmp_path / "mine.yaml").write_text(
        mistakes.get(wrong, WRITTEN.replace("verdicts: [allow], reason: order_c", "verdicts: [deny], reason: order_c"))
    )
    with pytest.raises(BusinessError, match=told):
        written(tmp_path / "mine.yaml", {"retail": trade()}, TODAY)
