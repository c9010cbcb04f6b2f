"""Is the customer who they say? Proved by facts that match the account, never by knowing an id."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from callcenter.events import Verification
from callcenter.ways import complete

_WRITTEN_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%B %d %Y", "%d %B %Y", "%b %d, %Y", "%b %d %Y", "%d %b %Y")


@dataclass(frozen=True)
class Proof:
    """How the facts that a customer stated compare with those of the account that they claim.

    What may be told of it before it is a proof depends on what was `stated` alone, never on whether there is such an
    account or what it holds. `guessing`: there were too many wrong tries, so that nothing proves anything any more.
    """

    account_found: bool
    required: int
    matched: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    guessing: bool = False

    @property
    def verified(self) -> bool:
        """Enough facts match, or all that one of the ways takes."""
        return self.account_found and not self.guessing and self._enough(self.matched)

    @property
    def tried(self) -> bool:
        """Whether as much was stated as would prove it, if it was right."""
        return self._enough(self.stated)

    def open(self, untold: Collection[str] = ()) -> tuple[str, ...] | None:
        """The fewest facts that the customer still has to state, none of them `untold`; None where no more would do."""
        able, left = [fact for fact in self.unstated if fact not in untold], self.required - len(self.stated)
        ways = [tuple(able[:left])] if len(able) >= left else []
        ways += [way for way in self.any_of if all(fact in (*self.stated, *able) for fact in way)]
        return min((tuple(fact for fact in way if fact not in self.stated) for way in ways), key=len, default=None)

    @property
    def verification(self) -> Verification:
        """As the record keeps it, with the facts that proved it."""
        return Verification(verified=True, method="+".join(self.matched)) if self.verified else Verification()

    def _enough(self, facts: tuple[str, ...]) -> bool:
        return len(facts) >= self.required or complete(self.any_of, facts)


def prove(
    wanted: tuple[str, ...],
    required: int,
    stated: Mapping[str, str],
    known: Mapping[str, Any] | None,
    any_of: tuple[tuple[str, ...], ...] = (),
) -> Proof:
    """Compare the wanted facts; one that the account does not have cannot speak for or against the customer."""
    there = known or {}
    same = {f: normal(f, stated[f]) == normal(f, there[f]) for f in wanted if f in stated and there.get(f) is not None}
    return Proof(
        account_found=known is not None,
        required=required,
        matched=tuple(fact for fact, equal in same.items() if equal),
        wrong=tuple(fact for fact, equal in same.items() if not equal),
        stated=tuple(fact for fact in wanted if fact in stated),
        unstated=tuple(fact for fact in wanted if fact not in stated),
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
