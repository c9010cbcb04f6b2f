"""Messages on RabbitMQ as no service of ours would send them."""

from typing import cast

import aio_pika
import pamqp.frame
from aiormq import spec
from aiormq.abc import ChannelFrame
from aiormq.channel import Channel as RawChannel
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

BAD = b"\xff\xfe\xfd\xfc"
"""No UTF-8."""
MARK = BAD.hex()[:4]
"""Where it goes."""
FAR = b"\x7f" * 8
"""As a time stamp, a moment that no calendar has."""
NEAR = (1).to_bytes(8)


async def publish(url: str, queue: str, body: bytes, properties: spec.Basic.Properties) -> None:
    """With every MARK in the properties replaced by bytes that are not UTF-8, and the time 1 by one far off."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        raw = cast(RawChannel, await channel.get_underlay_channel())
        method = pamqp.frame.marshal(spec.Basic.Publish(routing_key=queue), raw.number)
        header = pamqp.frame.marshal(ContentHeader(body_size=len(body), properties=properties), raw.number)
        content = pamqp.frame.marshal(ContentBody(body), raw.number) if body else b""
        frames = method + header.replace(MARK.encode(), BAD).replace(NEAR, FAR) + content
        await raw.write_queue.put(ChannelFrame(payload=frames, should_close=False))
        await channel.declare_queue(queue, passive=True)  # answered after what was published before
