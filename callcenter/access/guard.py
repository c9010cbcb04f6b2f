"""Asks before every request who it is and whether they may, and tells whoever answers it."""

from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from callcenter.access.principal import ANYBODY, STRANGER, Principal
from callcenter.access.registry import Access
from callcenter.access.rules import Rule, methods_at, rule_for
from callcenter.errors import Unavailable
from callcenter.events import utc_now
from callcenter.http.clients import client_of
from callcenter.http.hosts import host_name
from callcenter.http.problems import Problem, problem_response, unavailable
from callcenter.storage.audit import Act, Audit
from callcenter.telemetry import emit

COOKIE = "cc_session"
SAFE = ("GET", "HEAD")

_NOBODY = (
    "Please say who you are: sign in at /signin.html, or send a key as `Authorization: Bearer cc_...`; "
    "`callcenter keys add` makes one."
)
_OVER = "This key or session does not count, or not any more. Sign in again, or ask for another key."
_FOREIGN = "This came from a page of another site, so it was not done. Do it from a page of this server."


class Guard:
    """What our people ask for is noted in the `audit` log before it is done.

    Without `access` (AUTH=off) everybody may do everything; else what the rules say, and nothing that they do not.

    `trusted` are names under which people reach this server, beside the one they asked for.
    """

    def __init__(
        self, app: ASGIApp, access: Access | None, audit: Audit, service: str, trusted: Collection[str] = ()
    ) -> None:
        self.app, self.access, self.audit, self.service = app, access, audit, service
        self.trusted = {name.lower() for name in trusted}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with who is asking, or refuse."""
        app = await self._answering(Request(scope)) if scope["type"] == "http" else self.app
        await app(scope, receive, send)

    async def _answering(self, request: Request) -> ASGIApp:
        """Who answers: the app, which is told who is asking, or the refusal."""
        try:
            request.state.principal = await self._admitted(request) if self.access else ANYBODY
        except Problem as problem:
            told = {"status": problem.status, "path": request.scope["path"], "detail": problem.detail}
            emit("request_refused", service=self.service, **told)
            return problem_response(problem, request)
        return self.app

    async def _admitted(self, request: Request) -> Principal:
        path = request.scope["path"]
        rule = rule_for(request.method, path)
        if rule is None:
            raise _nothing_here(request.method, path)
        secret, by_browser = credential(request)
        if request.method not in SAFE and (by_browser or secret is None):
            self._from_our_pages(request, by_browser=by_browser)
        if rule.needs == "nothing":
            return STRANGER
        who = await self._who(secret)
        if not rule.admits(who, path):
            raise _forbidden(rule, who)
        if rule.noted:
            await self._note(asked_for(request, f"{rule.method} {rule.path}", who.name, path))
        request.state.credential = secret
        return who

    async def _note(self, act: Act) -> None:
        try:
            await self.audit.append(act)
        except Unavailable as error:
            raise unavailable(f"{error}".rstrip(".") + ".") from None

    async def _who(self, secret: str | None) -> Principal:
        if self.access is None or secret is None:
            raise _unknown(_NOBODY)
        try:
            who = await self.access.principal(secret)
        except Unavailable as error:
            raise unavailable(f"{error}".rstrip(".") + ".") from None
        if who is None:
            raise _unknown(_OVER)
        return who

    def _from_our_pages(self, request: Request, *, by_browser: bool) -> None:
        """A browser says where a request comes from: it sends the cookie even from pages that are not ours."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            ours = site in ("same-origin", "none")
        elif origin is not None:
            ours = self._is_ours(urlsplit(origin).netloc.lower(), request.headers.get("host", ""))
        else:
            ours = not by_browser
        if not ours:
            raise Problem(403, _FOREIGN)

    def _is_ours(self, origin: str, host: str) -> bool:
        return bool(origin) and (origin == host.lower() or host_name(origin) in self.trusted)


def asked_for(request: Request, what: str, who: str, about: str = "") -> Act:
    """Something that somebody asks for over HTTP, as the audit log tells it."""
    return Act(f"{uuid4()}", utc_now(), who, what, about, source=client_of(request) or "")


def credential(request: Request) -> tuple[str | None, bool]:
    """The secret that came along, and whether it was a browser that sent it of itself."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and secret.strip():
        return secret.strip(), False
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return (cookie.value, True) if cookie else (None, False)


def _unknown(detail: str) -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="callcenter"'})


def _forbidden(rule: Rule, who: Principal) -> Problem:
    if who.conversation is not None:
        return Problem(403, "The secret of a conversation opens that conversation alone, as its customer.")
    if rule.whole and who.businesses is not None:
        return Problem(403, "This tells of all businesses, and you see to some of them.")
    needed = "signing in" if rule.needs == "a name" else f"the permission {rule.needs!r}"
    return Problem(403, f"This needs {needed}, which {who.name} ({who.role}) does not have; an admin can give it.")


def _nothing_here(method: str, path: str) -> Problem:
    if methods := methods_at(path):
        detail = f"This address does not take {method}; see /docs."
        return Problem(405, detail, headers={"Allow": ", ".join(methods)})
    return Problem(404, "There is nothing at this address; the addresses are listed at /docs.")
