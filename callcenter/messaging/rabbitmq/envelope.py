"""How a message of ours looks in AMQP 0-9-1: properties and headers, in both directions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from aiormq import spec
from aiormq.abc import DeliveredMessage

from callcenter.messaging.rabbitmq.wire import UNREADABLE
from callcenter.messaging.transport import Message

ATTEMPT = "x-cc-attempt"
BUNDLE = "x-cc-bundle"
"""On a message of several events, one JSON document a line: their interaction ids, in the same order."""
FIRST_FAILED_AT = "x-cc-first-failed-at"

Headers = dict[str, Any]


def properties_of(message: Message, headers: Headers | None = None) -> spec.Basic.Properties:
    """Persistent JSON. The AMQP message id is new for every attempt: returned messages are matched by it."""
    ours: Headers = {"x-cc-event-id": message.event_id} if message.event_id else {}
    if message.traceparent:
        ours["traceparent"] = message.traceparent
    return spec.Basic.Properties(
        content_type="application/json",
        delivery_mode=2,
        message_id=uuid4().hex,
        correlation_id=message.interaction_id,
        message_type=message.type,
        app_id="callcenter",
        headers=ours | (headers or {}),
    )


def bundled(messages: Sequence[Message]) -> tuple[bytes, spec.Basic.Properties]:
    """Body and properties of one AMQP message for all of these, which are of one type."""
    (first, *others) = messages
    if not others:
        return first.body, properties_of(first)
    properties = properties_of(Message(first.type, b"", ""), {BUNDLE: " ".join(m.interaction_id for m in messages)})
    properties.content_type = "application/x-ndjson"
    return b"\n".join(message.body for message in messages), properties


def messages_of(delivered: DeliveredMessage) -> list[Message]:
    """The events of a delivery: one, or all of a bundle."""
    whole, ids = message_of(delivered), str(headers_of(delivered).get(BUNDLE, "")).split()
    bodies = whole.body.split(b"\n") if ids else []
    if not ids or len(ids) != len(bodies):
        return [whole]
    return [Message(whole.type, body, interaction_id) for interaction_id, body in zip(ids, bodies, strict=True)]


def headers_of(delivered: DeliveredMessage) -> Headers:
    """The headers that came with a delivery."""
    return dict(delivered.header.properties.headers or {})


def message_of(delivered: DeliveredMessage) -> Message:
    """The message as it came; a stranger's message has an empty type and id, and fails to decode."""
    properties, headers = delivered.header.properties, headers_of(delivered)
    return Message(
        type=properties.message_type or "",
        body=bytes(delivered.body),
        interaction_id=properties.correlation_id or "",
        event_id=str(headers.get("x-cc-event-id", "")),
        traceparent=str(headers["traceparent"]) if "traceparent" in headers else None,
        unreadable=str(headers.get(UNREADABLE, "")),
    )


def number(headers: Headers, name: str, default: int) -> int:
    """A header as a number, whatever a stranger put there."""
    value = headers.get(name, default)
    return value if isinstance(value, int) else default


def moment(headers: Headers, name: str) -> datetime | None:
    """A header as a time; times travel as ISO strings, since AMQP floats lose seconds."""
    try:
        return datetime.fromisoformat(str(headers[name]))
    except (KeyError, ValueError):
        return None
