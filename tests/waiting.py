"""Waiting in tests: until something is so, or a clear failure."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Any | Awaitable[Any]], seconds: float = 30, every: float = 0.02) -> Any:
    """The first true answer of `condition`, plain or awaitable; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain; the last answer was {answer!r}"
        await asyncio.sleep(every)


async def listed(things: AsyncIterable[T]) -> list[T]:
    """All of them, in their order."""
    return [thing async for thing in things]
