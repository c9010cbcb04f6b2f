"""Phone numbers: with a country code, and in the groups that countries write them in."""

import re
from collections.abc import Iterator
from itertools import pairwise

import phonenumbers

from callcenter.privacy.digits import Place, Window, gaps, joined, windows

DIGITS = range(7, 16)
"""Digits: a local number in most countries; ITU-T E.164 with the country code."""

_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extension)\s?\d{1,6}(?!\w)", re.IGNORECASE)
_IN_ONE_PIECE = range(10, 12)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_OF_A_GROUP = 4
_MOST_GROUPS = 7


def phones(text: str) -> Iterator[Place]:
    """By form only, each with its extension."""
    for start, end in windows(text, DIGITS, _fits):
        extension = _EXTENSION.match(text, end)
        yield start, extension.end() if extension else end


def _fits(text: str, window: Window) -> bool:
    start, end = window[0].start, window[-1].end
    if len(window) > _MOST_GROUPS or not _stands_alone(text, start, end):
        return False
    if text[start] == "+":
        return True
    return _in_one_piece(joined(window)) if len(window) == 1 else _in_groups(text, window)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = re.search(r"[\w$€£#/-]\Z|\d[.,]\Z", text[max(0, start - 2) : start])
    after = re.match(r"[%/]|[-,.:]\d|\w", text[end : end + 2])
    return not before and (not after or bool(_EXTENSION.match(text, end)))


def _in_one_piece(digits: str) -> bool:
    """Ten or eleven digits that begin with the 0 of many countries, or that are a number of North America."""
    if len(digits) not in _IN_ONE_PIECE:
        return False
    return digits[0] == "0" or phonenumbers.is_valid_number(phonenumbers.parse(digits, "US"))


def _in_groups(text: str, window: Window) -> bool:
    if "(" in text[window[0].start : window[-1].end]:
        return True
    groups, between = [group.digits for group in window], gaps(text, window)
    if "\n" in between or _thousands(groups, between):
        return False
    if len(groups) == 2:  # noqa: PLR2004
        return _two(*groups)
    first, *middle, last = groups
    short = all(len(group) <= _MOST_OF_A_GROUP for group in (first.removeprefix("0"), *middle, last))
    return short and any(len(group) > 1 for group in middle)


def _two(area: str, rest: str) -> bool:
    """`555-0142`, `9472 7916`, `020 79460958`; two years are none."""
    if _YEAR.fullmatch(area) and _YEAR.fullmatch(rest):
        return False
    sizes = (len(area), len(rest))
    return sizes in ((3, 4), (4, 4)) or (area[0] == "0" and sizes[0] <= 5 <= sizes[1])  # noqa: PLR2004


def _thousands(groups: list[str], between: str) -> bool:
    """`1.299.000`, as many countries write amounts."""
    return set(between) == {"."} and groups[0][0] != "0" and all(len(two) == 3 for _, two in pairwise(groups))  # noqa: PLR2004
