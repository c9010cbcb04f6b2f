"""Reading what other servers answer: no more than so many bytes, and never unpacked, since little can become much."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

PLAIN = {"Accept-Encoding": "identity"}
"""What asks a server not to pack its answer."""


class Unreadable(httpx2.RequestError):
    """The answer is longer than it may be, or packed though nobody asked for that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - as HTTP counts them

    def json(self) -> Any:
        """The JSON of the body; raises ValueError where it is something else."""
        return orjson.loads(self.body)


async def ask(
    http: httpx2.AsyncClient,
    method: str,
    url: httpx2.URL | str,
    limit: int,
    *,
    headers: httpx2.Headers | dict[str, str] | None = None,
    **content: Any,
) -> Answer:
    """The answer with up to `limit` bytes; raises httpx2.HTTPError, Unreadable among them."""
    plainly = httpx2.Headers(headers)
    plainly.update(PLAIN)
    async with http.stream(method, url, headers=plainly, **content) as response:
        body, whole = await beginning(response, limit)
    if not whole:
        raise Unreadable(f"the answer is longer than {limit} bytes")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Unreadable("the answer is packed though nobody asked for that")
    return Answer(response.status_code, response.headers, body)


async def beginning(response: httpx2.Response, limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes as they come over the wire, and whether that is all of them."""
    body = bytearray()
    async with aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > limit:
                return bytes(body[:limit]), False
    return bytes(body), True
