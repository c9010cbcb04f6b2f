"""Days as customers state them: written out, without the year, or counted from today."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateparser.date import DateDataParser

from services.agent.facts.reading import Reading

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_IN_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_ORDINALS = _IN_WORDS.split()
_ORDINAL = "|".join(word.replace("-", "[- ]") for word in reversed(_ORDINALS))
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})"
_YEAR = r"(?:,?\s+\d{4}(?!\d))?"
_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?:\d{{4}}([/.-])\d{{1,2}}\1\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{2}}"
    rf"|{_MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}|{_DAY}\s+(?:of\s+)?{_MONTH}(?!\s+(?:be|have|not|need|well|also)\b){_YEAR})(?![\w/-])",
    re.I,
)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR_DAYS = {
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "last night": -1,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
}
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:a )?couple (?:of )?|\d{1,3})\s*"
_UNIT = r"(?:day|week|fortnight|month|year)s?"
_COUNTED = re.compile(
    rf"\b(?:(?P<near>{'|'.join(sorted(_NEAR_DAYS, key=len, reverse=True))})"
    rf"|(?:(?P<side>last|this past|past|next|this coming|coming|this|by)\s+)?(?P<weekday>{'|'.join(_WEEKDAYS)})(?!s|\w)"
    rf"|(?P<span>{_COUNT}\s*{_UNIT}\s+(?:ago|from now|from today)|in\s+{_COUNT}\s*{_UNIT}(?!\w)))(?!\w)",
    re.I,
)
_AHEAD = frozenset({"next", "this coming", "coming", "this", "by"})
_UPCOMING = timedelta(days=60)
_WEEK = 7
_LEAP_YEARS = 8
_MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "PR", "AS", "MP", "VI"})
_EARLIEST = 1900


class Dates:
    """Finds days; `region` (ISO 3166) says whether 04/12 is in April or in December, a birth date needs its year."""

    def __init__(self, region: str, *, of_birth: bool = False) -> None:
        self._month_first, self._of_birth = region in _MONTH_FIRST, of_birth
        _counted_off("1 day ago", date(2000, 1, 2))  # it loads its language now, and no customer waits for it

    def read(self, text: str, today: date | None) -> Iterator[Reading]:
        """Days in ISO 8601; those that depend on what day it is only if `today` is known, itself only as an answer."""
        for match in _WRITTEN.finditer(text):
            if day := self._written(match.group().lower(), today):
                yield Reading(*match.span(), day.isoformat(), 0.85)
            elif self._of_birth:
                yield Reading(*match.span(), None, 0.85, bare=False)
        if today and not self._of_birth:
            for match in _COUNTED.finditer(text):
                if counted := _counted(match, today):
                    yield Reading(*match.span(), counted.isoformat(), 0.8, bare=counted != today)

    def _written(self, text: str, today: date | None) -> date | None:
        numbers = [int(number) for number in re.findall(r"\d+", text)]
        if not (word := re.search(rf"(?<![a-z]){_MONTH}", text)):
            return self._of_numbers(numbers, today, short=bool(re.search(r"/\d\d$", text)))
        if ordinal := re.search(_ORDINAL, text):
            numbers.insert(0, _ORDINALS.index(ordinal.group().replace(" ", "-")) + 1)
        month, (day, *year) = _MONTHS.index(word.group()[:3]) + 1, numbers
        if year:
            return _day(year[0], month, day)
        return None if today is None or self._of_birth else _nearest(month, day, today)

    def _of_numbers(self, numbers: list[int], today: date | None, *, short: bool) -> date | None:
        first, second, third = numbers
        if first > _EARLIEST:
            return _day(first, second, third)
        year = third
        if short:
            if today is None:
                return None
            year += today.year // 100 * 100
            year -= 100 * (year > today.year)
        ways = [(first, second), (second, first)] if self._month_first else [(second, first), (first, second)]
        return _day(year, *ways[0]) or _day(year, *ways[1])


def spelled(day: date, style: int) -> str:
    """A day in one of three ways of writing it."""
    return (f"{day:%B} {day.day}, {day.year}", f"{day:%m/%d/%Y}", day.isoformat())[style % 3]


def _counted(match: re.Match[str], today: date) -> date | None:
    if near := match["near"]:
        return today + timedelta(days=_NEAR_DAYS[near.lower()])
    if weekday := match["weekday"]:
        return _weekday(_WEEKDAYS.index(weekday.lower()), today, ahead=(match["side"] or "").lower() in _AHEAD)
    return _counted_off(re.sub(r"(?i)(?:a )?couple (?:of )?", "2 ", match["span"]), today)


def _counted_off(words: str, today: date) -> date | None:
    parser = DateDataParser(languages=["en"], settings={"RELATIVE_BASE": datetime(today.year, today.month, today.day)})
    found = parser.get_date_data(words.replace("from today", "from now")).date_obj
    return found.date() if found and found.year >= _EARLIEST else None


def _weekday(number: int, today: date, *, ahead: bool) -> date:
    """The next such day if it is `ahead`, else the last one; never today."""
    if ahead:
        return today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1)
    return today - timedelta(days=(today.weekday() - number - 1) % _WEEK + 1)


def _nearest(month: int, day: int, today: date) -> date | None:
    """The last such day, since customers speak of what happened, unless one comes within two months."""
    years = range(today.year + 1, today.year - _LEAP_YEARS, -1)
    days = (found for year in years if (found := _day(year, month, day)))
    return next((found for found in days if found - today <= _UPCOMING), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None
