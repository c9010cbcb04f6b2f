"""How often a client may ask: tokens that come back with time, counted over all processes, and event streams at once.

What is left is told in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers), on every answer that
was counted. Requests from this machine itself are not counted. While the counters are away nobody is refused here: what
cannot be done without their server is refused by whoever needs it.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.errors import Unavailable
from callcenter.http.clients import client_of
from callcenter.http.problems import Problem, problem_response
from callcenter.storage.counters import Counters, Quota, Room
from callcenter.telemetry import emit

PATIENCE = 0.3
"""Seconds that the counters may take."""

STREAM_PAUSE = 5
"""Seconds after which a client with too many streams may try again: one that is broken off is gone by then."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Up to `most` requests in so many `seconds` to addresses like `path`, for each client; 0: as many as they like.

    Where the path has a group, it is counted for each text in its place, whoever asks.
    """

    name: str
    most: int
    seconds: int
    method: str
    path: str

    def quota(self, client: str, method: str, path: str) -> Quota | None:
        """What a request takes a token of."""
        found = re.fullmatch(self.path, path) if self.most and re.fullmatch(self.method, method) else None
        return (
            Quota(f"{self.name}:{found[1] if found.groups() else client}", self.most, self.seconds) if found else None
        )


class RateLimits:
    """Answers 429 to who asks too often, or holds more than so many `streams`, 0 being as many as they like."""

    def __init__(
        self, app: ASGIApp, counters: Counters, rates: Sequence[Rate], streams: int = 0, streaming: str = r".*/events"
    ) -> None:
        self.app, self.counters, self.rates = app, counters, rates
        self.streams, self.streaming = streams, streaming
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        client = client_of(Request(scope)) if scope["type"] == "http" else None
        if client is None or _from_here(client):
            return await self.app(scope, receive, send)
        told, refused = await self._counted(client, scope)
        if refused:
            emit("request_refused", service="http", status=refused.status, path=scope["path"], detail=refused.detail)
            return await problem_response(refused, Request(scope))(scope, receive, _with(told, send))
        return await self._let_in(client, scope, receive, _with(told, send))

    async def _counted(self, client: str, scope: Scope) -> tuple[dict[str, str], Problem | None]:
        """The fields that tell what is left, and why the request is refused, if it is."""
        found = ((one, one.quota(client, scope["method"], scope["path"])) for one in self.rates)
        asked = {one: quota for one, quota in found if quota}
        if not asked:
            return {}, None
        try:
            async with asyncio.timeout(PATIENCE):
                taken, rooms = await self.counters.take([*asked.values()])
        except (Unavailable, TimeoutError):
            return {}, None
        left = dict(zip(asked, rooms, strict=True))
        return _fields(left), None if taken else _too_many(left)

    async def _let_in(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        if not (self.streams and re.fullmatch(self.streaming, scope["path"])):
            return await self.app(scope, receive, send)
        if self._open[client] >= self.streams:
            detail = f"You follow {self.streams} event streams already; please close one, or try again later."
            problem = Problem(429, detail, headers={"Retry-After": str(STREAM_PAUSE)})
            emit("request_refused", service="http", status=429, path=scope["path"], detail=detail)
            return await problem_response(problem, Request(scope))(scope, receive, send)
        self._open[client] += 1
        try:
            return await self.app(scope, receive, send)
        finally:
            self._open[client] -= 1
            self._open += Counter()  # forgets who has none


def _from_here(client: str) -> bool:
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return client.startswith("::/")  # ::1, as the network of its home


def _fields(left: dict[Rate, Room]) -> dict[str, str]:
    policies = (f'"{one.name}";q={one.most};w={one.seconds}' for one in left)
    rooms = (f'"{one.name}";r={room.left};t={ceil(room.seconds)}' for one, room in left.items())
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(rooms)}


def _too_many(left: dict[Rate, Room]) -> Problem:
    """429, with the pause after which all of them have a token again."""
    full = {one: ceil(room.seconds) for one, room in left.items() if not room.left}
    pause = max(1, *full.values())
    limits = " and ".join(_in_words(one) for one in full)
    detail = f"You ask too often: there may be {limits}. Please send the same request again in {pause} seconds."
    return Problem(429, detail, headers={"Retry-After": str(pause)})


def _in_words(rate: Rate) -> str:
    return f"{rate.most} {rate.name} in {rate.seconds} seconds"


def _with(fields: dict[str, str], send: Send) -> Send:
    """Adds fields to an answer on its way back."""

    async def send_with_fields(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(fields)
        await send(message)

    return send_with_fields
