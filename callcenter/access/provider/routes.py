"""Signing in by a provider over HTTP: there and back.

A sign-in that was begun is kept on our side for ten minutes, under a hash of its state and of a secret that only the
browser has which began it. So what comes back counts once, and in no other browser.
"""

import re
from collections.abc import Awaitable
from dataclasses import asdict, replace
from secrets import token_urlsafe
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from callcenter.access.browser import by_tls, origin_of, remember
from callcenter.access.guard import asked_for
from callcenter.access.principal import STRANGER
from callcenter.access.provider.arriving import arrived
from callcenter.access.provider.client import Attempt, Came, Provider
from callcenter.access.provider.leaving import BACK, remember_way_out
from callcenter.access.provider.refusals import NotSignedIn, ProviderAway, ProviderUntrusted, Refused, Why
from callcenter.access.registry import Access
from callcenter.access.secrets import digest
from callcenter.errors import Unavailable
from callcenter.http.problems import Problem
from callcenter.telemetry import emit

PATH = "/v1/session"
CALLBACK = f"{PATH}/callback"
COOKIE = "cc_sign_in"
LASTS = 600
"""Seconds that somebody has to sign in over there."""

_OURS = re.compile(r"/(?![/\\]|v1/|signin)(?![^?#]*/\.)(?!\.)[!-\[\]-~]{0,1000}")
"""A page of ours: not the address of another server, nor one that would begin or end a session."""

_SECRET = re.compile(r"[\w-]{43}", re.ASCII)
router = APIRouter(prefix=PATH, tags=["Sign-in"])


@router.get("/provider", status_code=303, response_class=Response)
async def go_there(
    request: Request, wanted: Annotated[str, Query(alias="next", description="The page to be on afterwards")] = "/"
) -> Response:
    """Send a browser to the identity provider, where somebody signs in."""
    provider, access = _both(request)
    page = wanted if _OURS.fullmatch(wanted) else "/"
    return await _or_back(page, _sent(request, provider, access, page))


@router.get("/callback", status_code=303, response_class=Response)
async def come_back(
    request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None
) -> Response:
    """Where the identity provider sends the browser back to: signed in, or told why not."""
    provider, access = _both(request)
    return await _or_back("/", _returned(request, provider, access, state, Came(code, error, iss)))


async def _sent(request: Request, provider: Provider, access: Access, page: str) -> Response:
    attempt = Attempt.fresh(f"{provider.origin or origin_of(request)}{CALLBACK}", page)
    known = request.cookies.get(COOKIE, "")
    browser = known if _SECRET.fullmatch(known) else token_urlsafe(32)
    response = RedirectResponse(await provider.way_in(attempt), 303)
    await access.store.set_aside(_key(browser, attempt.state), orjson.dumps(asdict(attempt)), LASTS)
    response.set_cookie(COOKIE, browser, LASTS, path=PATH, httponly=True, samesite="lax", secure=by_tls(request))
    return response


async def _returned(request: Request, provider: Provider, access: Access, state: str, came: Came) -> Response:
    kept = await access.store.take(_key(request.cookies.get(COOKIE, ""), state))
    if kept is None:
        raise Refused("ended")
    attempt = Attempt(**orjson.loads(kept))
    return await _or_back(attempt.wanted, _entered(request, provider, access, attempt, came))


async def _entered(request: Request, provider: Provider, access: Access, attempt: Attempt, came: Came) -> Response:
    try:
        person = await provider.person(attempt, came)
        staff = await arrived(access.store, person)
    except (Refused, ProviderUntrusted) as refusal:
        await _note(request, "sign-in refused", refusal.who, why=refusal.why)
        raise
    await _note(request, "signed in", staff.name, role=staff.role, businesses=staff.businesses and [*staff.businesses])
    secret = await access.open_session(staff)
    await remember_way_out(access, secret, person.id_token)
    emit("signed_in", service="http", who=staff.name)
    response = RedirectResponse(attempt.wanted, 303)
    remember(response, request, secret)
    return response


async def _or_back(page: str, answer: Awaitable[Response]) -> Response:
    """The answer; or back to the sign-in page, which says why not."""
    try:
        return await answer
    except NotSignedIn as error:
        moment = "provider_away" if isinstance(error, ProviderAway) else "sign_in_failed"
        emit(moment, service="http", who=error.who, detail=str(error))
        why: Why = error.why
    except Unavailable as error:
        emit("sign_in_failed", service="http", who=STRANGER.identity, detail=str(error))
        why = "unavailable"
    return RedirectResponse(f"{BACK}?{urlencode({'refused': why, 'next': page})}", 303)


async def _note(request: Request, what: str, who: str, **facts: Any) -> None:
    act = asked_for(request, what, who, request.app.state.provider.name)
    await request.app.state.runtime.audit.append(replace(act, facts=facts))


def _both(request: Request) -> tuple[Provider, Access]:
    runtime, provider = request.app.state.runtime, request.app.state.provider
    if provider is None or runtime.access is None:
        raise Problem(409, "Nobody signs in by an identity provider here; OIDC_ISSUER, with AUTH=on, names one.")
    return provider, runtime.access


def _key(browser: str, state: str) -> str:
    return f"sign-in:{digest(f'{browser} {state}')}"
