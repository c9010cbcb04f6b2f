"""A language model's server for the tests, on loopback: it says what it is told to, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

Request = dict[str, Any]
Answer = bytes | Callable[[Request], bytes]


def completion(content: str | None) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@asynccontextmanager
async def server(
    *answers: Answer, status: int = 200, slow: float = 0, cut: int = 0
) -> AsyncIterator[tuple[str, list[Request]]]:
    """Gives each request the next answer, the last one again and again; yields the address and what was asked."""
    asked: list[Request] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        asked.append({"head": head} | json.loads(await reader.readexactly(length)))
        await asyncio.sleep(slow)
        said = answers[min(len(asked), len(answers)) - 1]
        body = said if isinstance(said, bytes) else said(asked[-1])
        writer.write(b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(body) + cut))
        writer.write(body)
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1", asked
