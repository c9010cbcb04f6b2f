"""What a reader of one kind of fact finds in a text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Reading:
    """A value in its normal form at characters `start` to `end`.

    One that is not `bare` counts only after a cue or as the answer to a question; one without a value is
    recognized for what it is, and so is nothing else.
    """

    start: int
    end: int
    value: str | None
    certainty: float
    bare: bool = True


Reader = Callable[[str, date | None], Iterable[Reading]]
"""Reads a text, given what day it is (None: unknown, and days cannot be counted from it)."""
