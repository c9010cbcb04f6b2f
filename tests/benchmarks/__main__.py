"""Interleaved runs of both contenders on private servers; the median of the ratios is the figure to quote."""

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from callcenter.messaging.serve import Runtime
from tests.benchmarks import ours, plain
from tests.benchmarks.work import STEPS
from tests.brokers import RabbitMQ, choose
from tests.brokers import Redis as RedisServer
from tests.waiting import listed, until

ROOT = Path(__file__).resolve().parents[2]
Figures = dict[str, float]


@contextmanager
def workers(module: str, arguments: list[str]) -> Iterator[dict[str, psutil.Process]]:
    """Five processes, one for each step."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}"]
    started = {
        step: subprocess.Popen([*command, step, *arguments], cwd=ROOT, stderr=subprocess.DEVNULL) for step in STEPS
    }
    try:
        yield {step: psutil.Process(process.pid) for step, process in started.items()}
    finally:
        for process in started.values():
            process.kill()
            process.wait()


async def measure(
    processes: dict[str, psutil.Process], fill: Callable[[], Coroutine[None, None, None]], count: int, done: Callable
) -> Figures:
    """Fill the first queue while its worker stands still, then let it go, until all are done."""
    os.kill(processes[STEPS[0]].pid, signal.SIGSTOP)
    await fill()
    before = _cpu(processes)
    began = time.monotonic()
    os.kill(processes[STEPS[0]].pid, signal.SIGCONT)
    await until(done, seconds=180, every=0.05)
    seconds = time.monotonic() - began
    return {"per_second": count / seconds, "cpu_ms": (_cpu(processes) - before) / count * 1000}


async def run_plain(count: int, broker: RabbitMQ, redis: RedisServer) -> Figures:
    """Plain aio-pika."""
    namespace = f"b{uuid4().hex[:8]}"
    async with _client(redis) as client:
        with workers("plain", [broker.url, redis.url, namespace]) as processes:
            queues = [f"{namespace}.plain.{step}" for step in STEPS]
            await until(lambda: _consumed(broker, queues), seconds=60)

            async def done() -> bool:
                return int(await client.get(f"{namespace}:plain-done") or 0) >= count

            figures = await measure(processes, lambda: plain.load(count, broker.url, namespace), count, done)
    await asyncio.to_thread(broker.forget, namespace)
    return figures


async def run_ours(count: int, broker: RabbitMQ, redis: RedisServer) -> Figures:
    """Our runtime."""
    namespace = f"b{uuid4().hex[:8]}"
    async with Runtime.distributed(ours.settings(broker.url, redis.url, namespace)) as runtime:
        with workers("ours", [broker.url, redis.url, namespace]) as processes:
            await until(lambda: _consumed(broker, [f"{namespace}.{step}" for step in STEPS]), seconds=60)
            await until(lambda: runtime.transport.trouble() is None)

            async def done() -> bool:
                return not await listed(runtime.store.idle(0))

            figures = await measure(processes, lambda: ours.load(count, runtime), count, done)
    await asyncio.to_thread(broker.forget, namespace)
    return figures


@asynccontextmanager
async def _client(redis: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis.url)
    try:
        yield client
    finally:
        await client.aclose()


async def _consumed(broker: RabbitMQ, queues: list[str]) -> bool:
    """Whether every queue has its consumer."""
    found = await asyncio.to_thread(broker.api, "GET", "consumers")
    return set(queues) <= {consumer["queue"]["name"] for consumer in found}


def _cpu(processes: dict[str, psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes.values()]
    return sum(one.user + one.system for one in times)


async def compare(count: int, rounds: int, broker: RabbitMQ, redis: RedisServer) -> list[tuple[Figures, Figures]]:
    """Both contenders in turn, so that a slower minute of the machine hits both."""
    pairs = []
    for number in range(rounds):
        first, second = (run_plain, run_ours) if number % 2 == 0 else (run_ours, run_plain)
        one, two = await first(count, broker, redis), await second(count, broker, redis)
        pairs.append((one, two) if first is run_plain else (two, one))
    return pairs


def show(pairs: list[tuple[Figures, Figures]]) -> None:
    """The medians, and the median of the ratios."""
    table = Table("", "interactions/s", "min to max", "worker CPU ms each")
    for name, runs in (("plain aio-pika", [p for p, _ in pairs]), ("this runtime", [o for _, o in pairs])):
        rates, cpu = [run["per_second"] for run in runs], [run["cpu_ms"] for run in runs]
        spread = f"{min(rates):.0f} to {max(rates):.0f}"
        table.add_row(name, f"{statistics.median(rates):.0f}", spread, f"{statistics.median(cpu):.2f}")
    ratios = sorted(ours_["per_second"] / plain_["per_second"] for plain_, ours_ in pairs)
    console = Console()
    console.print(table)
    console.print(f"ratio of the rates, pair by pair: {', '.join(f'{r:.2f}' for r in ratios)}")
    console.print(f"median: {statistics.median(ratios):.2f} x plain aio-pika")


def main() -> None:
    """Start the servers, measure, show."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--interactions", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    backend = choose()
    Console().print(f"{options.interactions} interactions, {options.rounds} rounds, {backend.describe()}")
    with backend.rabbitmq() as broker, backend.redis() as redis:
        show(asyncio.run(compare(options.interactions, options.rounds, broker, redis)))


if __name__ == "__main__":
    main()
