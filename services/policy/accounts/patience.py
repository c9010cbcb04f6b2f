"""How long a source of accounts is waited for. One that is slow or away is never taken for one that knows nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina

from callcenter.errors import CallCenterError, Unavailable

T = TypeVar("T")

TRIES = 3
"""Tries in one lookup, for a connection that breaks; beyond that the message waits, and comes back by itself."""

FAILURES = 5
"""Lookups that fail in a row until the source is left alone."""

REST = 2.0
"""Seconds that it is left alone, before one lookup tries it again."""


class Breaker:
    """Spares a source that failed again and again: while it rests nobody asks; then one does, for all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._failures, self._rests_until = clock, 0, 0.0

    def ask(self) -> bool:
        """Whether a lookup may go through now."""
        now = self._clock()
        if now < self._rests_until:
            return False
        if self._failures >= FAILURES:
            self._rests_until = now + REST  # for the others, until this one knows more
        return True

    def answered(self) -> None:
        """The source is well."""
        self._failures, self._rests_until = 0, 0.0

    def failed(self) -> None:
        """The source did not answer."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._rests_until = self._clock() + REST


class Patience:
    """A limit of `seconds` for each lookup, tries included; all lookups of a source share one."""

    def __init__(self, source: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.source, self.seconds, self.breaker = source, seconds, Breaker(clock)

    async def wait_for(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` answers; raises Unavailable if it does not in time, or if the source is left alone just now."""
        if not self.breaker.ask():
            raise Unavailable(f"{self.source} did not answer {FAILURES} times in a row; it is asked again in a moment.")
        try:
            answer = await self._insist(ask)
        except Unavailable:
            self.breaker.failed()
            raise
        except CallCenterError:
            self.breaker.answered()
            raise
        self.breaker.answered()
        return answer

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self.seconds):
                async for attempt in stamina.retry_context(
                    on=Unavailable, attempts=TRIES, timeout=None, wait_initial=0.05, wait_max=0.5, wait_jitter=0.05
                ):
                    with attempt:
                        return await ask()
        except TimeoutError:
            pass
        raise Unavailable(f"{self.source} did not answer within {self.seconds:g} s.")
