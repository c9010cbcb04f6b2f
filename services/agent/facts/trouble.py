"""What is wrong with an answer that cannot be used, so that the customer can be told."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product
from string import ascii_uppercase
from typing import Literal

import phonenumbers
from phonenumbers import ValidationResult

from services.agent.facts.dates import MONTH, Dates
from services.agent.facts.kinds import is_birth
from services.agent.reasons import Slot, SlotKind

TroubleKind = Literal["too_short", "too_long", "two_ways", "no_such_day", "unreadable"]


@dataclass(frozen=True)
class Trouble:
    """The part of an answer that was meant as the value, and why it is none; `readings` in normal form of two ways."""

    kind: TroubleKind
    said: str
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """The same, with where it stands."""

    start: int
    end: int
    kind: TroubleKind
    readings: tuple[str, ...] = ()


Check = Callable[[str, date | None], Iterable[Fault]]
"""Finds what is meant as a value of a kind and is none, given what day it is."""

_NUMBER = re.compile(r"(?<![\w$€£.,/@-])(?:[A-Z]{1,3}-?)?\d[\dA-Z-]{0,40}(?![\w/%@]|[.,]\d)", re.I)
_PHONE = re.compile(r"(?<![\w$€£.,/@-])[+(]{0,2}\d(?:[\s().-]{0,3}\d){3,40}(?![\w%@])")
_EMAIL = re.compile(
    r"[^\s@]{0,64}@[^\s@]{0,200}|(?<![\w.])[a-z][\w-]{0,63}(?:\.[a-z][\w-]{0,63}){1,9}(?![\w.])"
    r"|\b\w{1,64}\s(?:at|dot)\s\w{1,64}\sdot\s\w{1,64}",
    re.I,
)
_EMAIL_SAID = re.compile(
    r"\W*(?:(?:it'?s|it is|that'?s|my|the|e-?mail|address|is)\s){0,5}(?P<it>[\w.-]{1,64}\sat\s"
    r"(?!(?:it|that|this|the|my|home|work|school|least|all|once|first|last|night|noon|me|you)\b)[\w.-]{1,64})\W*",
    re.I,
)
_DAY = re.compile(
    rf"(?<![\w/.-])(?:\d{{1,4}}[/.-]\d{{1,2}}(?:[/.-]\d{{1,4}})?|(?:19|20)\d\d|\d{{6}}|\d{{8}}|{MONTH}(?:\s\d{{1,4}})?)(?![\w/-])",
    re.I,
)
_POSTCODES = {"US": {5}, "DE": {5}, "FR": {5}, "ES": {5}, "IT": {5}, "AU": {4}, "AT": {4}, "CH": {4}}
_CARD = {4, *range(12, 20)}
_FEWEST, _MOST_DIGITS = 4, 24
_TOO_LONG = ValidationResult.TOO_LONG
_TOO_SHORT = (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)


def check_of(slot: Slot, region: str) -> Check | None:
    """Who finds what is wrong with an answer for this slot; None where any words may be meant, or none can be wrong."""
    if slot.kind == "pattern":
        sizes = _sizes(slot.pattern or "")
        return partial(_numbers, sizes) if sizes else None
    checks: dict[SlotKind, Check] = {
        "postcode": partial(_numbers, _POSTCODES.get(region, set())),
        "card": partial(_numbers, _CARD),
        "phone": partial(_phones, region),
        "date": partial(_days, Dates(region, of_birth=is_birth(slot))),
        "email": _emails,
    }
    return checks.get(slot.kind)


def _sizes(pattern: str) -> set[int]:
    """How many digits a number may have that fits, with a letter before it, or none."""
    fits = re.compile(pattern, re.I).fullmatch
    starts = ("", *map("".join, product(ascii_uppercase, ("", "-"))))
    return {size for size in range(2, _MOST_DIGITS) for start in starts if fits(start + "4" * size)}


def _numbers(sizes: Collection[int], text: str, _: date | None) -> Iterator[Fault]:
    """Of a number that is less than half as long nobody means that it is one of these."""
    for match in _NUMBER.finditer(text):
        count = sum(map(str.isdigit, match.group()))
        if 2 * count > min(sizes, default=_FEWEST):
            yield Fault(*match.span(), _size(count, sizes))


def _size(count: int, sizes: Collection[int]) -> TroubleKind:
    if count < min(sizes, default=count):
        return "too_short"
    return "too_long" if count > max(sizes, default=count) else "unreadable"


def _phones(region: str, text: str, _: date | None) -> Iterator[Fault]:
    for match in _PHONE.finditer(text):
        try:
            number = phonenumbers.parse(match.group(), region)
        except phonenumbers.NumberParseException as mistake:
            long = mistake.error_type == phonenumbers.NumberParseException.TOO_LONG
            yield Fault(*match.span(), "too_long" if long else "unreadable")
        else:
            length = phonenumbers.is_possible_number_with_reason(number)
            kind: TroubleKind = (
                "too_short" if length in _TOO_SHORT else "too_long" if length == _TOO_LONG else "unreadable"
            )
            yield Fault(*match.span(), kind)


def _days(dates: Dates, text: str, today: date | None) -> Iterator[Fault]:
    for start, end, days in dates.ways(text, today):
        ways = tuple(day.isoformat() for day in days) if len(days) > 1 else ()
        kind: TroubleKind = (
            "two_ways" if ways else "unreadable" if dates.exists(text[start:end], today) else "no_such_day"
        )
        yield Fault(start, end, kind, ways)
    yield from (Fault(*match.span(), "unreadable") for match in _DAY.finditer(text))


def _emails(text: str, _: date | None) -> Iterator[Fault]:
    if said := _EMAIL_SAID.fullmatch(text):
        yield Fault(*said.span("it"), "unreadable")
    for match in _EMAIL.finditer(text):
        yield Fault(match.start(), match.start() + len(match.group().rstrip(".,;:!?")), "unreadable")
