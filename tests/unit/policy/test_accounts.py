"""Accounts are found by whatever they hold; days and money are exact."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.policy.accounts import Account, AccountsSheet
from services.policy.accounts.yaml import YamlAccounts
from services.policy.facts import as_of, for_record, for_rules, in_words, money

TODAY = date(2026, 3, 2)


def account(**facts):
    return Account.model_validate({"customer_id": "C-1", **facts})


async def test_an_account_is_found_by_a_value_at_any_depth():
    accounts = YamlAccounts([account(email="a@b.c", orders=[{"order_id": "1", "items": [{"sku": "X"}]}])])
    for fact, value in {"customer_id": "C-1", "email": " A@B.C ", "order_id": "1", "sku": "x"}.items():
        assert (await accounts.find(fact, value)).customer_id == "C-1"
    assert await accounts.find("order_id", "2") is None


async def test_a_value_that_two_accounts_share_leads_to_neither():
    other = Account.model_validate({"customer_id": "C-2", "postcode": "94107"})
    accounts = YamlAccounts([account(postcode="94107"), other])
    assert await accounts.find("postcode", "94107") is None


def test_money_without_quotes_is_refused():
    with pytest.raises(ValidationError, match="write money in quotes"):
        account(orders=[{"total": 12.5}])


def test_relative_days_and_money_are_read_as_of_a_day():
    written = {
        "a": "20 days ago",
        "b": "in 1 day",
        "c": "129.00",
        "d": datetime(2026, 1, 2, 3),
        "e": ["today"],
        "f": None,
    }
    assert as_of(TODAY, written) == {
        "a": date(2026, 2, 10),
        "b": date(2026, 3, 3),
        "c": Decimal("129.00"),
        "d": date(2026, 1, 2),
        "e": [TODAY],
    }


@pytest.mark.parametrize("text", ["94107", "48213", "1.5", "3 days", "Order of 3 days ago"])
def test_other_text_stays_text(text):
    assert as_of(TODAY, text) == text


def test_a_fact_has_a_form_for_rules_one_for_the_record_and_one_for_people():
    fact = {"total": Decimal("1249.00"), "on": [date(2025, 12, 24)], "open": True}
    assert for_rules(fact) == {"total": 1249.0, "on": ["2025-12-24"], "open": True}
    assert for_record(fact) == {"total": "1249.00", "on": ["2025-12-24"], "open": True}
    assert in_words(fact["total"], TODAY, "USD") == "$1,249.00"
    assert in_words(fact["total"], TODAY, "CHF") == "1,249.00 CHF"
    assert in_words(fact["on"], TODAY, "USD") == "December 24, 2025"
    assert in_words(TODAY, TODAY, "USD") == "March 2"


def test_a_day_is_said_alike_whoever_stated_it():
    assert in_words("2026-12-20", TODAY, "USD") == in_words(date(2026, 12, 20), TODAY, "USD") == "December 20"
    assert in_words("2027-03-25", TODAY, "USD") == "March 25, 2027"
    assert in_words("2026-13-20", TODAY, "USD") == "2026-13-20"


def test_computed_money_is_exact_to_the_cent():
    assert money(129.1 - 0.05) == Decimal("129.05")
    assert money(0.1 + 0.2) == Decimal("0.30")


def test_a_customer_is_there_once():
    with pytest.raises(ValidationError, match="C-1 is there more than once"):
        AccountsSheet.model_validate({"version": "1", "customers": [{"customer_id": "C-1"}, {"customer_id": "C-1"}]})
