"""A fact as it is said to a customer."""

from datetime import date
from decimal import Decimal

import phonenumbers

from services.agent.reasons import SlotKind

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_INITIALS = 3
"""Letters up to which a word of capitals is an abbreviation, like `UK` and `SMS`."""


def spoken(kind: SlotKind, value: str, currency: str) -> str:
    """`+1 555-013-2007`, `March 5, 2026`, `$1,084.50`, and `Mexico` for `MEXICO`; the rest is said as it is kept."""
    match kind:
        case "phone":
            number = phonenumbers.parse(value)
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        case "date":
            day = date.fromisoformat(value)
            return f"{day:%B} {day.day}, {day.year}"
        case "amount":
            figure = f"{Decimal(value):,.2f}"
            return f"{_SIGNS[currency]}{figure}" if currency in _SIGNS else f"{figure} {currency}"
        case "pattern" if value.replace(" ", "").isalpha():
            return " ".join(word if len(word) <= _INITIALS else word.capitalize() for word in value.split(" "))
        case _:
            return value
