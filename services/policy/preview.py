"""`POST /v1/policy/preview`: what the rules would decide, and why. Nothing is stored, and nobody is told.

Whoever may ask learns of any account, so it is served on the policy service's own port, and at the front door only of a
demo.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callcenter import events
from callcenter.business import alternatives, folders, load
from callcenter.events import ActionOrder, ContactReason, ConversationHeld, Policy, utc_now
from callcenter.http.bodies import documented, read_body
from callcenter.http.problems import REFUSED, Problem, invalid
from services.policy.accounts import Account
from services.policy.asked import Facts, Moment, Plain, misshapen
from services.policy.case import open_case
from services.policy.expressions import Unworkable
from services.policy.identity import Proof
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker

MAX_BODY = 64 * 1024
"""Bytes of a question."""

_PROVED = Proof(account_found=True, required=0)


class Question(BaseModel):
    """A contact to be judged. `account` are facts in place of the stored account; `verified` says who is asking."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"reason": "refund_request", "slots": {"order_id": "48213"}, "customer_id": "C-1001", "verified": True}
            ]
        },
    )

    business: str | None = None
    reason: str
    slots: dict[Plain, Plain] = Field(default_factory=dict)
    customer_id: Plain | None = None
    account: Facts | None = None
    verified: bool = False
    at: Moment | None = None


class Preview(BaseModel):
    """The decisions, and whose account they are about; `customer_id` is told only of who proved to be its owner.

    `orders` are what a machine would carry out.
    """

    business: str
    verified: bool
    customer_id: str | None
    policy: Policy
    orders: tuple[ActionOrder, ...] = ()


class _Reason(BaseModel):
    """What rules ask of a contact reason."""

    model_config = ConfigDict(extra="ignore")

    code: str
    title: str
    path: str
    identity: bool


class _Vocabulary(BaseModel):
    """`contact_reasons.yaml`, as far as a preview has to know it."""

    model_config = ConfigDict(extra="ignore")

    reasons: tuple[_Reason, ...]

    @classmethod
    def of(cls, folder: Path) -> dict[str, ContactReason]:
        """The reasons of a business by their code."""
        return {
            one.code: ContactReason(
                code=one.code, title=one.title, path=one.path, confidence=1, identity_required=one.identity
            )
            for one in load(folder, "contact_reasons.yaml", cls).reasons
        }


def router(worker: PolicyWorker, settings: PolicySettings | None = None) -> APIRouter:
    """The address, for the businesses that the worker serves; raises BusinessError where a folder is wrong."""
    settings = settings or PolicySettings.read()
    reasons = {name: _Vocabulary.of(folder) for name, folder in folders(settings.businesses_dir).items()}
    default = settings.default_among(reasons)
    router = APIRouter(prefix="/v1/policy", tags=["Policy"])

    @router.post("/preview", response_model=Preview, responses=REFUSED, openapi_extra=documented(Question))
    async def preview(request: Request) -> Response:
        """What the rules would decide, and why. Nothing is stored."""
        asked = await read_body(request, Question, MAX_BODY)
        return JSONResponse(await _answer(asked, asked.business or default, worker, reasons))

    return router


async def _answer(
    asked: Question, business: str, worker: PolicyWorker, reasons: Mapping[str, Mapping[str, ContactReason]]
) -> dict[str, Any]:
    if business not in worker.desks:
        raise _unknown("business", business, worker.desks)
    if asked.reason not in reasons[business]:
        raise _unknown("reason", asked.reason, reasons[business])
    event = _conversation(asked, business, reasons[business][asked.reason])
    desk = worker.desks[business]
    rulebook, profile = desk.judge.rulebook, desk.judge.profile
    account = await _account(asked, event, worker)
    if asked.verified and account is None:
        raise Problem(422, "verified: nobody can be, without an account; give an `account`, or a known `customer_id`.")
    try:
        case = open_case(event, account, rulebook, profile, _PROVED if asked.verified else None)
        policy, orders = desk.machine.ordered(case, desk.judge.judge(case), rulebook)
    except Unworkable as expression:
        raise Problem(422, str(expression)) from None
    return {
        "business": business,
        "verified": case.proof.verified,
        "customer_id": account.customer_id if account and case.proof.verified else None,
        "policy": policy.model_dump(mode="json"),
        "orders": [order.model_dump(mode="json") for order in orders],
    }


def _unknown(field: str, wrong: str, known: Collection[str]) -> Problem:
    there = alternatives(wrong, known, shown=len(known))
    return Problem(422, f"{field}: there is no {wrong!r}; {there}" + ("" if there.endswith("?") else "."))


async def _account(asked: Question, event: ConversationHeld, worker: PolicyWorker) -> Account | None:
    if asked.account is None:
        return await worker.account_of(event)
    rulebook = worker.desk_of(event.request.business).judge.rulebook
    if wrong := misshapen(asked.account, rulebook.subjects.values()):
        raise Problem(422, f"account: {wrong}.")
    try:
        return Account.model_validate({"customer_id": asked.customer_id or "preview", **asked.account})
    except ValidationError as error:
        raise Problem(422, f"account: {invalid(error.errors(include_url=False)).detail}") from None


def _conversation(asked: Question, business: str, reason: ContactReason) -> ConversationHeld:
    """The conversation that would have brought these facts."""
    at = asked.at or utc_now()
    here = events.Evidence(turn=0, start=0, end=0)
    return ConversationHeld(
        event_id=UUID(int=0),
        interaction_id="preview",
        rev=2,
        occurred_at=at,
        contact=events.Contact(number=1, customer_id=asked.customer_id, initiated_at=at),
        request=events.Request(business=business, text=""),
        transcript=(),
        outcome="understood",
        contact_reason=reason,
        entities=tuple(
            events.Entity(name=name, value=value, type="text", evidence=here, confidence=1, extractor="preview")
            for name, value in asked.slots.items()
        ),
        sentiment=events.Sentiment(start=0, end=0),
        understanding=events.Understanding(engine="preview", business_version=""),
    )
