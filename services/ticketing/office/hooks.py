"""Outgoing webhooks: whom other systems are told at, and the signature by which they know that it was us.

The form is that of Standard Webhooks (standardwebhooks.com, version 1): `webhook-id`, `webhook-timestamp`, and
`webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`, so that ready-made libraries verify it.
"""

import asyncio
import hashlib
import hmac
import ssl
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx2

from callcenter import __version__
from callcenter.http.answers import PLAIN, beginning

PREFIX = "whsec_"
FRESH = "openssl rand -base64 32"
"""The command that makes a key."""

READ = 16 * 1024
"""Bytes of an answer that are read, so that the connection can be used again; nobody looks at them."""


@dataclass(frozen=True)
class Hook:
    """One address. Its name shows the host only: paths and queries of such addresses are often secret."""

    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """`desk.example:4f2a91`: the host, and the beginning of the address's SHA-256."""
        return f"{urlsplit(self.url).hostname}:{hashlib.sha256(self.url.encode()).hexdigest()[:6]}"


@dataclass(frozen=True)
class Answer:
    """What became of an attempt: the status, or why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - as HTTP counts them

    @property
    def unwanted(self) -> bool:
        """410: the receiver wants no more of it."""
        return self.status == 410  # noqa: PLR2004 - as HTTP counts them


def key_of(secret: str) -> bytes:
    """The key in a secret like `whsec_...`; raises ValueError where it is not 24 to 64 bytes in base64."""
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:  # noqa: PLR2004 - as the specification wants it
        raise ValueError("the key is too short or too long")
    return key


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,...` over the id, the time in Unix seconds, and the body."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


class Hooks:
    """All addresses, and the connections to them. Redirects are not followed, and no proxy is asked.

    An attempt may take so many `seconds`.
    """

    def __init__(self, urls: tuple[str, ...], key: bytes, seconds: float) -> None:
        self._hooks: Mapping[str, Hook] = {hook.name: hook for hook in map(Hook, urls)}
        self._key, self._seconds = key, seconds
        self._http = httpx2.AsyncClient(
            headers={"User-Agent": f"callcenter/{__version__}", "Content-Type": "application/json", **PLAIN},
            timeout=None,  # the whole attempt has one
            trust_env=False,
            verify=ssl.create_default_context(),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Of all addresses."""
        return tuple(self._hooks)

    async def post(self, name: str, message_id: str, body: bytes, now: datetime) -> Answer:
        """One attempt."""
        timestamp = int(now.timestamp())
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, message_id, timestamp, body),
        }
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(self._hooks[name].url, body, headers)
        except (httpx2.HTTPError, TimeoutError) as error:
            return Answer(error=type(error).__name__)

    async def _send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._http.stream("POST", url, content=body, headers=headers) as answer:
            await beginning(answer, READ)
            return Answer(answer.status_code)

    async def close(self) -> None:
        """Release connections."""
        await self._http.aclose()
