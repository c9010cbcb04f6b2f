"""Signing in and out over HTTP: the session is a cookie that scripts cannot read, and that other sites do not send."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callcenter.access.browser import forget, remember
from callcenter.access.guard import asked_for, credential
from callcenter.access.principal import Principal, principal_of
from callcenter.access.provider.leaving import way_out
from callcenter.access.registry import WINDOW, Access, TooManyTries, WrongPassword
from callcenter.http.bodies import documented, read_body
from callcenter.http.problems import PROBLEM, REFUSED, Problem
from callcenter.telemetry import emit

MAX_BODY = 4096
"""Bytes of a name and a password."""

_SIGNED_OUT: dict[int | str, dict[str, Any]] = {401: {**PROBLEM, "description": "Nobody is signed in"}}


class SignIn(BaseModel):
    """Who signs in."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "dana", "password": "correct horse battery staple"}]}
    )

    name: str = Field(max_length=64)
    password: str = Field(max_length=1024, repr=False)


class Me(BaseModel):
    """Who is asking, as the server sees it; without sign-in (`auth` is false) nobody is told from anybody else."""

    auth: bool
    name: str
    role: str
    may: list[str]
    businesses: list[str] | None = Field(description="null: all of them")


class SignedOut(BaseModel):
    """Somebody who is signed in at the identity provider still, until their browser goes there."""

    leads_to: str


_ELSEWHERE: dict[int | str, dict[str, Any]] = {
    200: {"model": SignedOut, "description": "Signed out here; the browser goes on to be signed out there"}
}

router = APIRouter(prefix="/v1/session", tags=["Sign-in"])


@router.post("", response_model=Me, responses={**REFUSED, **_SIGNED_OUT}, openapi_extra=documented(SignIn))
async def sign_in(request: Request) -> Response:
    """Sign in; the session comes as a cookie."""
    access, asked = access_of(request), await read_body(request, SignIn, MAX_BODY)
    name = asked.name.strip()
    secret = await _signed_in(request, access, name, asked.password)
    emit("signed_in", service="http", who=name)
    await _note(request, "signed in", name)
    who = await access.principal(secret)
    response = JSONResponse(_me(who or principal_of(request), auth=True))
    remember(response, request, secret)
    return response


@router.get("", response_model=Me, responses=_SIGNED_OUT)
async def who_am_i(request: Request) -> Response:
    """Who is signed in, or whose key it is."""
    return JSONResponse(_me(principal_of(request), auth=request.app.state.runtime.access is not None))


@router.delete("", status_code=204, responses=_ELSEWHERE)
async def sign_out(request: Request) -> Response:
    """Sign out: the session counts no more, wherever else it may be known."""
    secret, _ = credential(request)
    leads_to = None
    if secret:
        access = access_of(request)
        await _note(request, "signed out", principal_of(request).name)
        await access.sign_out(secret)
        leads_to = await way_out(request, access, secret)
    response = JSONResponse(SignedOut(leads_to=leads_to).model_dump()) if leads_to else Response(status_code=204)
    forget(response, request)
    return response


async def _note(request: Request, what: str, name: str) -> None:
    await request.app.state.runtime.audit.append(asked_for(request, what, name))


async def _signed_in(request: Request, access: Access, name: str, password: str) -> str:
    try:
        return await access.sign_in(name, password)
    except WrongPassword:
        emit("sign_in_failed", service="http", who=name)
        await _note(request, "sign-in refused", name)
        raise Problem(401, "Name or password is not right, or this account was closed. Please try again.") from None
    except TooManyTries:
        emit("sign_in_failed", service="http", who=name)
        await _note(request, "sign-in refused", name)
        detail = f"Too many tries under this name; wait {WINDOW / 60:g} minutes, or ask an admin for a new password."
        raise Problem(429, detail, headers={"Retry-After": f"{WINDOW:g}"}) from None


def access_of(request: Request) -> Access:
    """Who knows everybody; a Problem where AUTH is off."""
    access: Access | None = request.app.state.runtime.access
    if access is None:
        raise Problem(409, "Nobody signs in here: AUTH is off. Start this deployment with AUTH=on.")
    return access


def _me(who: Principal, *, auth: bool) -> dict[str, Any]:
    return Me(
        auth=auth,
        name=who.name,
        role=who.role,
        may=sorted(who.may),
        businesses=None if who.businesses is None else sorted(who.businesses),
    ).model_dump()
