"""The HTTP app of a desk that has an API of its own."""

from typing import Any

from fastapi import APIRouter, FastAPI

from callcenter import __version__
from callcenter.access.guard import Guard
from callcenter.http import problems
from callcenter.http.unstored import Unstored
from callcenter.messaging.serve import Runtime, health_routes


def desk_app(runtime: Runtime, service: str, router: APIRouter, **state: Any) -> FastAPI:
    """The addresses of the desk and its health pages. `state` is what the routes find in `request.app.state`."""
    title, documented = service.capitalize(), problems.GUARDED
    app = FastAPI(title=title, version=__version__, docs_url=None, redoc_url=None, responses=documented)
    problems.install(app, service)
    for name, value in state.items():
        setattr(app.state, name, value)
    app.include_router(router)
    app.router.routes.extend(health_routes(runtime))
    trusted = runtime.settings.allowed_names
    app.add_middleware(Guard, access=runtime.access, audit=runtime.audit, service=service, trusted=trusted)
    app.add_middleware(Unstored)
    return app
