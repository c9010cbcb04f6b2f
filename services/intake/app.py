"""The HTTP app: the API, the console, the health pages, and what every response carries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter import __version__
from callcenter.http import problems
from callcenter.messaging.serve import health_routes
from services.intake.api import Front, router
from services.intake.sweeper import Sweeper

WEB = Path(__file__).parent / "web"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(front: Front, sweeper: Sweeper) -> FastAPI:
    """Everything that is served on the port of intake."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(sweeper.run(), name="sweeper")
        yield
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        await front.conversations.flush()

    app = FastAPI(
        title="Call Center AI Assistant",
        version=__version__,
        description="Send a customer's request; follow it through five desks; read the finished record.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app, "intake")
    app.state.front = front
    app.include_router(router)
    app.router.routes.extend(health_routes(front.runtime))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(WEB / "docs.html")

    app.mount("/", StaticFiles(directory=WEB, html=True), name="console")
    app.add_middleware(_Headers)
    return app


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
