"""What is wrong with an answer that cannot be used."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Trouble:
    """What was meant as the answer, and what is wrong with it; `readings` are the values that it may have."""

    kind: Literal["too_short", "too_long", "two_ways", "unreadable"]
    said: str
    readings: tuple[str, ...] = ()
