"""What was published and taken by nobody: remembered for a while, as it is published again until it is taken."""

import time
from collections.abc import Callable

UNHEARD_FOR = 10.0
"""Seconds; longer than the pause between two tries of whoever publishes it."""


class Unheard:
    """Types of events that nobody took lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def note(self, kind: str) -> None:
        """Nobody took it."""
        self._since[kind] = self._clock()

    def taken(self, kind: str) -> None:
        """Somebody did."""
        self._since.pop(kind, None)

    def lately(self) -> tuple[str, ...]:
        """All that are not known to be taken again."""
        soonest = self._clock() - UNHEARD_FOR
        return tuple(kind for kind, at in self._since.items() if at > soonest)
