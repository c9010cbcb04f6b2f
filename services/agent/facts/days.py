"""Days to come, for an appointment: a day of the week as it was named, any other as the day of the calendar it is."""

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from services.agent.facts.dates import MONTH, WEEKDAYS, day_of, in_words, on_weekday
from services.agent.facts.numerals import number
from services.agent.facts.reading import Reading

_WEEK = timedelta(days=7)
_YEARS = 2
_NAMED = (
    r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day(?!s)|tues?|wed|thu(?:rs?)?|fri|(?<=on )(?:mon|sat|sun))"
    r"(?!\w)"
)
_DATE = (
    rf"(?:{MONTH}\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?|(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}"
    r"|(?:the\s)?\d{1,2}(?:st|nd|rd|th)|\d{1,2}/\d{1,2}(?!/))(?![\w/])"
)
_PAST = "".join(f"(?<!{word} )" for word in ("since", "last", "past", "until", "till"))
_WEEKDAY = re.compile(
    rf"(?<!\w){_PAST}(?:(?P<next>next)\s|(?:this coming|coming|this)\s)?{_NAMED}"
    rf"(?:(?P<later>\sweek(?!\w))|,?\s(?P<date>{_DATE}))?",
    re.I,
)
_NEAR = re.compile(
    rf"(?<!\w)(?:(?P<week>an?\sweek\sfrom\s)(?:tomorrow|{_NAMED})|(?:the\s)?day after tomorrow"
    r"|tomorrow(?P<later>\sweek)?)(?!\w)",
    re.I,
)
_COUNT = r"(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|\d{1,2})\s(?P<unit>days?|weeks?)"
_COUNTED = re.compile(rf"(?<!\w)(?:in\s{_COUNT}|{_COUNT.replace('?P<', '?P<x')}\sfrom\s(?:now|today))(?!\w)", re.I)
_WRITTEN = re.compile(rf"(?<![\w/$.-]){_DATE}", re.I)


def days_ahead(text: str, today: date | None, weekdays: Collection[str] = ()) -> Iterator[Reading]:
    """`FRIDAY` or `NEXT FRIDAY` where that is all that was said, else ISO 8601; nothing where `today` is unknown.

    A date or a number of days alone may be about anything: it counts only after a cue or as an answer. Days of others
    than these `weekdays`, if any are given, do not count.
    """
    there = _days(text, today) if today else ()
    yield from (one for one in there if not weekdays or _weekday(one.value or "") in weekdays)


def _weekday(value: str) -> str:
    day = WEEKDAYS[date.fromisoformat(value).weekday()] if value[0].isdigit() else value
    return day.lower().removeprefix("next ")


def _days(text: str, today: date) -> Iterator[Reading]:
    for match in _WEEKDAY.finditer(text):
        if value := _of_weekday(match, today):
            yield Reading(*match.span(), value, 0.86)
    for match in _NEAR.finditer(text):
        yield Reading(*match.span(), _near(match, today).isoformat(), 0.88)
    for match in _COUNTED.finditer(text):
        yield Reading(*match.span(), _counted(match, today).isoformat(), 0.86, bare=False)
    for match in _WRITTEN.finditer(text):
        if day := _coming(match.group(), today):
            yield Reading(*match.span(), day.isoformat(), 0.86, bare=False)


def _of_weekday(match: re.Match[str], today: date) -> str | None:
    if match["date"]:
        day = _coming(match["date"], today)
        return day.isoformat() if day else None
    if match["later"]:
        return (_next(match["weekday"], today) + _WEEK).isoformat()
    named = WEEKDAYS[_place(match["weekday"])].upper()
    return f"NEXT {named}" if match["next"] else named


def _near(match: re.Match[str], today: date) -> date:
    if match["weekday"]:
        return _next(match["weekday"], today) + _WEEK
    days = timedelta(days=2 if "after" in match.group().lower() else 1)
    return today + days + (_WEEK if match["week"] or match["later"] else timedelta())


def _counted(match: re.Match[str], today: date) -> date:
    count, unit = match["count"] or match["xcount"], (match["unit"] or match["xunit"]).lower()
    days = int(count) if count.isdigit() else number(count) or 0
    return today + (days * _WEEK if unit.startswith("week") else timedelta(days=days))


def _place(named: str) -> int:
    return next(place for place, day in enumerate(WEEKDAYS) if day.startswith(named.lower()[:3]))


def _next(named: str, today: date) -> date:
    return on_weekday(_place(named), today, ahead=True)


def _coming(written: str, today: date) -> date | None:
    """The next such day: of this month or the next where only the day of the month is said."""
    text = written.lower()
    if stated := in_words(text):
        month, day, *_ = stated
        return _first(((year, month, day) for year in range(today.year, today.year + _YEARS)), today)
    first, *second = (int(figure) for figure in re.findall(r"\d+", text))
    if second:
        return _first(((year, first, second[0]) for year in range(today.year, today.year + _YEARS)), today)
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(_YEARS))
    return _first(((month // 12, month % 12 + 1, first) for month in months), today)


def _first(days: Iterator[tuple[int, int, int]], today: date) -> date | None:
    there = (day_of(*day) for day in days)
    return next((day for day in there if day and day >= today), None)
