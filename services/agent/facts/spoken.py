"""A fact as it is said to a customer."""

from datetime import date
from decimal import Decimal

import phonenumbers

from services.agent.reasons import SlotKind

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def spoken(kind: SlotKind, value: str, currency: str) -> str:
    """`+1 555-013-2007`, `March 5, 2026`, `$1,084.50`; other kinds are said as they are kept."""
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
        case _:
            return value
