from datetime import UTC, datetime, time

import pytest

from services.summary.local_time import LocalTime

from .conftest import PROFILE


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 3, 3, 20, 30, tzinfo=UTC), "Tuesday, March 3 at 3:30 PM EST"),
        (datetime(2026, 7, 3, 4, 5, tzinfo=UTC), "Friday, July 3 at 12:05 AM EDT"),
        (datetime(2026, 7, 3, 16, 0, tzinfo=UTC), "Friday, July 3 at 12:00 PM EDT"),
    ],
)
def test_say(at: datetime, said: str) -> None:
    assert LocalTime(PROFILE).say(at) == said


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (datetime(2026, 3, 2, 17, tzinfo=UTC), 1, datetime(2026, 3, 3, 15, tzinfo=UTC)),  # 10:00 in winter
        (
            datetime(2026, 3, 6, 17, tzinfo=UTC),
            1,
            datetime(2026, 3, 9, 14, tzinfo=UTC),
        ),  # over a weekend, clocks change
        (datetime(2026, 3, 7, 3, tzinfo=UTC), 1, datetime(2026, 3, 9, 14, tzinfo=UTC)),  # still Friday evening there
        (datetime(2026, 3, 2, 17, tzinfo=UTC), 5, datetime(2026, 3, 9, 14, tzinfo=UTC)),
    ],
)
def test_later_counts_opening_days_in_the_time_zone(start: datetime, days: int, due: datetime) -> None:
    assert LocalTime(PROFILE).later(start, days, time(10)) == due
