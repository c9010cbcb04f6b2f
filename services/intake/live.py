"""Following an interaction as it happens: waiting for its end, and server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson
from fastapi.sse import format_sse_event

from callcenter.errors import Unavailable
from callcenter.events import EVENTS, Status
from callcenter.messaging.serve import Runtime
from callcenter.storage.protocol import Store, Stored
from services.intake.views import frame_data, interaction_view

View = dict[str, Any]

SETTLED: tuple[Status, ...] = ("waiting", "completed", "failed")
"""States in which no desk is at work."""

LOOK_AGAIN = 2.0
"""Seconds after which the store is read again though no change was told."""

PING = 15.0
"""Seconds of silence after which a comment keeps the connection open."""


async def until_settled(runtime: Runtime, interaction_id: str, seconds: float) -> Stored | None:
    """The newest event, as soon as the interaction has ended, the agent has answered, or the time is up."""
    deadline = asyncio.get_running_loop().time() + seconds
    async with runtime.store.watch(interaction_id) as changed:
        while True:
            changed.clear()
            newest = await runtime.store.newest(interaction_id)
            left = deadline - asyncio.get_running_loop().time()
            if newest is None or EVENTS[newest.type].status in SETTLED or left <= 0 or runtime.draining.is_set():
                return newest
            await _first(changed.wait(), runtime.draining.wait(), within=min(left, LOOK_AGAIN))


async def frames(
    runtime: Runtime, interaction_id: str, after: int, seen: Callable[[View], View] = lambda view: view
) -> AsyncIterator[bytes]:
    """Every step after rev `after` as an SSE frame, then each new one; ends with the terminal event.

    `seen` makes of a view what whoever follows may see of it.
    """
    yield format_sse_event(retry=2000)
    quiet = 0.0
    async with runtime.store.watch(interaction_id) as changed:
        while not runtime.draining.is_set():
            changed.clear()
            news: list[tuple[int, bytes, bool]] = []
            with suppress(Unavailable):  # the store comes back, and the client need not
                news = await _news(runtime.store, interaction_id, after, seen)
            for rev, frame, last in news:
                yield frame
                after, quiet = rev, 0.0
                if last:
                    return
            await _first(changed.wait(), runtime.draining.wait(), within=LOOK_AGAIN)
            quiet += LOOK_AGAIN
            if quiet >= PING:
                quiet = 0.0
                yield format_sse_event(comment="still here")


async def _news(
    store: Store, interaction_id: str, after: int, seen: Callable[[View], View]
) -> list[tuple[int, bytes, bool]]:
    """Rev, frame and whether it is the last, of each step after `after`."""
    steps = [step for step in await store.history(interaction_id) if step.rev > after]
    newest = await store.newest(interaction_id) if steps else None
    if newest is None:
        return []
    view = seen(interaction_view(newest))
    return [
        (step.rev, _frame(step.rev, step.type, step.at.isoformat(), view), step.rev == view["rev"] and _ended(newest))
        for step in steps
        if step.rev <= view["rev"]
    ]


def _ended(stored: Stored) -> bool:
    return EVENTS[stored.type].terminal


def _frame(rev: int, kind: str, at: str, view: dict[str, Any]) -> bytes:
    data = orjson.dumps(frame_data(rev, kind, at, view)).decode()
    return format_sse_event(data_str=data, event=kind, id=str(rev))


async def _first(*waits: Awaitable[Any], within: float) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
