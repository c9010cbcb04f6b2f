"""When a business is open: its hours, its time zone, its public holidays, and adding working time to an instant."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

import holidays

from callcenter.business import Profile
from callcenter.errors import BusinessError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$")
_DAY = re.compile(r"^(?:\d{4}-)?\d{2}-\d{2}$")
_DAY_OF_EVERY_YEAR = len("12-24")

Window = tuple[datetime, datetime]


class Calendar:
    """The opening hours of one business, measured in elapsed time, so that a clock change costs or gains nothing.

    Raises BusinessError where hours or holidays of the profile cannot be read.
    """

    def __init__(self, profile: Profile) -> None:
        self.zone = ZoneInfo(profile.time_zone)
        self.hours = _weekly_hours(profile)
        self.public = _public_holidays(profile)
        self.extra = frozenset(_own_day(profile, day) for day in profile.holidays.extra)

    def due(self, start: datetime, business_minutes: int) -> datetime:
        """The instant (UTC) at which `business_minutes` of opening time have passed since `start`."""
        return self.after(start, timedelta(minutes=business_minutes))

    def after(self, start: datetime, left: timedelta) -> datetime:
        """The instant (UTC) at which that much opening time has passed since `start`."""
        start = start.astimezone(UTC)
        for opens, closes in self.windows(start):
            begin = max(start, opens)
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        raise AssertionError("a business that opens on some weekday has windows for ever")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The opening time from `start` to `end`; none where the end is not later."""
        within = takewhile(lambda window: window[0] < end, self.windows(start))
        return sum((min(end, closes) - max(start, opens) for opens, closes in within if start < end), timedelta())

    def open_at(self, now: datetime) -> bool:
        """Whether the business is open at that instant."""
        return next(self.windows(now))[0] <= now

    def windows(self, start: datetime) -> Iterator[Window]:
        """The times from opening to closing (UTC) that end after `start`, in order."""
        first = start.astimezone(self.zone).date()
        for offset in count():
            window = self._window(first + timedelta(days=offset))
            if window and window[1] > start:
                yield window

    def is_holiday(self, day: date) -> bool:
        """Whether the business is closed that day although it opens on that weekday."""
        return day in self.public or day.isoformat() in self.extra or f"{day:%m-%d}" in self.extra

    def _window(self, day: date) -> Window | None:
        hours = self.hours.get(day.weekday())
        if hours is None or self.is_holiday(day):
            return None
        midnight = datetime.combine(day, time(), self.zone)
        opens, closes = ((midnight + minutes).astimezone(UTC) for minutes in hours)
        return (opens, closes) if opens < closes else None


def _weekly_hours(profile: Profile) -> dict[int, tuple[timedelta, timedelta]]:
    unknown = set(profile.opening_hours) - set(WEEKDAYS)
    if unknown or not profile.opening_hours:
        told = f"no such day: {', '.join(sorted(unknown))}" if unknown else "no day is open"
        raise _mistake(profile, "opening_hours", f"{told}; allowed are {', '.join(WEEKDAYS)}")
    return {WEEKDAYS.index(day): _hours(profile, day, text) for day, text in profile.opening_hours.items()}


def _hours(profile: Profile, day: str, text: str) -> tuple[timedelta, timedelta]:
    found = _HOURS.match(text)
    if found:
        hour, minute, to_hour, to_minute = (int(part) for part in found.groups() if part)
        opens, closes = timedelta(hours=hour, minutes=minute), timedelta(hours=to_hour, minutes=to_minute)
        if opens < closes:
            return opens, closes
    raise _mistake(
        profile, f"opening_hours > {day}", f"{text!r} is not a time span within a day; write one like 09:00-18:00"
    )


def _public_holidays(profile: Profile) -> holidays.HolidayBase | frozenset[date]:
    country, subdivision = profile.holidays.country, profile.holidays.subdivision
    if country is None:
        return frozenset()
    try:
        return holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        told = f"no public holidays are known for {country} {subdivision or ''}".rstrip()
        raise _mistake(profile, "holidays", f"{told}; write codes like US and CA") from None


def _own_day(profile: Profile, text: str) -> str:
    """Valid as `YYYY-MM-DD`, or as `MM-DD` for every year; 2000 lets the 29th of February pass."""
    try:
        date.fromisoformat(f"2000-{text}" if len(text) == _DAY_OF_EVERY_YEAR else text)
    except ValueError:
        valid = False
    else:
        valid = bool(_DAY.match(text))
    if not valid:
        raise _mistake(profile, "holidays > extra", f"{text!r} is not a day; write one like 2026-12-24 or 12-24")
    return text


def _mistake(profile: Profile, place: str, told: str) -> BusinessError:
    return BusinessError(f"{profile.name}/business.yaml: {place}: {told}.")
