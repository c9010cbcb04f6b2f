"""The HTTP server of every service: uvicorn, with limits for clients that are slow, silent or too many.

Uvicorn waits for ever for the rest of a request, and for a client that takes nothing of its answer. The deadline of
a body is kept where bodies are read (`callcenter.http.bodies`), as only there it can be told.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from callcenter.http.problems import ProblemDocument

MAX_HEAD = 64 * 1024
"""Bytes of the request line and the headers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections at once; seconds for a whole head; seconds that a client may take nothing of its answer."""

    connections: int = 800
    head: float = 10
    stall: float = 60


class Config(uvicorn.Config):
    """Uvicorn's, with the limits; at the end, answers have `grace` seconds to be finished."""

    def __init__(self, app: ASGIApp, limits: Limits, grace: int) -> None:
        super().__init__(
            app,
            http=LimitedProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=grace,
        )
        self.limits = limits


class LimitedProtocol(HttpToolsProtocol):
    """One connection. Where there are too many, the one that has kept us waiting longest for a request has to go."""

    config: Config
    waits_since = 0.0
    _head_size = 0
    _in_body = False
    _late: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether we wait for a request, or the rest of its head: nothing is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head has to follow."""
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > self.config.limits.connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """More of a head or a body; of a body that was refused already, too, which has as long as a head."""
        if self.waits and self._late is None:
            self._expect_head()
        self._head_size += len(data)
        super().data_received(data)
        if self._late and not self._in_body and self._head_size > MAX_HEAD:
            self.refuse(431, f"The headers are larger than {MAX_HEAD} bytes; please send fewer, or shorter ones.")

    def on_headers_complete(self) -> None:
        """The head is here in time."""
        self._expect_nothing()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Whatever comes now is the next request."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """From now on we wait for the next request."""
        self.waits_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client takes nothing; an event stream is silent rather than stalled, and lives on."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.config.limits.stall, self.transport.abort)

    def resume_writing(self) -> None:
        """It goes on."""
        self._flowing()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """No deadline outlives its connection."""
        self._expect_nothing()
        self._flowing()
        super().connection_lost(exc)

    def refuse(self, status: int, detail: str) -> None:
        """End the connection with a problem document."""
        if not self.transport.is_closing():
            self.transport.write(_document(status, detail))
            self.transport.close()

    def _expect_head(self) -> None:
        self._head_size, self.waits_since = 0, self.loop.time()
        self._late = self.loop.call_later(self.config.limits.head, self._too_late)

    def _expect_nothing(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _flowing(self) -> None:
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    def _too_late(self) -> None:
        if self._head_size and not self._in_body:
            self.refuse(408, f"The headers did not arrive whole within {self.config.limits.head:g} seconds.")
        else:
            self.transport.close()

    def _make_room(self) -> None:
        alive = [one for one in self.connections if isinstance(one, LimitedProtocol) and not one.transport.is_closing()]
        if len(alive) > self.config.limits.connections:
            waiting = [one for one in alive if one.waits and one is not self]
            longest = min(waiting, key=lambda one: one.waits_since, default=self)
            longest.refuse(503, "Too many connections are open here. Please try again in a moment.")


def _document(status: int, detail: str) -> bytes:
    """A response of its own, as it goes over the wire: there is no request yet that an app could answer."""
    phrase = HTTPStatus(status).phrase
    body = ProblemDocument(title=phrase, status=status, detail=detail).model_dump_json().encode()
    lines = (
        f"HTTP/1.1 {status} {phrase}",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Retry-After: 2",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body
