"""A fact as it is said to a customer."""

import re
from datetime import date
from decimal import Decimal

import phonenumbers

from services.agent.reasons import SlotKind

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_INITIALS = 3
"""Letters up to which a word of capitals is an abbreviation, like `UK` and `SMS`."""

_SMALL = (
    "a all an and after before coming couple day days entire few for fortnight fortnights from half in month months"
    " next night nights of on or the this to today tomorrow until week weeks whole year years one two three four five"
    " six seven eight nine ten eleven twelve May"
)
_AS_SAID = {word.upper(): word for word in _SMALL.split()}
"""Words that are no names, and a name that is no abbreviation."""

_ORDINAL = re.compile(r"\d{1,2}(?:ST|ND|RD|TH)")


def spoken(kind: SlotKind, value: str, currency: str) -> str:
    """`+1 555-013-2007`, `March 5, 2026`, `$1,084.50`, and `Mexico` for `MEXICO`; the rest is said as it is kept."""
    match kind:
        case "phone":
            number = phonenumbers.parse(value)
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        case "date":
            day = date.fromisoformat(value)
            return f"{day:%B} {day.day}, {day.year}"
        case "day" if value[0].isdigit():
            day = date.fromisoformat(value)
            return f"{day:%A}, {day:%B} {day.day}"
        case "amount":
            figure = f"{Decimal(value):,.2f}"
            return f"{_SIGNS[currency]}{figure}" if currency in _SIGNS else f"{figure} {currency}"
        case "pattern" | "day":
            return " ".join(map(_cased, value.split(" ")))
        case _:
            return value


def _cased(word: str) -> str:
    """A word of a value that is kept in capitals; what holds a number is a code, and said as it is."""
    if word.endswith(","):
        return f"{_cased(word[:-1])},"
    if word in _AS_SAID:
        return _AS_SAID[word]
    if _ORDINAL.fullmatch(word):
        return word.lower()
    return word.capitalize() if word.isalpha() and len(word) > _INITIALS else word
