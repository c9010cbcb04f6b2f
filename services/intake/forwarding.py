"""Addresses of other desks at the front door: passed on as they came, and answered as they are answered.

Intake knows no more of them than where they begin, and asks them nothing for itself: its own work never waits for them.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from callcenter.http.answers import Answer, Unreadable, ask
from callcenter.http.bodies import limited
from callcenter.http.problems import Problem, unavailable

METHODS = ["GET", "POST", "PATCH"]
_ASKED = ("accept", "content-type", "idempotency-key", "if-match", "sec-fetch-site", "traceparent")
_ANSWERED = ("content-type", "etag", "allow", "retry-after")
_ADDRESS = re.compile(rb"(?:/[A-Za-z0-9_-]+)+")
"""Every address and id of a desk. Whatever else there is in a path (dots, encoded slashes) could lead elsewhere."""

_QUERY = "!$&'()*+,;=:@/?%"
"""What stays as it is in a query, beside letters and digits (RFC 3986)."""

LONGEST = 16 * 1024 * 1024
"""Bytes of an answer: a hundred tickets, each with a long history."""


class Forwarding:
    """Passes on what begins with an address, to the desk that is at a URL. None: that desk is not known here.

    A desk may take so many `seconds` for its whole answer.
    """

    def __init__(
        self, desks: Mapping[str, str | None], http: httpx2.AsyncClient, max_body: int, seconds: float
    ) -> None:
        self.desks, self.http, self.max_body, self.seconds = desks, http, max_body, seconds

    def install(self, app: FastAPI) -> None:
        """Take everything below the addresses."""
        for address in self.desks:
            for path in (address, f"{address}/{{rest:path}}"):
                app.add_api_route(path, self._pass_on, methods=METHODS, include_in_schema=False)

    async def schemas(self) -> list[dict[str, Any]]:
        """What the desks that answer say of their own addresses (OpenAPI)."""
        urls = {url for url in self.desks.values() if url}
        found = await asyncio.gather(*map(self._schema, urls))
        return [self._passed_on(schema) for schema in found if schema]

    async def close(self) -> None:
        """Release connections."""
        await self.http.aclose()

    def _passed_on(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without addresses that are answered inside alone."""
        return schema | {
            "paths": {path: one for path, one in schema["paths"].items() if path.startswith(tuple(self.desks))}
        }

    async def _pass_on(self, request: Request) -> Response:
        address, url = next(one for one in self.desks.items() if request.scope["path"].startswith(one[0]))
        if url is None:
            raise Problem(404, f"It is not known here who answers {address}; TICKETING_URL and POLICY_URL tell it.")
        asked = httpx2.Headers([header for header in request.headers.raw if header[0].decode() in _ASKED])
        if secret := getattr(request.state, "credential", None):  # the desk asks for itself who it is
            asked["Authorization"] = f"Bearer {secret}"
        target = httpx2.URL(f"{url}{_inner(request)}", query=quote(request.scope["query_string"], _QUERY).encode())
        body = await limited(request, self.max_body)
        try:
            answer = await self._ask(request.method, target, headers=asked, content=body)
        except Unreadable as error:
            raise Problem(502, f"The desk that answers {address} cannot be understood: {error}.") from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise unavailable(f"The desk that answers {address} is away ({type(error).__name__}).") from None
        told = {name: value for name, value in answer.headers.items() if name in _ANSWERED}
        return Response(answer.body, answer.status, told)

    async def _ask(self, method: str, target: httpx2.URL | str, **asked: Any) -> Answer:
        async with asyncio.timeout(self.seconds):
            return await ask(self.http, method, target, LONGEST, **asked)

    async def _schema(self, url: str) -> dict[str, Any] | None:
        try:
            answer = await self._ask("GET", f"{url}/openapi.json")
            schema = answer.json() if answer.ok else None
        except (httpx2.HTTPError, TimeoutError, ValueError):
            return None
        return schema if isinstance(schema, dict) else None


def _inner(request: Request) -> str:
    """The path as it came, if it is one that a desk can have."""
    path: bytes = request.scope["raw_path"]
    if not _ADDRESS.fullmatch(path):
        raise Problem(404, "There is nothing at this address; ids have letters, digits and hyphens, like RET-1001.")
    return path.decode()


def merged(schema: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """One OpenAPI document of several; of what two of them name alike, the first one's stays."""
    whole = {**schema, "paths": dict(schema["paths"]), "components": {"schemas": dict(schema["components"]["schemas"])}}
    for other in others:
        for part, named in (("paths", other["paths"]), ("schemas", other.get("components", {}).get("schemas", {}))):
            place = whole["paths"] if part == "paths" else whole["components"]["schemas"]
            place.update({name: value for name, value in named.items() if name not in place})
    return whole
