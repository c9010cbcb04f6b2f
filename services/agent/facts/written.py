"""Odd ways of writing, undone; what is then found is still placed in the text as the customer wrote it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.agent.facts.money import CURRENCY_WORDS
from services.agent.facts.numerals import WORDS, digits_said, number, thousands_said, zeros_meant

Edit = tuple[int, int, str]

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ODD_SIGNS = {
    "'": "\u2018\u2019",
    '"': "\u201c\u201d",
    "-": "\u2010\u2011\u2012\u2013\u2014",
    " ": "\u00a0\u202f\u3000",
}
_SIGNS = {ord(odd): ord(usual) for usual, odds in _ODD_SIGNS.items() for odd in odds}
_PLAIN = _FULL_WIDTH | _SIGNS
_MONEY_SAID = re.compile(rf"\b{WORDS}(?=(?:{CURRENCY_WORDS})\b)", re.I)
_CENTS_SAID = re.compile(rf"\b(?:{CURRENCY_WORDS})(?:,?\s+and|,)?\s+(?P<cents>{WORDS})(?=\s*(?:[.,;!?)\n]|$))", re.I)
_GROUPS = (
    r"\d(?: \d){3,}|\d{2,}(?: \d{2,})+",
    r"\d(?:-\d){3,}|\d(?:\.\d){3,}|\d{2,3}[.,-]\d{3}",
)
"""With blanks between them, or with other signs: those of dates and of longer runs are none."""

_GROUPED = re.compile(
    rf"(?<![\d.,$€£¥-])(?:{'|'.join(_GROUPS)})(?!-?[\d.,]*\d|\s?(?:[$€£¥]|(?:{CURRENCY_WORDS})\b))", re.I
)
_SIGN_SAID = re.compile(
    r"(?<=\d)(?:\s*,)?\s+(?:and\s+)?(?:dash|hyphen|minus|dot|point|space|then)\s+(?=\d)"
    r"|(?<=\b[A-Z])\s+(?:dash|hyphen|minus)\s+(?=\d)",
    re.I,
)


_CODE = re.compile(r"(?<![\w-])[A-Z](?P<gap>\s?-?\s?|\.\s?)(?=\d{4})", re.I)


@dataclass(frozen=True)
class Written:
    """A text to be read, and for each of its characters those of the original behind it; None if they are the same."""

    text: str
    places: tuple[tuple[int, int], ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that `start` to `end` stand for."""
        return (start, end) if self.places is None else (self.places[start][0], self.places[end - 1][1])

    def edited(self, edits: Iterable[Edit]) -> "Written":
        """The text with other words at some places; an edit that runs into the one before it is left out."""
        text, places, at = "", list[tuple[int, int]](), 0
        for start, end, replacement in sorted(edits):
            if start >= at:
                text += self.text[at:start] + replacement
                places += self._places(at, start) + [self.span(start, max(end, start + 1))] * len(replacement)
                at = end
        if at == 0 and not text:
            return self
        return Written(text + self.text[at:], (*places, *self._places(at, len(self.text))))

    def _places(self, start: int, end: int) -> list[tuple[int, int]]:
        return [self.span(place, place + 1) for place in range(start, end)]


def plain(text: str) -> str:
    """The text with digits, quotes, dashes and full-width letters of the usual kind, character for character."""
    return text if text.isascii() else "".join(map(_usual, text.translate(_PLAIN)))


def _usual(sign: str) -> str:
    """A digit of any script in those of ours, and a bold or wide letter as the letter that it is."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    letter = unicodedata.normalize("NFKC", sign) if sign.isalpha() else sign
    return letter if len(letter) == 1 and letter.isascii() else sign


def read_aloud(text: str, glued: re.Pattern[str] | None, slips: Iterable[Edit] = ()) -> Written:
    """Mistyped words as they were meant, numbers in digits, and a blank after a word that is `glued` to its number."""
    meant = Written(text).edited(slips)
    edits = [*digits_said(meant.text), *_money_said(meant.text), *thousands_said(meant.text), *zeros_meant(meant.text)]
    if glued:
        edits += [(cue.end(), cue.end(), " ") for cue in glued.finditer(meant.text)]
    aloud = meant.edited(edits)
    return aloud.edited((*sign.span(), "-") for sign in _SIGN_SAID.finditer(aloud.text))


def joined(written: Written) -> Written:
    """Groups of digits without the blanks and signs between them."""
    runs = _GROUPED.finditer(written.text)
    gaps = (run.start() + at for run in runs for at, sign in enumerate(run.group()) if not sign.isdigit())
    return written.edited((gap, gap + 1, "") for gap in gaps)


def coded(written: Written, sign: str) -> Written:
    """A letter before a number, with `sign` between them whatever the customer wrote there."""
    gaps = (code.span("gap") for code in _CODE.finditer(written.text) if code["gap"] != sign)
    return written.edited((start, end, sign) for start, end in gaps)


def _money_said(text: str) -> Iterator[Edit]:
    """The dollars and the cents, these also where nothing calls them so."""
    spans = [said.span() for said in _MONEY_SAID.finditer(text)]
    spans += [said.span("cents") for said in _CENTS_SAID.finditer(text)]
    for start, end in spans:
        words = text[start:end].rstrip(" -")
        if (value := number(words)) is not None:
            yield start, start + len(words), str(value)
