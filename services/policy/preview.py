"""`POST /v1/policy/preview`: what the rules would decide, and why. Nothing is stored, and nobody is told.

Served on the policy service's own port, and by the whole house in one process beside the API of intake.
"""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callcenter import events
from callcenter.business import alternatives, folders, load
from callcenter.errors import Unavailable
from callcenter.events import ContactReason, ConversationHeld, utc_now
from services.policy.accounts import Account, claimed_account
from services.policy.case import claims, open_case
from services.policy.identity import Proof
from services.policy.settings import PolicySettings
from services.policy.worker import Desk, PolicyWorker

MAX_BODY = 64 * 1024
"""Bytes of a question."""

_PROVED = Proof(account_found=True, required=0)


class Question(BaseModel):
    """A contact to be judged. `account` are facts in place of the stored account; `verified` says who is asking."""

    model_config = ConfigDict(extra="forbid")

    business: str | None = None
    reason: str
    slots: dict[str, str] = Field(default_factory=dict)
    customer_id: str | None = None
    account: dict[str, JsonValue] | None = None
    verified: bool = False
    at: AwareDatetime | None = None


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


class _Refused(Exception):
    """Ends a preview with a sentence and the status of HTTP."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def routes(worker: PolicyWorker, settings: PolicySettings | None = None) -> list[Route]:
    """The page, for the businesses that the worker serves; raises BusinessError where a folder is wrong."""
    root = (settings or PolicySettings.read()).businesses_dir
    reasons = {name: _Vocabulary.of(folder) for name, folder in folders(root).items()}

    async def preview(request: Request) -> Response:
        try:
            return JSONResponse(await _answer(await _question(request), worker.desks, reasons))
        except _Refused as refusal:
            return _problem(request, refusal.status, str(refusal))
        except Unavailable as away:
            return _problem(request, 503, f"{away} Please ask again later.")

    return [Route("/v1/policy/preview", preview, methods=["GET", "POST"])]


async def _question(request: Request) -> Question:
    if request.method != "POST":
        raise _Refused(405, f"This address does not take {request.method}; POST a reason with its slots as JSON.")
    body = await request.body()
    if len(body) > MAX_BODY:
        raise _Refused(413, f"The body is larger than {MAX_BODY} bytes.")
    try:
        return Question.model_validate_json(body)
    except ValidationError as error:
        status = 400 if error.errors()[0]["type"] == "json_invalid" else 422
        raise _Refused(status, _said(error)) from None


def _said(error: ValidationError) -> str:
    told = ((".".join(map(str, m["loc"])) or "body", m["msg"].removeprefix("Value error, ")) for m in error.errors())
    return " ".join(f"{field}: {what.rstrip('.')}." for field, what in told)


async def _answer(
    asked: Question, desks: Mapping[str, Desk], reasons: Mapping[str, Mapping[str, ContactReason]]
) -> dict[str, Any]:
    business = asked.business or min(desks)
    if business not in desks:
        raise _Refused(422, f"business: there is no {business!r}; {alternatives(business, desks)}.")
    if asked.reason not in reasons[business]:
        raise _Refused(422, f"reason: there is no {asked.reason!r}; {alternatives(asked.reason, reasons[business])}.")
    event = _conversation(asked, business, reasons[business][asked.reason])
    desk = desks[business]
    rulebook, profile = desk.judge.rulebook, desk.judge.profile
    account = await _account(asked, event, desk)
    if asked.verified and account is None:
        raise _Refused(422, "verified: nobody can be, without an account; give an `account`, or a known `customer_id`.")
    case = open_case(event, account, rulebook, profile, _PROVED if asked.verified else None)
    return {
        "business": business,
        "verified": case.proof.verified,
        "customer_id": account.customer_id if account and case.proof.verified else None,
        "policy": desk.judge.judge(case).model_dump(mode="json"),
    }


async def _account(asked: Question, event: ConversationHeld, desk: Desk) -> Account | None:
    if asked.account is None:
        return await claimed_account(desk.accounts, claims(event, desk.judge.rulebook.identity.find_by))
    try:
        return Account.model_validate({"customer_id": asked.customer_id or "preview", **asked.account})
    except ValidationError as error:
        raise _Refused(422, f"account: {_said(error)}") from None


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


def _problem(request: Request, status: int, detail: str) -> JSONResponse:
    """RFC 9457, as intake answers its errors."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "errors": [],
    }
    return JSONResponse(document, status, media_type="application/problem+json")
