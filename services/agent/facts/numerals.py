"""Numbers that are written as words."""

import re
from collections.abc import Iterator

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate((*_UNITS, *_TEENS))}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, start=2)} | {"oh": 0, "o": 0, "a": 1, "an": 1}
_SCALES = {"hundred": 100, "thousand": 1_000}
_REPEATS = {"double": 2, "triple": 3}

_UNIT = "|".join((*_UNITS, "oh", "o"))
_COMPOUND = rf"(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_UNITS[1:])}))?"
_SAID = rf"(?:(?:double|triple)[\s-](?:{_UNIT})|{_COMPOUND}|{'|'.join(_TEENS)}|{_UNIT})\b"
_DIGITS = re.compile(rf"\b{_SAID}(?:[\s,-]{{1,2}}{_SAID})+", re.I)
_EACH = re.compile(_SAID, re.I)
_ENOUGH, _LONG_ENOUGH = 3, 4
_LETTERED = re.compile(
    r"(?<![\w.'-])(?=[\do]*\d)(?=\d*o)[\do]{3,}(?![\w'])|(?<=\d[-.])(?=[\do]*\d)(?=\d*o)[\do]{2,}(?![\w'])", re.I
)

_BELOW_100 = rf"(?:{_COMPOUND}|{'|'.join(_TEENS)}|{'|'.join(_UNITS[1:])})\b"
_BELOW_1000 = rf"(?:(?:an?|{'|'.join((*_UNITS[1:], *_TEENS))})\shundred(?:\s(?:and\s)?{_BELOW_100})?|{_BELOW_100})\b"
_THOUSANDS = rf"(?:an?|{_BELOW_1000})\sthousand(?:,?\s(?:and\s)?{_BELOW_1000})?\b"
WHOLE = rf"(?:{_THOUSANDS}|{_BELOW_1000})"
"""A regular expression for a whole number as it is properly said: not two numbers one after the other."""

CENTS = rf"(?:{_COMPOUND}|{'|'.join(_TEENS)}|(?:oh|zero)\s(?:{'|'.join(_UNITS[1:])}))\b"
"""A regular expression for what follows the dollars in `fourteen eighty`."""

_THOUSANDS_SAID = re.compile(rf"\b{_BELOW_1000}\sthousand,?\s(?:and\s)?{_BELOW_1000}", re.I)

_WORD = rf"(?:{'|'.join((*_UNITS, *_TEENS, *_TENS, *_SCALES))}|an?(?=\s(?:hundred|thousand)))\b"
WORDS = rf"(?:{_WORD}(?:\s+and\b)?[\s-]?){{1,12}}"
"""A regular expression for a whole number in words, up to the word after it."""


def digits_said(text: str) -> Iterator[tuple[int, int, str]]:
    """Where digits are said one after another, as (start, end, digits): `four double two`, `forty-eight twelve`."""
    for run in _DIGITS.finditer(text):
        groups = [_digits(each.group().lower()) for each in _EACH.finditer(run.group())]
        if len(groups) >= _ENOUGH or len("".join(groups)) >= _LONG_ENOUGH:
            yield run.start(), run.end(), "".join(groups)


def zeros_meant(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the letter O stands for a zero among digits, as (start, end, digits): `4831O`."""
    for typed in _LETTERED.finditer(text):
        yield *typed.span(), re.sub("[oO]", "0", typed.group())


def thousands_said(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a number from a thousand on is said as a whole, not a round one, as (start, end, digits)."""
    for said in _THOUSANDS_SAID.finditer(text):
        yield *said.span(), str(number(said.group()))


def number(words: str) -> int | None:
    """The value of `two hundred and fifty`, None if it says no number."""
    whole = current = 0
    said = [word for word in re.findall(r"[a-z]+", words.lower()) if word != "and"]
    for word in said:
        if word not in _VALUES and word not in _SCALES:
            return None
        current = (current or 1) * _SCALES[word] if word in _SCALES else current + _VALUES[word]
        if word == "thousand":
            whole, current = whole + current, 0
    return whole + current if said else None


def _digits(said: str) -> str:
    first, *rest = re.split(r"[-\s]", said)
    if first in _REPEATS:
        return str(_VALUES[rest[0]]) * _REPEATS[first]
    return str(_VALUES[first] + (_VALUES[rest[0]] if rest else 0))
