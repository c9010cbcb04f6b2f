"""Staff and keys over HTTP, for an admin of all businesses: the same as `callcenter staff` and `callcenter keys`."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callcenter.access.principal import principal_of
from callcenter.access.registry import NotAllowed, NotThere, Registry
from callcenter.access.session import MAX_BODY, access_of
from callcenter.http.bodies import documented, read_body
from callcenter.http.problems import PROBLEM, REFUSED, Problem
from callcenter.storage.access import Key, Staff
from callcenter.telemetry import emit

_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**PROBLEM, "description": "There is no such person or key"}}
_WORDS = "correct horse battery staple"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewStaff(_Asked):
    """Somebody who may sign in; `businesses` null: all of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "dana", "role": "agent", "businesses": ["retail"], "password": _WORDS}]
        }
    )

    name: str = Field(max_length=64)
    role: str = Field(max_length=64)
    businesses: list[str] | None
    password: str = Field(max_length=1024, repr=False)


class StaffPatch(_Asked):
    """Another password, or whether they may sign in; both end their sessions."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disabled": True}, {"password": _WORDS}]})

    password: str | None = Field(None, max_length=1024, repr=False)
    disabled: bool | None = None


class NewKey(_Asked):
    """A key of a program; `businesses` null: all of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "website", "scopes": ["submit"], "businesses": ["retail"]}]}
    )

    name: str = Field(max_length=64)
    scopes: list[str]
    businesses: list[str] | None


class StaffView(BaseModel):
    """Somebody who may, or might, sign in."""

    name: str
    role: str
    businesses: list[str] | None
    disabled: bool
    by_provider: bool = Field(description="Signs in by the identity provider, and has no password here")


class KeyView(BaseModel):
    """A key; its `secret` is told once, when it is made."""

    id: str
    name: str
    scopes: list[str]
    businesses: list[str] | None
    created_at: datetime
    last_used: datetime | None
    secret: str | None = None


router = APIRouter(prefix="/v1", tags=["Staff and keys"])


@router.get("/staff", response_model=list[StaffView])
async def list_staff(request: Request) -> Response:
    """Everybody, by name."""
    return JSONResponse([_staff(one) for one in await _registry(request).store.all_staff()])


@router.post("/staff", status_code=201, response_model=StaffView, responses=REFUSED, openapi_extra=documented(NewStaff))
async def add_staff(request: Request) -> Response:
    """Let somebody sign in."""
    asked = await read_body(request, NewStaff, MAX_BODY)
    try:
        made = await _registry(request).add_staff(asked.name, asked.role, asked.businesses, asked.password)
    except NotAllowed as refusal:
        raise Problem(422, str(refusal)) from None
    _told(request, f"{made.name} was added as {made.role}")
    return JSONResponse(_staff(made), 201)


@router.patch(
    "/staff/{name}", response_model=StaffView, responses={**REFUSED, **_UNKNOWN}, openapi_extra=documented(StaffPatch)
)
async def change_staff(name: str, request: Request) -> Response:
    """Give somebody another password, or let them in no more, or again."""
    asked, registry = await read_body(request, StaffPatch, MAX_BODY), _registry(request)
    try:
        if asked.password is not None:
            await registry.set_password(name, asked.password)
        if asked.disabled is not None:
            await registry.disable(name, disabled=asked.disabled)
        staff = await registry.somebody(name)
    except NotThere as refusal:
        raise Problem(404, str(refusal)) from None
    except NotAllowed as refusal:
        raise Problem(422, str(refusal)) from None
    _told(request, f"{name} was changed: {', '.join(sorted(asked.model_fields_set))}")
    return JSONResponse(_staff(staff))


@router.get("/keys", response_model=list[KeyView])
async def list_keys(request: Request) -> Response:
    """Every key, oldest first."""
    return JSONResponse([_key(one) for one in await _registry(request).store.all_keys()])


@router.post("/keys", status_code=201, response_model=KeyView, responses=REFUSED, openapi_extra=documented(NewKey))
async def add_key(request: Request) -> Response:
    """Make a key; its secret is told this once."""
    asked = await read_body(request, NewKey, MAX_BODY)
    try:
        made, secret = await _registry(request).add_key(asked.name, asked.scopes, asked.businesses)
    except NotAllowed as refusal:
        raise Problem(422, str(refusal)) from None
    _told(request, f"the key {made.key_id} of {made.name} was made for {', '.join(made.scopes)}")
    return JSONResponse({**_key(made), "secret": secret}, 201)


@router.delete("/keys/{key_id}", status_code=204, responses=_UNKNOWN)
async def revoke_key(key_id: str, request: Request) -> Response:
    """Let a key count no more, from now on."""
    try:
        revoked = await _registry(request).revoke(key_id)
    except NotThere as refusal:
        raise Problem(404, str(refusal)) from None
    _told(request, f"the key {revoked.key_id} of {revoked.name} was revoked")
    return Response(status_code=204)


def _registry(request: Request) -> Registry:
    access = access_of(request)
    return Registry(access.store, access.now)


def _told(request: Request, what: str) -> None:
    emit("access_changed", service="http", who=principal_of(request).name, detail=what)


def _staff(one: Staff) -> dict[str, Any]:
    tied = None if one.businesses is None else list(one.businesses)
    return StaffView(
        name=one.name, role=one.role, businesses=tied, disabled=one.disabled, by_provider=bool(one.subject)
    ).model_dump()


def _key(one: Key) -> dict[str, Any]:
    tied = None if one.businesses is None else list(one.businesses)
    times = {"created_at": one.created_at, "last_used": one.last_used}
    view = KeyView(id=one.key_id, name=one.name, scopes=list(one.scopes), businesses=tied, **times)
    return view.model_dump(mode="json", exclude={"secret"})
