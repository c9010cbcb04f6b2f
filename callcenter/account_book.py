"""`accounts.yaml` as its customers know it: what stands at a place of an account, said as a customer would say it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

Entry = Mapping[str, Any]
_RELATIVE_DAY = re.compile(r"(?P<ago>\d+) days? ago|in (?P<ahead>\d+) days?|today")


class AccountBook(BaseModel):
    """`accounts.yaml`; which fields an account has is the business's own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    customers: tuple[dict[str, Any], ...]


def values_at(entry: Any, path: str) -> list[Any]:
    """All values at a dotted path, through lists on the way; none where there is nothing."""
    values = [entry]
    for part in path.split("."):
        found = [value.get(part) for value in values if isinstance(value, Mapping)]
        values = [one for value in found for one in (value if isinstance(value, list) else [value])]
    return [value for value in values if value is not None]


def said(value: Any, today: date) -> str:
    """A fact of an account as its owner knows it; "3 days ago" is a date."""
    day = day_of(value, today)
    return day.isoformat() if day else str(value)


def day_of(value: Any, today: date) -> date | None:
    """The day that is written there, or counted from today; None for anything else."""
    if isinstance(value, date):
        return value
    relative = _RELATIVE_DAY.fullmatch(value) if isinstance(value, str) else None
    return today + timedelta(days=int(relative["ahead"] or 0) - int(relative["ago"] or 0)) if relative else None
