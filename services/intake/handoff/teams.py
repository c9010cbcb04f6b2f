"""The queues of each business that people can be on duty for, and for which they are there now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from callcenter.business import Profile, alternatives, folders, load
from callcenter.calendar import Calendar
from callcenter.events import OnDuty
from callcenter.http.problems import FieldError, Problem
from callcenter.storage.switchboard import Switchboard


class _Queues(BaseModel):
    """What is wanted here of `ticketing.yaml`; the rest is for the ticket desk."""

    model_config = ConfigDict(extra="ignore")

    queues: dict[str, str]


@dataclass(frozen=True)
class _Business:
    queues: Mapping[str, str]
    calendar: Calendar


class Teams:
    """`patience` is how many seconds a customer waits for one of them; nobody is waited for outside opening hours."""

    def __init__(self, businesses: Mapping[str, _Business], switchboard: Switchboard, patience: float) -> None:
        self._businesses, self.switchboard, self.patience = businesses, switchboard, patience

    @classmethod
    def load(cls, root: Path, switchboard: Switchboard, patience: float) -> Self:
        """Of every business under `root`; raises BusinessError where a file is wrong."""
        found = {name: _business(folder) for name, folder in folders(root).items()}
        return cls(found, switchboard, patience)

    async def on_duty(self, business: str, now: datetime) -> tuple[OnDuty, ...]:
        """The teams that a customer who writes now could be handed to."""
        known = self._businesses[business]
        people = await self.switchboard.on_duty(business) if self.patience else {}
        there = {queue for queues in people.values() for queue in queues}
        if not there or not known.calendar.open_at(now):
            return ()
        return tuple(
            OnDuty(queue=queue, team=team, patience=self.patience)
            for queue, team in known.queues.items()
            if queue in there
        )

    async def sign_on(self, business: str, name: str, queues: Sequence[str], seconds: float) -> None:
        """This person is on duty for these queues until then; without any, not any more."""
        known = self._businesses.get(business)
        if known is None:
            raise _unknown("business", business, self._businesses)
        for queue in queues:
            if queue not in known.queues:
                raise _unknown("queues", queue, known.queues)
        if queues:
            await self.switchboard.sign_on(business, name, queues, seconds)
        else:
            await self.switchboard.sign_off(business, name)

    def all(self) -> list[tuple[str, str, str]]:
        """Business, queue and the name that customers know it by, of all queues that there are."""
        return [(name, *one) for name, business in self._businesses.items() for one in business.queues.items()]

    async def people(self) -> dict[str, dict[str, Sequence[str]]]:
        """Who is on duty in each business, for which queues."""
        return {business: dict(await self.switchboard.on_duty(business)) for business in self._businesses}


def _business(folder: Path) -> _Business:
    queues = load(folder, "ticketing.yaml", _Queues).queues
    return _Business(queues, Calendar(load(folder, "business.yaml", Profile)))


def _unknown(field: str, value: str, known: Mapping[str, object]) -> Problem:
    detail = f"{value!r} is not known here; {alternatives(value, known)}"
    return Problem(422, f"{field}: {detail}.", errors=[FieldError(field=field, detail=detail)])
