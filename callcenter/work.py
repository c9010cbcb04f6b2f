"""A limit on work that does not give way: a pattern may take for ever over a few words, and all else waits for it.

The event loop cannot interrupt such work, but the kernel can: it counts the processor time of this process, and `re`
looks for its signal while it matches. Time that a busy machine gives to others does not count.
"""

import signal
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from functools import cache, partial
from time import process_time
from types import FrameType
from typing import Any, Generic, TypeVar

from callcenter.errors import TooMuchWork
from callcenter.telemetry import emit

_AGAIN = 0.1
"""Seconds after which work is stopped once more, where something has swallowed the first time."""

_AT_ONCE = 0.001
_limits: list[float] = []
"""The limits that work is under right now, the outermost first."""

T = TypeVar("T")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooMuchWork within work that takes more processor time. There must be no `await` in it: see `InSteps`.

    A limit within another ends with the outer one at the latest. Without effect, which is told once, outside the main
    thread and where there is no such signal.
    """
    if why := _impossible():
        _tell_once(why)
        yield
        return
    depth, former = len(_limits), signal.signal(signal.SIGVTALRM, _stop)
    outer, again = signal.getitimer(signal.ITIMER_VIRTUAL)
    budget, began = min(seconds, outer or seconds), process_time()
    try:
        _limits.append(budget)
        signal.setitimer(signal.ITIMER_VIRTUAL, budget, _AGAIN)
        yield
    finally:
        try:
            left = max(outer - (process_time() - began), _AT_ONCE) if outer else 0
            signal.setitimer(signal.ITIMER_VIRTUAL, left, again)
            if callable(former):  # else ours stays: a late signal that nobody takes would end the process
                signal.signal(signal.SIGVTALRM, former)
        finally:
            del _limits[depth:]


class InSteps(Generic[T]):
    """`await InSteps(work, seconds)`: under a limit from each `await` of the work to the next, and none meanwhile."""

    def __init__(self, work: Coroutine[Any, Any, T], seconds: float) -> None:
        self._work, self._seconds = work, seconds

    def __await__(self) -> Generator[Any, Any, T]:
        """Hands through what the work waits for, and what comes of it."""
        go_on: Callable[[], Any] = partial(self._work.send, None)
        while True:
            with limited(self._seconds):
                try:
                    waits_for = go_on()
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]  # a coroutine returns what it says
            try:
                go_on = partial(self._work.send, (yield waits_for))
            except BaseException as thrown:
                go_on = partial(self._work.throw, thrown)


def _stop(_: int, __: FrameType | None) -> None:
    if _limits:
        raise TooMuchWork(f"It was given up after {_limits[-1]:.2g} s of processor time.")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)  # it is that of a limit that has just ended


def _impossible() -> str:
    """Why no limit can be set here, empty where it can."""
    if not hasattr(signal, "SIGVTALRM"):
        return "this system has no SIGVTALRM"
    return "" if threading.current_thread() is threading.main_thread() else "it is not in the main thread"


@cache
def _tell_once(why: str) -> None:
    emit("work_unlimited", why=why)
