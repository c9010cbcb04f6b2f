from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.business import Holidays
from callcenter.calendar import WEEKDAYS, Calendar
from callcenter.errors import BusinessError

from .conftest import make_profile

NEW_YORK = ZoneInfo("America/New_York")
ALL_DAY = dict.fromkeys(WEEKDAYS, "00:00-24:00")


def ny(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[arg-type]


@pytest.fixture
def shop() -> Calendar:
    return Calendar(make_profile())


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (ny(2026, 3, 2, 12, 0), 30, ny(2026, 3, 2, 12, 30)),  # within the day
        (ny(2026, 3, 2, 7, 0), 30, ny(2026, 3, 2, 9, 30)),  # before opening
        (ny(2026, 3, 2, 17, 30), 60, ny(2026, 3, 3, 9, 30)),  # over the night
        (ny(2026, 3, 2, 17, 30), 30, ny(2026, 3, 2, 18, 0)),  # exactly at closing
        (ny(2026, 3, 2, 18, 0), 1, ny(2026, 3, 3, 9, 1)),  # at the closing minute
        (ny(2026, 3, 6, 17, 0), 120, ny(2026, 3, 7, 11, 0)),  # Friday into the short Saturday
        (ny(2026, 3, 7, 13, 0), 120, ny(2026, 3, 9, 10, 0)),  # over Sunday, the clocks go forward
        (ny(2026, 10, 31, 13, 0), 120, ny(2026, 11, 2, 10, 0)),  # over Sunday, the clocks go back
        (ny(2026, 12, 24, 17, 0), 120, ny(2026, 12, 26, 11, 0)),  # over Christmas
        (ny(2026, 7, 2, 17, 0), 120, ny(2026, 7, 6, 10, 0)),  # Independence Day, observed on Friday, and the 4th
        (ny(2026, 12, 31, 17, 0), 120, ny(2027, 1, 2, 11, 0)),  # into the next year
        (ny(2026, 3, 2, 20, 0), 0, ny(2026, 3, 3, 9, 0)),  # nothing left to do still waits for the opening
    ],
)
def test_due(shop: Calendar, start: datetime, minutes: int, due: datetime) -> None:
    assert shop.due(start, minutes) == due


def test_due_is_in_utc(shop: Calendar) -> None:
    assert shop.due(ny(2026, 3, 2, 12, 0), 30).isoformat() == "2026-03-02T17:30:00+00:00"


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 8), 23), ((2026, 11, 1), 25), ((2026, 3, 4), 24)])
def test_a_day_with_a_clock_change_has_as_many_hours_as_it_has(day: tuple[int, int, int], hours: int) -> None:
    always = Calendar(make_profile(opening_hours=ALL_DAY, holidays=Holidays()))
    midnight = ny(*day)
    assert always.due(midnight, hours * 60) == ny(*day) + timedelta(days=1)


def test_own_days_are_closed_once_or_every_year() -> None:
    calendar = Calendar(make_profile(holidays=Holidays(country="US", extra=("2026-03-03", "12-24"))))
    closed = [(2026, 3, 3), (2026, 12, 24), (2027, 12, 24)]
    assert [calendar.is_holiday(datetime(*day).date()) for day in closed] == [True] * 3
    assert not calendar.is_holiday(datetime(2027, 3, 3).date())
    assert calendar.due(ny(2026, 3, 2, 17, 0), 120) == ny(2026, 3, 4, 10, 0)


def test_another_country_has_other_holidays() -> None:
    berlin = Calendar(make_profile(time_zone="Europe/Berlin", holidays=Holidays(country="DE", subdivision="BE")))
    assert berlin.is_holiday(datetime(2026, 5, 1).date())
    assert not berlin.is_holiday(datetime(2026, 7, 4).date())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"opening_hours": {"mon": "9-17"}}, "opening_hours > mon: '9-17'"),
        ({"opening_hours": {"mon": "18:00-09:00"}}, "opening_hours > mon"),
        ({"opening_hours": {"monday": "09:00-17:00"}}, "no such day: monday"),
        ({"opening_hours": {}}, "no day is open"),
        ({"holidays": Holidays(country="XX")}, "holidays: no public holidays are known for XX"),
        ({"holidays": Holidays(extra=("Christmas",))}, "holidays > extra: 'Christmas'"),
        ({"holidays": Holidays(extra=("02-30",))}, "holidays > extra: '02-30'"),
    ],
)
def test_a_wrong_profile_is_told(change: dict[str, object], told: str) -> None:
    with pytest.raises(BusinessError, match=r"^retail/business.yaml: ") as mistake:
        Calendar(make_profile(**change))
    assert told in str(mistake.value)


TIGHT = Calendar(make_profile(opening_hours={"mon": "09:00-12:30", "wed": "02:15-03:30", "sun": "01:30-24:00"}))
SHOP = Calendar(make_profile())
starts = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
calendars = st.sampled_from([SHOP, TIGHT])


@given(calendars, starts, st.integers(0, 20_000))
def test_due_is_never_before_start_and_always_within_opening(calendar: Calendar, start: datetime, minutes: int) -> None:
    due = calendar.due(start, minutes)
    assert due >= start
    opens, closes = next(calendar.windows(due - timedelta(seconds=1)))
    assert opens <= due <= closes


@given(calendars, starts, st.integers(0, 5_000), st.integers(0, 5_000))
def test_more_minutes_are_never_due_earlier(calendar: Calendar, start: datetime, minutes: int, more: int) -> None:
    assert calendar.due(start, minutes) <= calendar.due(start, minutes + more)


@given(calendars, starts, st.integers(1, 3_000), st.integers(1, 3_000))
def test_waiting_in_two_steps_is_waiting_in_one(calendar: Calendar, start: datetime, one: int, two: int) -> None:
    assert calendar.due(calendar.due(start, one), two) == calendar.due(start, one + two)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=9)),
)
def test_the_opening_time_between_is_what_was_added(start: datetime, span: timedelta) -> None:
    calendar = Calendar(make_profile())
    assert calendar.between(start, calendar.after(start, span)) == span
    assert calendar.between(calendar.after(start, span), start) == timedelta()
