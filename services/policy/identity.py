"""Is the customer who they say? Proved by facts that match the account, never by knowing an id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from callcenter.events import Verification
from callcenter.ways import complete

_WRITTEN_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%B %d %Y", "%d %B %Y", "%b %d, %Y", "%b %d %Y", "%d %b %Y")


@dataclass(frozen=True)
class Proof:
    """How the facts that a customer stated compare with those of the account that they claim."""

    account_found: bool
    required: int
    matched: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()

    @property
    def verified(self) -> bool:
        """Enough facts match, or all that one of the ways takes."""
        return self.account_found and (len(self.matched) >= self.required or complete(self.any_of, self.matched))

    @property
    def open(self) -> tuple[str, ...] | None:
        """The fewest facts that the customer still has to state; None where no more facts would prove it."""
        left = self.required - len(self.matched)
        ways = [self.unstated[:left]] if len(self.unstated) >= left else []
        ways += [way for way in self.any_of if all(fact in (*self.matched, *self.unstated) for fact in way)]
        return min((tuple(fact for fact in way if fact not in self.matched) for way in ways), key=len, default=None)

    @property
    def provable(self) -> bool:
        """Enough facts would be there if the customer stated those that they have not stated yet."""
        return self.open is not None

    @property
    def verification(self) -> Verification:
        """As the record keeps it, with the facts that proved it."""
        return Verification(verified=True, method="+".join(self.matched)) if self.verified else Verification()


def prove(
    wanted: tuple[str, ...],
    required: int,
    stated: Mapping[str, str],
    known: Mapping[str, Any] | None,
    any_of: tuple[tuple[str, ...], ...] = (),
) -> Proof:
    """Compare the wanted facts; one that the account does not have cannot speak for or against the customer."""
    if known is None:
        unstated = tuple(f for f in wanted if f not in stated)
        return Proof(account_found=False, required=required, unstated=unstated, any_of=any_of)
    usable = tuple(fact for fact in wanted if known.get(fact) is not None)
    same = {f: normal(f, stated[f]) == normal(f, known[f]) for f in usable if f in stated}
    return Proof(
        account_found=True,
        required=required,
        matched=tuple(fact for fact, equal in same.items() if equal),
        wrong=tuple(fact for fact, equal in same.items() if not equal),
        unstated=tuple(fact for fact in usable if fact not in stated),
        any_of=any_of,
    )


def normal(fact: str, value: Any) -> str:
    """A value without the accidents of writing: case, spaces, punctuation of phone numbers, order of a date's parts."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = " ".join(str(value).casefold().split())
    if "date" in fact:
        return _day(text)
    if "phone" in fact:
        return re.sub(r"\D", "", text)[-10:]
    return text.replace(" ", "")


def _day(text: str) -> str:
    for written in _WRITTEN_DATES:
        try:
            return datetime.strptime(text, written).date().isoformat()
        except ValueError:
            continue
    return text
