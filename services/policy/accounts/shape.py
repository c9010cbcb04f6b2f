"""Accounts from JSON, read with the same exactness as those from `accounts.yaml`, or refused.

JSON has no days, and a rule that lacks a fact is passed over. So a source that writes "02/15/2026" or 129.5 could lead
to another decision than the rules mean. Therefore the customers in `accounts.yaml` are the pattern: where they have a
day, money or a number, a database and a CRM must tell one, too.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from callcenter.errors import Permanent
from services.policy.accounts import Account
from services.policy.facts import as_of
from services.policy.kinds import ANY_DAY, DAY, TEXT, kind, parts, path


def as_it_stands(account: Account, today: date) -> Account:
    """The account on a day: "15 days ago" becomes that day, since in a database it would never pass."""
    return Account.model_validate(as_of(today, account.facts))


class Shape:
    """What accounts of a business look like, by its `accounts.yaml`."""

    def __init__(self, samples: Iterable[Account]) -> None:
        self._kinds: dict[str, set[str]] = {}
        for sample in samples:
            for place, fact in parts(as_of(ANY_DAY, sample.facts)):
                self._kinds.setdefault(path(place), set()).add(kind(fact))

    def account(self, told: Any, fact: str, key: str) -> Account:
        """The account that was asked for; raises Permanent where it is another one, or not of this shape."""
        try:
            account = Account.model_validate(self.fact("", told))
        except ValidationError as mistakes:
            first = mistakes.errors(include_input=False, include_url=False)[0]
            what = " ".join([*map(str, first["loc"]), first["msg"].removeprefix("Value error, ")])
            raise Permanent(f"The account source tells no account: {what}.") from None
        if (fact, key) not in account.keys:
            raise Permanent(f"The account source was asked by {fact}, and tells an account without this {fact}.")
        return account

    def fact(self, at: str, told: Any) -> Any:
        """What is told for a place like `orders[].refunded`, with days as days; raises Permanent for another kind.

        What is new to the pattern passes, since the rules were written without it.
        """
        kinds = self._kinds.get(at)
        fact = _as_day(told) if kinds and DAY in kinds else told
        if kinds and fact is not None and not self._fits(fact, kinds):
            raise Permanent(
                f"The account source tells {kind(fact)} as {at or 'the account'}; "
                f"in accounts.yaml of the business it is {' or '.join(sorted(kinds))}."
            )
        if isinstance(fact, dict):
            return {name: self.fact(f"{at}.{name}".lstrip("."), part) for name, part in fact.items()}
        return [self.fact(f"{at}[]", part) for part in fact] if isinstance(fact, list) else fact

    @staticmethod
    def _fits(fact: Any, kinds: set[str]) -> bool:
        return kind(fact) in kinds or (TEXT in kinds and isinstance(fact, str))


def _as_day(told: Any) -> Any:
    if not isinstance(told, str):
        return told
    try:
        return date.fromisoformat(told) if len(told) == len("2026-03-02") else datetime.fromisoformat(told)
    except ValueError:
        return told
