"""Lengths of time as business files write them: `90 days`, `3 years`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_WRITTEN = re.compile(rf"([1-9]\d{{0,5}}) ({'|'.join(_DAYS)})s?")
LONGEST = timedelta(days=100 * 365)


def length(written: object) -> object:
    """The length that a text tells; raises ValueError, with what to write, where it tells none."""
    if isinstance(written, timedelta):
        return written
    found = _WRITTEN.fullmatch(str(written).strip().lower())
    if not found:
        raise ValueError(f"{written!r} is not a length of time; write one like 36 hours, 90 days or 3 years")
    lasts = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if lasts > LONGEST:
        raise ValueError(f"{written} is too long; write at most 100 years")
    return lasts


Length = Annotated[timedelta, BeforeValidator(length)]
"""A field that is written so."""
