"""A connection with one channel that comes back by itself: opened, prepared, watched, and opened again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.connection import Connection, make_url
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import AMQPError

from callcenter.messaging.rabbitmq.wire import Wire
from callcenter.telemetry import emit
from callcenter.tls import advice

HEARTBEAT = 10
"""Seconds; a peer that is silent for two of them is taken for lost."""

WATCH = 0.5
"""Seconds between looks at whether the consumer is still there."""

DECLARE = 5.0
"""Seconds between declarations of what has to lie in the broker: what somebody deleted comes back."""

BACKOFF = (0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to connect; the last one repeats, each with jitter."""

Declare = Callable[[AbstractChannel], Awaitable[None]]
Subscribe = Callable[[RawChannel], Awaitable[None]]


class Link:
    """Keeps one channel open: declares on each new one, and again and again; subscribes; watches if it still works.

    Without `subscribe` the channel is one to publish on, with confirms.
    """

    def __init__(
        self,
        url: str,
        name: str,
        declare: Declare,
        subscribe: Subscribe | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self.url, self.name = with_heartbeat(url), name
        self._declare, self._subscribe, self._alive = declare, subscribe, alive
        self._due = 0.0
        self._wire = Wire()
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
        """Why nothing goes over the channel now, or None."""
        if not self._connected.is_set():
            return f"RabbitMQ ({self.name}): {self._last_error}"
        if self._wire.blocked is not None:
            return f"RabbitMQ ({self.name}): it takes no publications now ({self._wire.blocked})"
        return None

    def declare_soon(self) -> None:
        """Something that should lie in the broker may be missing."""
        self._due = 0.0

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
                self._last_error = advice(error) or f"{type(error).__name__}: {error}"
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
        self._wire = Wire()
        connection = await connect(self.url, self.name, 10, self._wire)
        try:
            async with asyncio.timeout(30):
                confirms = self._subscribe is None
                channel = await connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
                raw = cast(RawChannel, await channel.get_underlay_channel())
                await self._declare_on(channel)
                if self._subscribe:
                    await self._subscribe(raw)
            self._raw = raw
            self._connected.set()
            emit("broker_connected", link=self.name)
            while not raw.is_closed and not connection.is_closed:
                await asyncio.wait({raw.closing}, timeout=WATCH)
                if not self._alive():
                    self._last_error = "the broker cancelled the consumer"
                    return
                await self._declare_when_due(channel)
            self._last_error = _why(raw)
        finally:
            with suppress(AMQPError, OSError, RuntimeError, TimeoutError):
                async with asyncio.timeout(2):
                    await connection.close()

    async def _declare_when_due(self, channel: AbstractChannel) -> None:
        """Not while the broker is blocked: it would not even read that."""
        if self._wire.blocked is None and not channel.is_closed and time.monotonic() >= self._due:
            async with asyncio.timeout(30):
                await self._declare_on(channel)

    async def _declare_on(self, channel: AbstractChannel) -> None:
        self._due = time.monotonic() + DECLARE
        await self._declare(channel)


async def connect(url: str, name: str, seconds: float, wire: Wire) -> AbstractConnection:
    """A connection within so many seconds. aio-pika's own function leaves a failed attempt to the collector."""
    connection = Connection(make_url(url), client_properties={"connection_name": name})
    connection.kwargs["transport_factory"] = wire
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
