"""The baseline: the same five steps on plain aio-pika, as its documentation would have one write it.

Durable queues, persistent messages, publisher confirms, acknowledgement after the publish. No deduplication, no
retries, no dead letters, no validation, and the record is written once, at the end.
"""

import asyncio
import itertools
import json
import sys
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from redis.asyncio import Redis

from tests.benchmarks.work import CHECKS, LOREM, PREFETCH, STEPS, SUMMARY, TURNS

NEXT = dict(itertools.pairwise(STEPS))


def step(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """What this step adds."""
    if name == "agent":
        turns = [{"turn": n, "speaker": "agent", "text": text} for n, text in enumerate(TURNS)]
        record["conversation"] = {"reason": "billing_dispute", "confidence": 0.93, "turns": turns}
    elif name == "policy":
        checks = [{"rule": f"rule-{n}", "passed": True, "reason": text} for n, text in enumerate(CHECKS)]
        record["policy"] = {"decision": "allow", "checks": checks}
    elif name == "ticketing":
        record["ticket"] = {"id": "T-1", "queue": "billing", "title": LOREM[:90]}
    elif name == "summary":
        record["summary"] = {"short": LOREM[:100], "text": SUMMARY}
        record["status"] = "completed"
    return record


def message(record: dict[str, Any]) -> aio_pika.Message:
    """Persistent JSON."""
    return aio_pika.Message(json.dumps(record).encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)


async def work(name: str, amqp_url: str, redis_url: str, namespace: str) -> None:
    """One step, until killed."""
    redis = Redis.from_url(redis_url)
    connection = await aio_pika.connect_robust(amqp_url)
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.declare_queue(f"{namespace}.plain.{name}", durable=True)

    async def handle(incoming: AbstractIncomingMessage) -> None:
        record = step(name, json.loads(incoming.body))
        if name == STEPS[-1]:
            await redis.set(f"{namespace}:plain:{record['id']}", json.dumps(record))
            await redis.incr(f"{namespace}:plain-done")
        else:
            await channel.default_exchange.publish(message(record), f"{namespace}.plain.{NEXT[name]}")
        await incoming.ack()

    await queue.consume(handle)
    await asyncio.Event().wait()


async def load(count: int, amqp_url: str, namespace: str) -> None:
    """Put `count` requests into the first queue."""
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        for name in STEPS:
            await channel.declare_queue(f"{namespace}.plain.{name}", durable=True)
        requests = [{"id": f"r-{n:06}", "customer": f"C-{n % 997}", "text": LOREM * 8} for n in range(count)]
        for start in range(0, count, 100):
            batch = requests[start : start + 100]
            await asyncio.gather(
                *(channel.default_exchange.publish(message(r), f"{namespace}.plain.{STEPS[0]}") for r in batch)
            )


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:5]))
