"""What a preview may be asked with: values that a calendar, an account and the rules can hold."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime

from services.policy.facts import as_of
from services.policy.kinds import ANY_DAY, parts, path
from services.policy.rules import Subject

YEARS = range(1970, 2200)
MOST = 10**13
"""No amount and no number of an account is as large; computing with smaller ones is exact."""


def _plain(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text if character not in "\n\r\t"):
        raise ValueError("contains control characters; please send plain text")
    return text


def _some_day(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError(f"is too far away; write a time from {YEARS.start} to {YEARS.stop - 1}")
    return at


def _holdable(account: dict[str, Any]) -> dict[str, Any]:
    for place, fact in parts(as_of(ANY_DAY, account)):
        told = path(place) or "account"
        for text in (part for part in (*place[-1:], fact) if isinstance(part, str)):
            try:
                _plain(text)
            except ValueError as mistake:
                raise ValueError(f"{told[:100]!r} {mistake}") from None
        if isinstance(fact, int | Decimal) and not -MOST < fact < MOST:
            raise ValueError(f"{told} is too large; write a number below {MOST:,}")
    return account


Plain = Annotated[str, AfterValidator(_plain)]
"""Text without control characters."""

Moment = Annotated[AwareDatetime, AfterValidator(_some_day)]
"""A time with its zone, in the years that rules are about."""

Facts = Annotated[dict[str, Any], AfterValidator(_holdable)]
"""The facts of an account."""


def misshapen(account: dict[str, Any], subjects: Iterable[Subject]) -> str | None:
    """What is not a list of groups though the rules look for things in it (`customer.orders`); None where all is."""
    for subject in subjects:
        _, _, name = subject.among.partition("customer.")
        entries = account.get(name) if name else None
        if entries is not None and not (isinstance(entries, list) and all(isinstance(one, dict) for one in entries)):
            return f'{name}: has to be a list of groups of facts, like [{{"{subject.key}": "..."}}]'
    return None
