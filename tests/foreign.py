"""Other people's server for the tests, which answers as it likes: packed, endless, or a drop at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

SOME = 64 * 1024


@dataclass
class Foreign:
    """Where it listens, what it was asked, and how many bytes it got rid of."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    sent: int = 0


@asynccontextmanager
async def foreign(body: bytes = b"", *headers: str, status: int = 200, endless: bool = False) -> AsyncIterator[Foreign]:
    """Gives every request this answer; an `endless` one has the body again and again, up to 64 MiB."""
    there = Foreign()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there.heads.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        length = f"Content-Length: {len(body) * (1 << 30 if endless else 1)}"
        writer.write("\r\n".join([f"HTTP/1.1 {status} X", length, "Connection: close", *headers, "", ""]).encode())
        with suppress(OSError):
            for _ in range(64 * 1024 * 1024 // len(body) if endless else 1):
                writer.write(body)
                await writer.drain()
                there.sent += len(body)
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        there.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield there
