"""Errors as RFC 9457 problem documents: each with a sentence that says what to do."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from callcenter.errors import Unavailable
from callcenter.telemetry import emit

RETRY_AFTER = 2
"""Seconds that a client is asked to wait while a server of ours is away."""


class FieldError(BaseModel):
    """One field that is wrong."""

    field: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457, with the wrong fields named."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError] = []


_DOCUMENT = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
PROBLEM: dict[str, Any] = {"model": ProblemDocument, "content": {"application/problem+json": _DOCUMENT}}
"""How an error is described at /docs."""

REFUSED: dict[int | str, dict[str, Any]] = {
    400: {**PROBLEM, "description": "The body is not JSON"},
    408: {**PROBLEM, "description": "The body did not arrive in time"},
    413: {**PROBLEM, "description": "The body is too large"},
    415: {**PROBLEM, "description": "The body is of another type"},
    422: {**PROBLEM, "description": "A field is wrong, or an Idempotency-Key was used with another body"},
    503: {**PROBLEM, "description": "A server of ours is away; Retry-After says when to try again"},
}
"""Errors of every address that takes a body."""

GUARDED: dict[int | str, dict[str, Any]] = {
    401: {**PROBLEM, "description": "Where AUTH is on: nobody knows who is asking"},
    403: {**PROBLEM, "description": "Whoever is asking may not, or the request came from a page of another site"},
    422: REFUSED[422],
    429: {**PROBLEM, "description": "The client asks too often; Retry-After says when to try again"},
    503: REFUSED[503],
}
"""Errors of every address, whoever answers it: they come before it."""


class Problem(Exception):
    """Raised anywhere below the API; answered as application/problem+json."""

    def __init__(
        self, status: int, detail: str, *, errors: list[FieldError] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors or [], headers or {}


def unavailable(detail: str) -> Problem:
    """503: a server of ours is away; the same request will work later."""
    advice = f"{detail} Nothing was lost: please send the same request again in {RETRY_AFTER} seconds."
    return Problem(503, advice, headers={"Retry-After": str(RETRY_AFTER)})


def problem_response(problem: Problem, request: Request) -> JSONResponse:
    """The document, as a response."""
    document = ProblemDocument(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        instance=request.scope["path"],
        errors=problem.errors,
    )
    content = document.model_dump(exclude_defaults=False)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return JSONResponse(content, problem.status, headers, media_type="application/problem+json")


def field_errors(mistakes: list[Any]) -> list[FieldError]:
    """What pydantic found wrong, in words."""
    return [FieldError(field=".".join(str(part) for part in m["loc"]) or "body", detail=_in_words(m)) for m in mistakes]


def _in_words(mistake: Any) -> str:
    if mistake["type"] == "missing":
        return "is missing; please add it to the body"
    return str(mistake["msg"]).removeprefix("Value error, ")


def invalid(mistakes: list[Any]) -> Problem:
    """422 with one sentence per field."""
    errors = field_errors(mistakes)
    return Problem(422, " ".join(f"{error.field}: {error.detail.rstrip('.')}." for error in errors), errors=errors)


def _allowed(request: Request) -> str:
    """The methods of this address; the static files, which are asked last, know only their own."""
    included = [getattr(route, "original_router", None) for route in request.app.routes]
    routes = [*request.app.routes, *(route for router in included if router for route in router.routes)]
    matching = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
    methods = {method for route in matching for method in getattr(route, "methods", None) or ()}
    return ", ".join(sorted(methods or {"GET", "HEAD"}))


def install(app: FastAPI, service: str) -> None:
    """Answer every error of a service as a problem document."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> JSONResponse:
        emit(
            "request_refused", service=service, status=problem.status, path=request.scope["path"], detail=problem.detail
        )
        return problem_response(problem, request)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        advice = {
            404: "There is nothing at this address; the addresses are listed at /docs.",
            405: f"This address does not take {request.method}; see /docs.",
        }
        detail = advice.get(error.status_code, str(error.detail))
        headers = {"Allow": _allowed(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else {}
        return problem_response(Problem(error.status_code, detail, headers=headers), request)

    @app.exception_handler(RequestValidationError)
    async def _parameters(request: Request, error: RequestValidationError) -> JSONResponse:
        return await _problem(request, invalid([{**m, "loc": m["loc"][1:]} for m in error.errors()]))

    @app.exception_handler(ValidationError)
    async def _body(request: Request, error: ValidationError) -> JSONResponse:
        return await _problem(request, invalid(list(error.errors(include_url=False))))

    @app.exception_handler(Unavailable)
    async def _away(request: Request, error: Unavailable) -> JSONResponse:
        return await _problem(request, unavailable(f"{error}".rstrip(".") + "."))

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        emit("request_failed", service=service, path=request.scope["path"], error=repr(error))
        detail = "Something went wrong on our side, and it has been logged. Please try again."
        return problem_response(Problem(500, detail), request)
