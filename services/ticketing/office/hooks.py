"""Outgoing webhooks: whom other systems are told at, signed so that they know that it was us."""

import asyncio
import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx2

from callcenter import __version__
from callcenter.http.answers import PLAIN, beginning
from callcenter.http.signing import signed

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
        headers = signed(self._key, message_id, body, now)
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
