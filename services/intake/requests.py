"""What a client may ask: the body of POST /v1/interactions, and how it is read."""

import hashlib
import unicodedata
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from starlette.requests import ClientDisconnect, Request

from callcenter.events import Mode, Persona
from callcenter.privacy import CARDS, mask
from services.intake.problems import Problem

B = TypeVar("B", bound=BaseModel)

MAX_TEXT = 4000
"""Characters of one request."""

_JSON_TYPES = ("", "application/json", "application/x-www-form-urlencoded")  # the last is what a bare `curl -d` sends
_PRINTABLE_CONTROLS = "\n\r\t"


def _readable(text: str) -> str:
    """The text without surrounding space; refused where it is empty or not text."""
    text = text.strip()
    if not text:
        raise ValueError("is empty; please write what you want in your own words")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _PRINTABLE_CONTROLS for c in text):
        raise ValueError("contains control characters; please send plain text")
    return text


def _plain(value: str) -> str:
    if not value.isprintable():
        raise ValueError("contains control characters")
    return value.strip()


Text = Annotated[str, AfterValidator(_readable)]


class NewMessage(BaseModel):
    """What the customer of a live conversation says next."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "It's order 48213."}]})

    text: Text = Field(max_length=MAX_TEXT)

    def without_cards(self) -> Self:
        """As it may be kept: of a payment card only the last four digits, of its security code nothing."""
        return self.model_copy(update={"text": mask(self.text, only=CARDS)})


class NewInteraction(BaseModel):
    """A customer's request. Only `text` is needed, and not even that where a live conversation is opened."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "I was charged twice for order 48213, please refund one of the charges."},
                {"text": "Where is my order?", "business": "retail", "customer_id": "C-1001", "seed": 7},
                {"mode": "live", "text": "Hello, I have a question about my order."},
            ]
        },
    )

    mode: Mode = Field("simulated", description="`live`: you are the customer, and go on with POST .../messages.")
    text: Text | None = Field(None, max_length=MAX_TEXT, validate_default=True)
    business: str | None = Field(None, max_length=64, description="Name of a business folder; default: the first one.")
    customer_id: Annotated[str, AfterValidator(_plain)] | None = Field(None, min_length=1, max_length=64)
    channel: str = Field("web", pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    seed: int = Field(0, ge=0, lt=2**31, description="Makes a simulated conversation repeatable; 0: another each time.")
    persona: Persona | None = Field(None, description="How the simulated customer behaves; default: by seed.")

    @field_validator("text", mode="before")
    @classmethod
    def _with_words(cls, text: object, info: ValidationInfo) -> object:
        if text is None and info.data.get("mode") != "live":
            raise ValueError("is missing; please write what you want in your own words")
        return text

    @field_validator("persona")
    @classmethod
    def _for_simulation(cls, persona: Persona | None, info: ValidationInfo) -> Persona | None:
        if persona and info.data.get("mode") == "live":
            raise ValueError("is for simulated customers; in a live conversation you are the customer")
        return persona

    def without_cards(self) -> Self:
        """As it may be kept: of a payment card only the last four digits, of its security code nothing."""
        customer_id = self.customer_id and mask(self.customer_id, only=CARDS)
        return self.model_copy(update={"text": self.text and mask(self.text, only=CARDS), "customer_id": customer_id})

    def fingerprint(self) -> str:
        """SHA-256 of what was asked, to recognise another body under the same idempotency key."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


async def read_body(request: Request, kind_of_body: type[B], limit: int) -> B:
    """The body, checked; raises a Problem or pydantic's ValidationError."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Problem(403, "Requests from pages of other sites are not taken.")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in _JSON_TYPES and not kind.endswith("+json"):
        raise Problem(415, f"The body is {kind}; please send JSON, with Content-Type: application/json.")
    body = await _limited(request, limit)
    if not body.strip():
        raise Problem(422, 'The body is empty; please send JSON like {"text": "Where is my order?"}.')
    try:
        return kind_of_body.model_validate_json(body)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            problem = error.errors(include_url=False)[0]["msg"]
            raise Problem(400, f'{problem}. Please send JSON like {{"text": "Where is my order?"}}.') from None
        raise


async def _limited(request: Request, limit: int) -> bytes:
    """The body, counted as it arrives, since Content-Length may be missing or wrong."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise Problem(413, f"The body is larger than {limit} bytes; please send a shorter text.")
    except ClientDisconnect:
        raise Problem(400, "The client went away before the body was complete.") from None
    return bytes(body)
