"""Addresses of other desks at the front door: passed on as they came, and answered as they are answered.

Intake knows no more of them than where they begin, and asks them nothing for itself: its own work never waits for them.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from callcenter.http.bodies import limited
from callcenter.http.problems import Problem, unavailable

METHODS = ["GET", "POST", "PATCH"]
_ASKED = ("accept", "content-type", "idempotency-key", "if-match", "sec-fetch-site", "traceparent")
_ANSWERED = ("content-type", "etag", "allow", "retry-after")


class Forwarding:
    """Passes on what begins with an address, to the desk that is at a URL. None: that desk is not known here."""

    def __init__(self, desks: Mapping[str, str | None], http: httpx2.AsyncClient, max_body: int) -> None:
        self.desks, self.http, self.max_body = desks, http, max_body

    def install(self, app: FastAPI) -> None:
        """Take everything below the addresses."""
        for address in self.desks:
            for path in (address, f"{address}/{{rest:path}}"):
                app.add_api_route(path, self._pass_on, methods=METHODS, include_in_schema=False)

    async def schemas(self) -> list[dict[str, Any]]:
        """What the desks that answer say of their own addresses (OpenAPI)."""
        urls = {url for url in self.desks.values() if url}
        found = await asyncio.gather(*(self.http.get(f"{url}/openapi.json") for url in urls), return_exceptions=True)
        return [answer.json() for answer in found if isinstance(answer, httpx2.Response) and answer.is_success]

    async def close(self) -> None:
        """Release connections."""
        await self.http.aclose()

    async def _pass_on(self, request: Request) -> Response:
        address, url = next(one for one in self.desks.items() if request.url.path.startswith(one[0]))
        if url is None:
            raise Problem(404, f"It is not known here who answers {address}; TICKETING_URL and POLICY_URL tell it.")
        asked = {name: value for name, value in request.headers.items() if name in _ASKED}
        target = httpx2.URL(f"{url}{request.url.path}", query=request.url.query.encode())
        body = await limited(request, self.max_body)
        try:
            answer = await self.http.request(request.method, target, headers=asked, content=body)
        except httpx2.HTTPError as error:
            raise unavailable(f"The desk that answers {address} is away ({type(error).__name__}).") from None
        told = {name: value for name, value in answer.headers.items() if name in _ANSWERED}
        return Response(answer.content, answer.status_code, told)


def merged(schema: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """One OpenAPI document of several; of what two of them name alike, the first one's stays."""
    whole = {**schema, "paths": dict(schema["paths"]), "components": {"schemas": dict(schema["components"]["schemas"])}}
    for other in others:
        for part, named in (("paths", other["paths"]), ("schemas", other.get("components", {}).get("schemas", {}))):
            place = whole["paths"] if part == "paths" else whole["components"]["schemas"]
            place.update({name: value for name, value in named.items() if name not in place})
    return whole
