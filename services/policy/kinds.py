"""Of what kind a fact is: a day, money, text and so on. A rule that expects another kind cannot read it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from callcenter.business import Place
from services.policy.facts import as_of

ANY_DAY = date(2000, 1, 1)
TEXT, DAY = "text", "a day like 2026-03-02"
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number with decimals"),
    (Decimal, 'money in quotes with two decimals, like "129.00"'),
    (date, DAY),
    (str, TEXT),
    (list, "a list"),
    (dict, "a group of facts"),
)
_WEEKDAY = "(mon|tues|wednes|thurs|fri|satur|sun)day"
_LIKE_A_DAY = re.compile(
    r"today|tomorrow|yesterday|(the )?day (after tomorrow|before yesterday)"
    rf"|(next|last|this) (week|month|year|{_WEEKDAY})"
    r"|in [\w-]+ (day|week|month|year)s?( time)?|[\w-]+ (day|week|month|year)s? (ago|from (now|today))",
    re.IGNORECASE,
)


def kind(fact: Any) -> str:
    """The kind in words, with an example where it has to be written in a certain way."""
    if isinstance(fact, str):
        fact = as_of(ANY_DAY, fact)
        if isinstance(fact, date):
            return "a day counted from today"
    return next((kind for of, kind in _KINDS if isinstance(fact, of)), "nothing")


def parts(fact: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """A fact and all parts of it, each with its place."""
    yield place, fact
    inner = fact.items() if isinstance(fact, Mapping) else enumerate(fact) if isinstance(fact, list | tuple) else ()
    for name, part in inner:
        yield from parts(part, (*place, name))


def path(place: Place) -> str:
    """The place in any account, such as `orders[].total`."""
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def misread(entries: Any) -> Iterator[tuple[Place, str]]:
    """Text that reads like a day and is none, and what is of another kind than in most entries of a list."""
    facts = [(place, fact) for place, fact in parts(as_of(ANY_DAY, entries)) if fact is not None]
    kinds: dict[str, Counter[str]] = {}
    for place, fact in facts:
        kinds.setdefault(path(place), Counter())[kind(fact)] += 1
    for place, fact in facts:
        if problem := _problem(fact, kinds[path(place)]):
            yield place, problem


def _problem(fact: Any, kinds: Counter[str]) -> str | None:
    usual = max(kinds, key=lambda kind: (kinds[kind], kind != TEXT))
    if isinstance(fact, str) and (usual == DAY or _LIKE_A_DAY.fullmatch(fact)):
        return (
            f'"{fact}" is not a day that can be counted; write a date without quotes, like 2026-03-02, or count in '
            "days: 20 days ago, in 20 days, today"
        )
    if kind(fact) != usual:
        return f"is {kind(fact)} here, and {usual} for others; write the same for all"
    return None
