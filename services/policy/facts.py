"""Facts are what accounts and tables say: days and money as they are written, computed with and said to a customer."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import JsonValue

CENT = Decimal("0.01")
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}

_MONEY = re.compile(r"-?\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELATIVE_DAY = re.compile(r"(?P<ago>\d{1,6}) days? ago|in (?P<ahead>\d{1,6}) days?|(?P<today>today)")


def as_of(today: date, written: Any) -> Any:
    """Facts as they stand on a day: "20 days ago" becomes that date and "129.00" becomes an amount of money."""
    if isinstance(written, Mapping):
        return {name: as_of(today, value) for name, value in written.items() if value is not None}
    if isinstance(written, list | tuple):
        return [as_of(today, value) for value in written]
    if isinstance(written, datetime):
        return written.date()
    return _read(today, written) if isinstance(written, str) else written


def for_rules(fact: Any) -> Any:
    """A fact as expressions compute with it: money as a number, a date as text that sorts (`2026-03-01`)."""
    if isinstance(fact, dict):
        return {name: for_rules(value) for name, value in fact.items()}
    if isinstance(fact, list):
        return [for_rules(value) for value in fact]
    if isinstance(fact, Decimal):
        return float(fact)
    return fact.isoformat() if isinstance(fact, date) else fact


def for_record(fact: Any) -> JsonValue:
    """A fact as the record keeps it: money as exact text."""
    if isinstance(fact, dict):
        return {name: for_record(value) for name, value in fact.items()}
    if isinstance(fact, list):
        return [for_record(value) for value in fact]
    if isinstance(fact, Decimal):
        return str(fact)
    return fact.isoformat() if isinstance(fact, date) else fact


def from_record(kept: JsonValue) -> Any:
    """A fact that a record keeps: the exact text of an amount is money again."""
    return Decimal(kept) if isinstance(kept, str) and _MONEY.fullmatch(kept) else kept


def in_words(fact: Any, today: date, currency: str) -> str:
    """A fact as one says it: `$129.00`, `March 1`, `Espresso machine`. What a customer stated is text, also a day."""
    if isinstance(fact, Decimal):
        return f"{SYMBOLS[currency]}{fact:,.2f}" if currency in SYMBOLS else f"{fact:,.2f} {currency}"
    if isinstance(fact, str) and _DAY.fullmatch(fact):
        with suppress(ValueError):
            fact = date.fromisoformat(fact)
    if isinstance(fact, date):
        return f"{fact:%B} {fact.day}" + ("" if fact.year == today.year else f", {fact.year}")
    if isinstance(fact, list):
        return ", ".join(in_words(part, today, currency) for part in fact)
    return str(fact)


def money(amount: float) -> Decimal:
    """A computed amount, rounded to cents; computing with amounts is exact up to far more than anybody orders."""
    return Decimal(repr(float(amount))).quantize(CENT, ROUND_HALF_UP)


def in_cents(computed: Any) -> Any:
    """What an expression gave, with its numbers as amounts of money again, also inside of it."""
    if isinstance(computed, dict):
        return {name: in_cents(value) for name, value in computed.items()}
    if isinstance(computed, list):
        return [in_cents(value) for value in computed]
    return money(computed) if isinstance(computed, float) else computed


def value_at(facts: Mapping[str, Any], path: str) -> Any:
    """The fact at a dotted path like `order.total`; None where there is none."""
    value: Any = facts
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _read(today: date, text: str) -> date | Decimal | str:
    if _MONEY.fullmatch(text):
        return Decimal(text)
    if day := _RELATIVE_DAY.fullmatch(text):
        with suppress(OverflowError):  # text that counts beyond the calendar is no day
            return today + timedelta(days=int(day["ahead"] or 0) - int(day["ago"] or 0))
    return text
