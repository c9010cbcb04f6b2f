"""Reading a request: its body counted as it arrives, of the right type, and every mistake told in words."""

import asyncio
import json
import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from callcenter.http.problems import Problem

B = TypeVar("B", bound=BaseModel)

MAX_KEY = 255
"""Characters of an idempotency key."""

BODY_SECONDS = 20.0
"""Seconds for a body to arrive."""

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


Text = Annotated[str, AfterValidator(_readable)]
"""What a person wrote: stripped, not empty, without control characters."""


async def read_body(request: Request, kind_of_body: type[B], limit: int, context: Any = None) -> B:
    """The body, checked; raises a Problem or pydantic's ValidationError. A kind of body shows an example of itself.

    `context` is what its validators have to know of this deployment.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Problem(403, "Requests from pages of other sites are not taken.")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in _JSON_TYPES and not kind.endswith("+json"):
        raise Problem(415, f"The body is {kind}; please send JSON, with Content-Type: application/json.")
    body = await limited(request, limit)
    if not body.strip():
        raise Problem(422, f"The body is empty; please send JSON like {_example(kind_of_body)}.")
    try:
        return kind_of_body.model_validate_json(body, context=context)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            problem = error.errors(include_url=False)[0]["msg"]
            raise Problem(400, f"{problem}. Please send JSON like {_example(kind_of_body)}.") from None
        raise


def idempotency(header: str | None) -> str | None:
    """The idempotency key, bare or as the quoted string of the draft standard."""
    if header is None:
        return None
    key = header.strip().removeprefix('"').removesuffix('"')
    if not key or len(key) > MAX_KEY or not key.isprintable():
        raise Problem(422, "Idempotency-Key: please send 1 to 255 printable characters, for example a UUID.")
    return key


def documented(kind_of_body: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI says of a body that `read_body` reads."""
    schema = {"schema": kind_of_body.model_json_schema()}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}


def _example(kind_of_body: type[BaseModel]) -> str:
    extra: Any = kind_of_body.model_config["json_schema_extra"]
    return json.dumps(extra["examples"][0])


async def limited(request: Request, limit: int, seconds: float = BODY_SECONDS) -> bytes:
    """The body, counted as it arrives, since Content-Length may be missing or wrong."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise Problem(413, f"The body is larger than {limit} bytes; please send a shorter text.")
    except TimeoutError:
        late = f"The body did not arrive whole within {seconds:g} seconds; please send it again."
        raise Problem(408, late, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400, "The client went away before the body was complete.") from None
    return bytes(body)
