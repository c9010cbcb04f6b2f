"""Whether two values mean the same: words, amounts, phone numbers, days from today."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation


def in_days(pattern: str, today: date) -> str:
    """The pattern with <day+2> as the day after tomorrow, in whichever form a record or a sentence may have it."""
    return re.sub(r"<day\+(\d+)>", lambda match: _day(today + timedelta(days=int(match[1]))), pattern)


def found(pattern: str, text: str, today: date) -> re.Match[str] | None:
    return re.search(in_days(pattern, today), text, re.I | re.S)


def same(wanted: str, got: str, today: date) -> bool:
    """Whether a fact has the wanted value: ~regex, a number, a phone number, else the same words."""
    if wanted.startswith("~"):
        return re.search(in_days(wanted[1:], today), got, re.I) is not None
    if wanted.strip().casefold() == got.strip().casefold():
        return True
    if re.fullmatch(r"\+?\d{10,15}", wanted):
        return digits(wanted)[-10:] == digits(got)[-10:]
    return _same_number(wanted, got)


def told(wanted: str, text: str, today: date) -> bool:
    """Whether a text speaks of the wanted value."""
    if wanted.startswith("~"):
        return re.search(in_days(wanted[1:], today), text, re.I) is not None
    number = digits(wanted)
    return wanted.casefold() in text.casefold() or (len(number) >= 10 and number[-10:] in digits(text))


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _same_number(wanted: str, got: str) -> bool:
    try:
        return Decimal(wanted) == Decimal(got.replace(",", "").replace("$", ""))
    except InvalidOperation:
        return False


def _day(day: date) -> str:
    return (
        f"(?:{day:%A}|{day:%Y-%m-%d}|0?{day.month}/0?{day.day}\\b"
        f"|{day:%B} {day.day}\\b|{day:%b} {day.day}\\b|{day.day} {day:%B})"
    )
