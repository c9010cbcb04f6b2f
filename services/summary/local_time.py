"""The clock on the wall of a business: saying an instant, and counting its opening days."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.business import Profile

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class LocalTime:
    """The time zone and the opening weekdays of one business; public holidays are not looked at here."""

    def __init__(self, profile: Profile) -> None:
        self.zone = ZoneInfo(profile.time_zone)
        self.open_weekdays = {WEEKDAYS.index(day) for day in profile.opening_hours if day in WEEKDAYS} or set(range(7))

    def say(self, at: datetime) -> str:
        """As one tells a customer: `Tuesday, November 24 at 3:30 PM EST`."""
        local = at.astimezone(self.zone)
        return f"{local:%A}, {local:%B} {local.day} at {local.hour % 12 or 12}:{local:%M %p %Z}"

    def later(self, start: datetime, days: int, hour: time) -> datetime:
        """The instant (UTC) at `hour` of the `days`-th opening weekday after `start`."""
        day = start.astimezone(self.zone).date()
        while days:
            day += timedelta(days=1)
            days -= day.weekday() in self.open_weekdays
        return datetime.combine(day, hour, self.zone).astimezone(UTC)
