"""Days as customers state them: written out, without the year, or counted from today."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateparser.date import DateDataParser

from services.agent.facts.reading import Reading

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
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
_YEAR = r"(?:,?\s+\d{4}(?!\d)|,?\s*'\d\d(?!\d)|,?\s+[4-9]\d(?![\d.,]*\d))?"
"""After a month, also in two digits: with the sign for what was left out, or where they can be no day and no hour."""

_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?:\d{{4}}([/.-])\d{{1,2}}\1\d{{1,2}}|(?:\d{{1,2}}([/.-])\d{{1,2}}\2\d\d(?!\d|\.\d))"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}|\d{{1,2}}[/.-](?:{'|'.join(_MONTHS)})[a-z]{{0,6}}[/.-](?:19|20)?\d\d"
    rf"|{MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}|{_DAY}\s+(?:of\s+)?{MONTH}(?!\s+(?:be|have|not|need|well|also)\b){_YEAR})(?![\w/-])",
    re.I,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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
    rf"|(?:(?P<side>last|this past|past|next|this coming|coming|this|by)\s+)?(?P<weekday>{'|'.join(WEEKDAYS)})(?!s|\w)"
    rf"|(?P<span>{_COUNT}\s*{_UNIT}\s+(?:ago|from now|from today)|in\s+{_COUNT}\s*{_UNIT}(?!\w)))(?!\w)",
    re.I,
)
_AHEAD = frozenset({"next", "this coming", "coming", "this", "by"})
_UPCOMING = timedelta(days=60)
_WEEK = 7
_LEAP_YEARS = 8
_ANY_DAY = date(2024, 1, 1)
"""Where it makes no difference what day it is."""

_MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "PR", "AS", "MP", "VI"})
_EARLIEST, _CENTURY, _AHEAD_YEARS, _MONTHS_A_YEAR = 1900, 100, 20, 12
_OLD_ENOUGH = 14
"""Years: a day so long ago is one of a birth, unless the words before it say what was then."""

_TOLD = re.compile(r"\b(?:since|on|from|in|until|till|before|after|of|dated|by|around)\W+(?:the\W+)?$", re.I)
_BEFORE = 20

_OFTEN_ANOTHER = re.compile(r"\d{1,2}([.-])\d{1,2}\1\d\d")
"""A version, a sort code or a day: a day only where one is spoken of."""


WRITTEN_DAY = rf"(?:\d{{1,4}}[/.-]\w{{1,9}}[/.-]\d{{2,4}}|{MONTH}\s+{_DAY}{_YEAR}|{_DAY}\s+(?:of\s+)?{MONTH}{_YEAR})"
"""What may be a day by its form."""


class Dates:
    """Finds days; a birth date needs its year. What `region` (ISO 3166) usually puts first comes first of two ways."""

    def __init__(self, region: str, *, of_birth: bool = False) -> None:
        self._month_first, self._of_birth = region in _MONTH_FIRST, of_birth
        _counted_off("1 day ago", date(2000, 1, 2))  # it loads its language now, and no customer waits for it

    def read(self, text: str, today: date | None) -> Iterator[Reading]:
        """Days in ISO 8601; those that depend on what day it is only if `today` is known, itself only as an answer.

        What reads in two ways, like 04/12/1988, is a day that nobody else may take, and no value.
        """
        for start, end, days in self.ways(text, today):
            bare = bool(days) and not _OFTEN_ANOTHER.fullmatch(text[start:end])
            if self._of_birth:
                old = today is not None and all(day.year <= today.year - _OLD_ENOUGH for day in days)
                bare &= old and not _TOLD.search(text[:start][-_BEFORE:])
            if days or self._of_birth:
                value = days[0].isoformat() if len(days) == 1 else None
                yield Reading(start, end, value, 0.86 if self._of_birth else 0.85, bare=bare)
        if today and not self._of_birth:
            for match in _COUNTED.finditer(text):
                if counted := _counted(match, today):
                    yield Reading(*match.span(), counted.isoformat(), 0.8, bare=counted != today)

    def ways(self, text: str, today: date | None) -> Iterator[tuple[int, int, tuple[date, ...]]]:
        """Where a day is written out, and the days that it can mean: none, one or two."""
        for match in _WRITTEN.finditer(text):
            days = self._written(match.group().lower(), today)
            if self._of_birth and today:
                days = [day for day in days if day <= today]
            yield *match.span(), tuple(dict.fromkeys(days))

    def exists(self, written: str, today: date | None) -> bool:
        """Whether there is such a day in the calendar, in any year where none is said."""
        text = written.lower()
        month, day, *year = in_words(text) or (0, 0, 0)
        return bool(self._written(text, today) or (not year and _nearest(month, day, today or _ANY_DAY)))

    def _written(self, text: str, today: date | None) -> list[date]:
        if not (stated := in_words(text)):
            return self._of_numbers([int(number) for number in re.findall(r"\d+", text)], today)
        month, day, *year = stated
        if year:
            return _days((self._full(year[0], today), month, day))
        nearest = None if today is None or self._of_birth else _nearest(month, day, today)
        return [nearest] if nearest else []

    def _of_numbers(self, numbers: list[int], today: date | None) -> list[date]:
        first, second, third = numbers
        if first > _EARLIEST:
            return _days((first, second, third))
        year = self._full(third, today)
        ways = ((year, first, second), (year, second, first))
        return _days(*(ways if self._month_first else reversed(ways)))

    def _full(self, year: int, today: date | None) -> int:
        """A year of two digits in its century: that of a birth lies in the past, others a little ahead at most."""
        if year >= _CENTURY or today is None:
            return year
        year += today.year // _CENTURY * _CENTURY
        return year - _CENTURY * (year > today.year + (0 if self._of_birth else _AHEAD_YEARS))


def in_words(text: str) -> list[int]:
    """Month, day and, if it is said, year of a day whose month is a word; nothing of one in numbers."""
    if not (word := re.search(rf"(?<![a-z]){MONTH}", text)):
        return []
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if ordinal := re.search(_ORDINAL, text):
        numbers.insert(0, _ORDINALS.index(ordinal.group().replace(" ", "-")) + 1)
    return [_MONTHS.index(word.group()[:3]) + 1, *numbers]


def spelled(day: date, style: int) -> str:
    """A day in one of three ways of writing it, none of which reads as another day."""
    in_numbers = (
        f"{day:%m/%d/%Y}" if day.day > _MONTHS_A_YEAR or day.day == day.month else f"{day.day} {day:%b} {day.year}"
    )
    return (f"{day:%B} {day.day}, {day.year}", in_numbers, day.isoformat())[style % 3]


def _counted(match: re.Match[str], today: date) -> date | None:
    if near := match["near"]:
        return today + timedelta(days=_NEAR_DAYS[near.lower()])
    if weekday := match["weekday"]:
        return on_weekday(WEEKDAYS.index(weekday.lower()), today, ahead=(match["side"] or "").lower() in _AHEAD)
    return _counted_off(re.sub(r"(?i)(?:a )?couple (?:of )?", "2 ", match["span"]), today)


def _counted_off(words: str, today: date) -> date | None:
    parser = DateDataParser(languages=["en"], settings={"RELATIVE_BASE": datetime(today.year, today.month, today.day)})
    found = parser.get_date_data(words.replace("from today", "from now")).date_obj
    return found.date() if found and found.year >= _EARLIEST else None


def on_weekday(number: int, today: date, *, ahead: bool) -> date:
    """The next such day if it is `ahead`, else the last one; never today."""
    if ahead:
        return today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1)
    return today - timedelta(days=(today.weekday() - number - 1) % _WEEK + 1)


def _nearest(month: int, day: int, today: date) -> date | None:
    """The last such day, since customers speak of what happened, unless one comes within two months."""
    years = range(today.year + 1, today.year - _LEAP_YEARS, -1)
    days = (found for year in years if (found := day_of(year, month, day)))
    return next((found for found in days if found - today <= _UPCOMING), None)


def _days(*ways: tuple[int, int, int]) -> list[date]:
    """Those that are days of the calendar."""
    return [day for way in ways if (day := day_of(*way))]


def day_of(year: int, month: int, day: int) -> date | None:
    """The day of the calendar, None where there is none."""
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None
