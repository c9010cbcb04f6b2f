"""The HTTP app: the API, the console, the health pages, and what every response carries."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter import __version__
from callcenter.access import managing, session
from callcenter.access.guard import Guard
from callcenter.access.provider import routes
from callcenter.access.provider.client import Provider
from callcenter.http import problems
from callcenter.http.limits import RateLimits
from callcenter.http.unstored import Unstored
from callcenter.messaging.serve import health_routes
from callcenter.telemetry import emit
from services.intake.api import router
from services.intake.forwarding import Forwarding, merged
from services.intake.front import Front
from services.intake.handoff.api import router as handoffs
from services.intake.inside import keep_inside
from services.intake.pages import Pages, page

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

SMALL = 2_000
"""Bytes up to which an answer is sent as it is: to pack it would take longer than to send it."""

UNSTORED = ("/v1/", "/livez", "/readyz", "/metrics")
"""All but the console's own files, which a browser may keep."""


class Watching(Protocol):
    """What runs beside the API."""

    async def run(self) -> None:
        """For ever."""


def create_app(
    front: Front,
    watches: Sequence[Watching],
    desks: Sequence[APIRouter],
    elsewhere: Forwarding,
    provider: Provider | None,
) -> FastAPI:
    """Everything that is served on the port of intake: its own addresses, those of `desks` in this process, and those
    of desks `elsewhere`. Staff may sign in by the `provider`.
    """
    app = FastAPI(
        title="Call Center AI Assistant",
        version=__version__,
        description="Send a customer's request; follow it through five desks; read the finished record.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses=problems.GUARDED,
        lifespan=_lifespan(front, watches, [elsewhere, provider] if provider else [elsewhere]),
    )
    problems.install(app, "intake")
    app.state.front, app.state.runtime, app.state.provider = front, front.runtime, provider
    if not front.settings.demo:
        keep_inside(app)
    for one in (router, handoffs, *desks):
        app.include_router(one)
    elsewhere.install(app)
    app.router.routes.extend(health_routes(front.runtime))
    _let_sign_in(app, auth=front.runtime.access is not None, by_provider=provider is not None)

    _documented(app, elsewhere)
    app.mount("/", Pages(), name="console")
    _kept(app, front)
    return app


def _documented(app: FastAPI, elsewhere: Forwarding) -> None:
    """What all addresses are, for programs and for people."""

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> JSONResponse:
        return JSONResponse(merged(app.openapi(), await elsewhere.schemas()))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page("docs.html")


def _let_sign_in(app: FastAPI, *, auth: bool, by_provider: bool) -> None:
    """Where people sign in, and where an admin sees to them; not shown at /docs where nobody does."""
    app.include_router(session.router, include_in_schema=auth)
    app.include_router(routes.router, include_in_schema=by_provider)
    app.include_router(managing.router, include_in_schema=auth)


def _kept(app: FastAPI, front: Front) -> None:
    """What every request and answer goes through; the last one that is added comes first."""
    settings = front.settings
    streams = settings.unless_demo("streams_per_client")
    trusted = front.runtime.settings.allowed_names
    access, audit = front.runtime.access, front.runtime.audit
    app.add_middleware(Guard, access=access, audit=audit, service="intake", trusted=trusted)
    app.add_middleware(RateLimits, counters=front.runtime.counters, rates=settings.rates, streams=streams)
    app.add_middleware(Unstored, addresses=UNSTORED)
    app.add_middleware(_Headers)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=5)


def _lifespan(
    front: Front, watches: Sequence[Watching], connected: Sequence[Forwarding | Provider]
) -> Callable[[FastAPI], Any]:
    """What runs beside the API, and what is finished before it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if front.settings.demo:
            emit("demo_opened", service="intake", advice="Whoever comes sees the sample customers; DEMO=off ends that.")
        running = [asyncio.create_task(watch.run(), name=type(watch).__name__) for watch in watches]
        yield
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await front.conversations.flush()
        for one in connected:
            await one.close()

    return lifespan


class _Headers:
    """Adds the headers that keep a browser from doing what our pages never ask for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
