"""Payment card numbers: 12 to 19 digits (ISO/IEC 7812), with or without gaps, also those with a mistyped digit."""

import re
from collections.abc import Iterator

from callcenter.privacy.digits import Place, Window, gaps, joined, windows

DIGITS = range(12, 20)
MAESTRO = 12
"""Only Maestro has as few digits; it begins with 5 or 6."""

_GROUPINGS = re.compile(r"4,4,4,[1-4]|4,4,4,4,[1-3]|4,6,[45]")
"""How cards are printed: most in fours, American Express 4-6-5, Diners 4-6-4."""
_GAP = r"(?:[ \t\u00a0]{0,3}[^\w\s•,;]{1,3}[ \t\u00a0]{0,3}|_{1,3}|[,;]|[ \t\u00a0]{1,6})"
_PRINTED = re.compile(
    rf"(?<![\d•])\d{{4}}{_GAP}(?:\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{1,4}}(?:{_GAP}\d{{1,3}})?|\d{{6}}{_GAP}\d{{4,5}})(?![\d•])"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d){3,}\d*")
_MOST_GROUPS = 5
_LONGEST_PHONE = 15


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004 - 14 counts as 1 + 4


def valid(text: str) -> Iterator[Place]:
    """In one piece or grouped as on a card, of a network, and the check digit is right."""
    return windows(text, DIGITS, lambda text, window: _shaped(text, window) and _of_a_network(joined(window)))


def between_signs(text: str) -> Iterator[Place]:
    """Grouped as on a card by whatever signs (`4111_1111_1111_1111`), and the check digit is right."""
    for match in _PRINTED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _of_a_network(digits) and not _YEARS.fullmatch(digits):
            yield match.span()


def spaced(text: str) -> Iterator[Place]:
    """Grouped in any way within a line, and the check digit is right: one in ten of all numbers passes."""
    return windows(text, DIGITS, _spaced)


def look_alike(text: str) -> Iterator[Place]:
    """In one piece or grouped as on a card, whatever the check digit says: a mistyped card is a card."""
    return windows(text, DIGITS, _shaped)


def _spaced(text: str, window: Window) -> bool:
    digits, start = joined(window), window[0].start
    phone = text[start] == "+" and len(digits) <= _LONGEST_PHONE
    if len(digits) == MAESTRO or phone or re.search(r"\d\.\Z", text[max(0, start - 2) : start]):
        return False
    return "\n" not in gaps(text, window) and _of_a_network(digits)


def _of_a_network(digits: str) -> bool:
    """Nearly all payment cards begin with 2 to 6; order numbers of their length often do not."""
    return digits[0] in "23456" and luhn(digits)


def _shaped(text: str, window: Window) -> bool:
    if len(window) > _MOST_GROUPS or _inside(text, window):
        return False
    if len(window) > 1:
        return bool(_GROUPINGS.fullmatch(",".join(str(len(group.digits)) for group in window)))
    digits = window[0].digits
    return len(digits) > MAESTRO or (digits[0] in "56" and luhn(digits))


def _inside(text: str, window: Window) -> bool:
    """Whether it is the end of a word or of a decimal fraction, or a number with a sign."""
    start = window[0].start
    return text[start] == "+" or bool(re.search(r"(?:[\w$€£]|\d\.)\Z", text[max(0, start - 2) : start]))
