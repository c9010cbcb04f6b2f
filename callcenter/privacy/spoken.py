"""Card numbers in words: `four one double one ...`, `forty one eleven ...`, also with figures between."""

import re
from collections.abc import Iterator

from callcenter.privacy.cards import DIGITS, luhn
from callcenter.privacy.digits import Place

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {
    **{word: str(number) for number, word in enumerate(ONES)},
    **{word: str(number) for number, word in enumerate(_TEENS, 10)},
    **{word: str(number) for number, word in enumerate(_TENS, 2)},
    **dict.fromkeys(("oh", "o", "nought", "naught", "nil"), "0"),
}
_COUNT = " ".join([*ONES, *_TEENS])
_NEVER_FIRST = {word for word, value in _VALUES.items() if value[0] not in "23456"}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}

DIGIT = rf"(?:{'|'.join(ONES)}|oh|o|nought|naught|nil)"
"""One digit in a word."""

_WORD = re.compile(rf"(?<!\w)(?:{'|'.join([*_VALUES, *_TIMES])}|\d{{1,4}})(?!\w)", re.IGNORECASE)
_GAP = re.compile(r"[\s,.;:_/-]{1,4}(?:and\s{1,3})?")
_USUAL = (15, 16)
"""Digits of most cards: what has as many, begins like one and is said digit by digit is one, though misheard."""


def spoken(text: str) -> Iterator[Place]:
    """What has the check digit of a card, or its usual length; never without words."""
    for run in _runs(text):
        first = 0
        while first < len(run):
            farthest = min(len(run), first + DIGITS.stop - 1)  # a word is a digit or more
            last = next((last for last in range(farthest, first + 2, -1) if _card(run[first:last])), None)
            if last:
                yield run[first].start(), run[last - 1].end()
            first = last or first + 1


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Number words that follow each other."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and not _GAP.fullmatch(text, run[-1].end(), word.start()):
            yield run
            run = []
        run.append(word)
    yield run


def _card(run: list[re.Match[str]]) -> bool:
    words = [word[0].lower() for word in run]
    if words[0] in _NEVER_FIRST or " ".join(words) in _COUNT or all(word.isdecimal() for word in words):
        return False
    digits = _digits(words)
    if len(digits) not in DIGITS or digits[0] not in "23456":
        return False
    return luhn(digits) or (len(digits) in _USUAL and not {*_TEENS, *_TENS} & {*words})


def _digits(words: list[str]) -> str:
    """`double four` is 44, `forty one` is 41, and `forty` alone is 40."""
    told = ""
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        digit = _VALUES.get(word, "" if word in _TIMES else word)
        if word in _TENS and not (after in ONES and after != "zero"):
            digit += "0"
        told += digit * _TIMES.get(before, 1)
    return told
