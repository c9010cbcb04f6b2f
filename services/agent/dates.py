"""Dates as customers write them."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(?<![\w/-])(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}})(?![\w/-])",
    re.I,
)


def iso_date(text: str) -> str | None:
    """`YYYY-MM-DD`; 04/12/1988 is April 12, as in the US. None if there is no such day."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    word = re.search(_MONTH, text, re.I)
    if word:
        day, year = numbers
        return _day(year, _MONTHS.index(word.group()[:3].lower()) + 1, day)
    if numbers[0] > 31:  # noqa: PLR2004  (no month has that many days, so it is the year)
        return _day(*numbers)
    first, second, year = numbers
    return _day(year, first, second) or _day(year, second, first)


def spelled(day: date, style: int) -> str:
    """A day in one of three ways of writing it."""
    return (f"{day:%B} {day.day}, {day.year}", f"{day:%m/%d/%Y}", day.isoformat())[style % 3]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
