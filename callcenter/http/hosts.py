"""Which names a server answers to, so that a page of another site cannot reach it under a name of its own.

Such a page (DNS rebinding) comes with the name of its site in `Host`: a public one, hence with a dot, and no address.
"""

import ipaddress
from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from callcenter.http.problems import Problem, problem_response
from callcenter.telemetry import emit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - only compared with
ANY = "*"


def only_from_here(bound: str) -> bool:
    """Whether nobody but this machine reaches what is bound to this address."""
    try:
        return bound == "localhost" or ipaddress.ip_address(bound).is_loopback
    except ValueError:
        return False


class Hosts:
    """Answers 421 to a name that is neither of this machine, nor what is `bound`, nor `allowed`.

    Bound to all addresses, as in a container, it also answers to IP addresses and to names without a dot: those that
    other services and health checks use. Clients that send no name are no browsers.
    """

    def __init__(self, app: ASGIApp, bound: str, allowed: Collection[str]) -> None:
        self.app, self.names = app, {*LOOPBACK, bound.lower(), *(name.lower() for name in allowed)}
        self.inner = bound in EVERYWHERE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        wrong = None if scope["type"] != "http" or ANY in self.names else self._stranger(scope)
        if wrong is None:
            return await self.app(scope, receive, send)
        detail = (
            f"This server does not answer to the name {wrong[:100]!r}. Ask for it as localhost, "
            "or name it in ALLOWED_HOSTS, where it is started."
        )
        emit("request_refused", service="http", status=421, path=scope["path"], detail=detail)
        return await problem_response(Problem(421, detail), Request(scope))(scope, receive, send)

    def _stranger(self, scope: Scope) -> str | None:
        names = [host_name(value.decode("latin-1")) for header, value in scope["headers"] if header == b"host"]
        return next((name for name in names if not self._known(name)), None)

    def _known(self, name: str) -> bool:
        return name in self.names or (self.inner and ("." not in name or _is_address(name)))


def host_name(host: str) -> str:
    """The name in a `Host` header, without the port."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
