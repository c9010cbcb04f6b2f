"""The SLA clock. What it has to notice, and when, lies in the book: a clock that stood still catches up.

Several may run at once, as a ticket is changed by whoever is first.
"""

import asyncio
from datetime import timedelta

from callcenter.errors import CallCenterError, Unavailable
from callcenter.telemetry import emit
from services.ticketing.office.office import Office

_AT_ONCE = 100
_LATER = timedelta(hours=1)
"""When a ticket is looked at again that cannot be helped, as its business is not here any more."""


class Clock:
    """Looks every `every` seconds for tickets whose time has come."""

    def __init__(self, office: Office, every: float) -> None:
        self.office, self.every = office, every

    async def run(self) -> None:
        """For ever; whatever goes wrong in one round, there is another."""
        while True:
            await asyncio.sleep(self.every)
            try:
                await self.round()
            except Exception as error:
                emit("clock_failed", service="ticketing", error=repr(error))

    async def round(self) -> None:
        """All that is due now; raises Unavailable where the book cannot be read."""
        while due := await self.office.book.alarms(self.office.now(), _AT_ONCE):
            for ticket_id in due:
                await self._look(ticket_id)

    async def _look(self, ticket_id: str) -> None:
        try:
            await self.office.look_at_the_clock(ticket_id)
        except Unavailable:
            raise
        except (CallCenterError, Exception) as error:  # one ticket does not keep the clock from the others
            emit("clock_failed", service="ticketing", ticket_id=ticket_id, error=repr(error))
            await self.office.book.postpone(ticket_id, self.office.now() + _LATER)
