"""The signature by which other systems know that a message is ours.

The form is that of Standard Webhooks (standardwebhooks.com, version 1): `webhook-id`, `webhook-timestamp`, and
`webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`, so that ready-made libraries verify it.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

PREFIX = "whsec_"
FRESH = "openssl rand -base64 32"
"""The command that makes a key."""


def key_of(secret: str) -> bytes:
    """The key in a secret like `whsec_...`; raises ValueError where it is not 24 to 64 bytes in base64."""
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:  # noqa: PLR2004 - as the specification wants it
        raise ValueError("the key is too short or too long")
    return key


def readable(secret: str) -> str:
    """The secret itself; raises ValueError with what to write where there is no key in it."""
    try:
        key_of(secret)
    except ValueError:
        raise ValueError(f"write {PREFIX} and 24 to 64 bytes in base64, as `{FRESH}` prints") from None
    return secret


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,...` over the id, the time in Unix seconds, and the body."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


def signed(key: bytes, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a signed message."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, message_id, timestamp, body),
    }
