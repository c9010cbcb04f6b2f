"""What the browser of somebody who signs in is given and told: cookies that scripts cannot read, and our address."""

from starlette.requests import Request
from starlette.responses import Response

from callcenter.access.guard import COOKIE


def remember(response: Response, request: Request, secret: str) -> None:
    """Let the browser send the secret of a session from now on; pages of other sites do not."""
    response.set_cookie(COOKIE, secret, path="/", httponly=True, samesite="lax", secure=by_tls(request))


def forget(response: Response, request: Request) -> None:
    """Let the browser forget it."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=by_tls(request))


def by_tls(request: Request) -> bool:
    """Whether the browser reaches us by https, as far as we know."""
    return request.url.scheme == "https" or bool(request.app.state.runtime.settings.https)


def origin_of(request: Request) -> str:
    """Where the browser asked for us."""
    return f"{'https' if by_tls(request) else 'http'}://{request.headers.get('host', '')}"
