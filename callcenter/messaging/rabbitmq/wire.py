"""The frames of a connection, seen before aiormq takes them: what it cannot read, and what it keeps to itself."""

import asyncio
import struct
from typing import Any, cast

from aiormq.connection import TCPTransportFactory, TLSTransportFactory, TransportFactory
from pamqp import commands, constants, decode
from pamqp.header import ContentHeader
from yarl import URL

UNREADABLE = "x-cc-unreadable"
"""In place of all properties of a message that cannot be read: why not."""

_HEAD = struct.Struct(">BHI")  # kind of frame, channel, size
_BLOCKED, _UNBLOCKED = (
    method.index.to_bytes(4) for method in (commands.Connection.Blocked, commands.Connection.Unblocked)
)


class Wire(TransportFactory):
    """Opens the stream of one connection and looks at what comes in."""

    blocked: str | None = None
    """Why the broker takes no publications on this connection now."""

    async def create(self, url: URL, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """See TransportFactory."""
        factory = TLSTransportFactory() if url.scheme == "amqps" else TCPTransportFactory()
        reader, writer = await factory.create(url, **kwargs)
        return cast(asyncio.StreamReader, _Frames(reader, self)), writer

    def see(self, method: bytes) -> None:
        """A method about the connection as a whole."""
        if method.startswith(_BLOCKED):
            self.blocked = str(decode.short_str(method[4:])[1])
        elif method.startswith(_UNBLOCKED):
            self.blocked = None


class _Frames:
    """The reading end of a stream, filled by whole frames."""

    def __init__(self, reader: asyncio.StreamReader, wire: Wire) -> None:
        self._reader, self._wire = reader, wire
        self._ready = b""

    def at_eof(self) -> bool:
        return not self._ready and self._reader.at_eof()

    async def readexactly(self, count: int) -> bytes:
        if len(self._ready) < count:
            self._ready += await self._frame()
        taken, self._ready = self._ready[:count], self._ready[count:]
        return taken

    async def _frame(self) -> bytes:
        head = await self._reader.readexactly(_HEAD.size)
        if head.startswith(constants.AMQP):  # a broker that speaks another version of the protocol
            return head
        kind, channel, size = _HEAD.unpack(head)
        body = await self._reader.readexactly(size + 1)
        if kind == constants.FRAME_HEADER:
            body = _readable(body)
        elif kind == constants.FRAME_METHOD and channel == 0:
            self._wire.see(body)
        return _HEAD.pack(kind, channel, len(body) - 1) + body


def _readable(frame: bytes) -> bytes:
    """A header frame without its head; where a stranger's properties cannot be read, one that says so.

    Otherwise one such message would end the connection, as often as it is delivered.
    """
    try:
        ContentHeader().unmarshal(frame[:-1])
    except Exception as error:  # whatever they put there
        note = commands.Basic.Properties(headers={UNREADABLE: f"{type(error).__name__}: {error}"[:200]})
        size = int.from_bytes(frame[4:12])
        return ContentHeader(body_size=size, properties=note).marshal() + constants.FRAME_END_CHAR
    return frame
