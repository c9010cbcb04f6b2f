"""A connection with one channel that comes back by itself: opened, prepared, watched, and opened again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.connection import Connection, make_url
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import AMQPError

from callcenter.telemetry import emit

HEARTBEAT = 10
"""Seconds; a peer that is silent for two of them is taken for lost."""

WATCH = 2.0
"""Seconds between looks at whether the consumer is still there."""

BACKOFF = (0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to connect; the last one repeats, each with jitter."""

Prepare = Callable[[AbstractChannel, RawChannel], Awaitable[None]]


class Link:
    """Keeps one channel open. `prepare` declares and subscribes on each new channel; `alive` says if it still works."""

    def __init__(
        self, url: str, name: str, prepare: Prepare, *, confirms: bool = False, alive: Callable[[], bool] | None = None
    ) -> None:
        self.url, self.name = with_heartbeat(url), name
        self._prepare, self._confirms, self._alive = prepare, confirms, alive or (lambda: True)
        self._raw: RawChannel | None = None
        self._connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False
        self._last_error = "not connected yet"

    def start(self) -> None:
        """Connect in the background, for as long as it takes."""
        self._keeper = asyncio.create_task(self._keep(), name=f"link-{self.name}")

    async def close(self) -> None:
        """Disconnect for good."""
        self._closed = True  # aio-pika may swallow a cancellation while it connects
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper

    def trouble(self) -> str | None:
        """Why there is no channel now, or None."""
        return None if self._connected.is_set() else f"RabbitMQ ({self.name}): {self._last_error}"

    async def channel(self) -> RawChannel:
        """The open channel; waits for one, so call it within a timeout."""
        while self._raw is None or self._raw.is_closed:
            await self._connected.wait()
            await asyncio.sleep(0)
        return self._raw

    async def _keep(self) -> None:
        failures = 0
        while not self._closed:
            try:
                await self._serve()
                failures = 0
            except (AMQPError, OSError, RuntimeError, TimeoutError) as error:
                self._last_error = f"{type(error).__name__}: {error}"
            if self._connected.is_set():
                emit("broker_lost", link=self.name, error=self._last_error)
                failures = 0
            self._connected.clear()
            self._raw = None
            if self._closed:
                return
            await asyncio.sleep(BACKOFF[min(failures, len(BACKOFF) - 1)] * random.uniform(0.75, 1.25))
            failures += 1

    async def _serve(self) -> None:
        """One life of the connection: returns or raises when it is over."""
        connection = await connect(self.url, self.name, 10)
        try:
            async with asyncio.timeout(30):
                channel = await connection.channel(publisher_confirms=self._confirms, on_return_raises=self._confirms)
                raw = cast(RawChannel, await channel.get_underlay_channel())
                await self._prepare(channel, raw)
            self._raw = raw
            self._connected.set()
            emit("broker_connected", link=self.name)
            while not raw.is_closed and not connection.is_closed:
                await asyncio.wait({raw.closing}, timeout=WATCH)
                if not self._alive():
                    self._last_error = "the broker cancelled the consumer"
                    return
            self._last_error = _why(raw)
        finally:
            with suppress(AMQPError, OSError, RuntimeError, TimeoutError):
                async with asyncio.timeout(2):
                    await connection.close()


async def connect(url: str, name: str, seconds: float) -> AbstractConnection:
    """A connection within so many seconds. aio-pika's own function leaves a failed attempt to the collector."""
    connection = Connection(make_url(url), client_properties={"connection_name": name})
    try:
        await connection.connect(timeout=seconds)
    except BaseException:
        await connection.close()
        raise
    return connection


def with_heartbeat(url: str) -> str:
    """The URL, with our heartbeat unless it sets one."""
    parts = urlsplit(url)
    query = {"heartbeat": str(HEARTBEAT), **dict(parse_qsl(parts.query))}
    return urlunsplit(parts._replace(query=urlencode(query)))


def _why(raw: RawChannel) -> str:
    closing = raw.closing
    if not closing.done() or closing.cancelled():
        return "the connection was lost"
    return str(closing.exception() or "the connection was closed")
