"""Telling customers what is kept about them, and erasing it: over HTTP, for admins. Whose it is the accounts tell."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callcenter.access.guard import asked_for
from callcenter.access.principal import ANYBODY, Principal, principal_of
from callcenter.business import alternatives
from callcenter.http.bodies import documented, read_body
from callcenter.http.problems import PROBLEM, REFUSED, Problem
from callcenter.messaging.serve import Runtime
from callcenter.privacy import find
from callcenter.rights import Erasure, InWork, Person, Told, erase, tell
from services.policy.accounts import Account, key_of
from services.policy.facts import for_record
from services.policy.worker import PolicyWorker

MAX_BODY = 4 * 1024
"""Bytes of a question."""

_NOBODY_KNOWN = (
    "Nobody is asked here who they are (AUTH is off), so everybody could erase everybody. Use `callcenter privacy` at "
    "a terminal of the servers, or set AUTH=on."
)


class Asked(BaseModel):
    """Whose data is meant. It stands in the body, since addresses are logged."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"business": "retail", "customer": "C-1"}]}
    )

    business: str = Field(max_length=64)
    customer: str = Field(min_length=1, max_length=200, description="Customer id, e-mail address or telephone number")


async def person(worker: PolicyWorker, business: str, customer: str) -> Person:
    """Who is meant, by the id or by what leads to one account; what no account has is taken for an id, or as it reads.

    Raises Permanent for a business that has no folder here.
    """
    desk = worker.desk_of(business)
    wanted = ("customer_id", *desk.judge.rulebook.identity.find_by)
    asked = [(fact, key) for fact in wanted if (key := key_of(fact, customer))]
    for fact, key in asked:
        if account := await desk.accounts.find(fact, key):
            facts = {name: for_record(value) for name, value in account.facts.items()}
            return Person(business, account.customer_id, await _keys(worker, business, wanted, account), key_of, facts)
    kinds = {span.kind for span in find(customer, kinds=("email", "phone"))}
    if kinds:
        return Person(business, None, frozenset(one for one in asked if one[0] in kinds), key_of)
    return Person(business, customer, frozenset(), key_of)


async def _keys(
    worker: PolicyWorker, business: str, wanted: Collection[str], account: Account
) -> frozenset[tuple[str, str]]:
    """The values that lead to this customer alone: a date of birth may be that of several."""
    accounts, keys = worker.desk_of(business).accounts, []
    for fact, key in sorted(one for one in account.keys if one[0] in wanted):
        found = await accounts.find(fact, key)
        if found and found.customer_id == account.customer_id:
            keys.append((fact, key))
    return frozenset(keys)


def router(worker: PolicyWorker, runtime: Runtime) -> APIRouter:
    """Both addresses, for the businesses that the worker serves."""
    router = APIRouter(prefix="/v1/privacy", tags=["Privacy"])
    who_asks = Annotated[Principal, Depends(principal_of)]
    in_work: dict[int | str, dict[str, Any]] = {
        409: {**PROBLEM, "description": "Somebody still works on something of theirs; nothing was erased"}
    }

    @router.post("/export", response_model=Told, responses=REFUSED, openapi_extra=documented(Asked))
    async def export(request: Request, who: who_asks) -> Response:
        """Everything that is kept about a customer."""
        whose = await _whose(request, who, worker)
        about = whose.under(await runtime.store.secret())
        told = await tell(runtime, whose, asked_for(request, "privacy.export", who.name, about))
        return JSONResponse(told.model_dump(mode="json"))

    @router.post("/erase", response_model=Erasure, responses={**REFUSED, **in_work}, openapi_extra=documented(Asked))
    async def erase_customer(request: Request, who: who_asks) -> Response:
        """Erase a customer. What has to stay is masked, and told with the reason."""
        whose = await _whose(request, who, worker)
        about = whose.under(await runtime.store.secret())
        try:
            done = await erase(runtime, whose, asked_for(request, "privacy.erase", who.name, about))
        except InWork as why:
            raise Problem(409, str(why)) from None
        return JSONResponse(done.model_dump(mode="json"))

    return router


async def _whose(request: Request, who: Principal, worker: PolicyWorker) -> Person:
    if who == ANYBODY:
        raise Problem(403, _NOBODY_KNOWN)
    asked = await read_body(request, Asked, MAX_BODY)
    theirs = [name for name in worker.desks if who.serves(name)]
    if asked.business not in theirs:
        there = alternatives(asked.business, theirs, shown=len(theirs))
        raise Problem(422, f"business: there is no {asked.business!r}; {there.rstrip('?')}.")
    return await person(worker, asked.business, asked.customer)
