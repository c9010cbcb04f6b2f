"""The five real desks, each in a process of its own, on private servers: how long a customer waits, and how many fit.

`python -m tests.benchmarks.desks` prints the figures. Requests are the scenarios of the shop, over and over.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import psutil
import yaml
from rich.console import Console
from rich.table import Table

from callcenter.settings import PROJECT
from tests.brokers import choose, free_ports
from tests.waiting import until

DESKS = ("intake", "agent", "policy", "ticketing", "summary")
AT_ONCE = 32
"""Requests under way while as many as possible are handed in."""

Processes = dict[str, psutil.Process]


@contextmanager
def desks(
    amqp_url: str,
    redis_url: str,
    scale: int,
    folder: Path = PROJECT,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[str, Processes]]:
    """The address of intake, and the processes by name; `scale` of them are agents. The code is that of the folder."""
    ports = free_ports(len(DESKS) + scale - 1)
    names = [*DESKS, *(f"agent{number}" for number in range(2, scale + 1))]
    started = {}
    try:
        for name, port in zip(names, ports, strict=True):
            environment = {"AMQP_URL": amqp_url, "REDIS_URL": redis_url, "HTTP_PORT": str(port), "LOG_LEVEL": "ERROR"}
            environment["DEMO"] = "on"  # for the simulated customers
            environment |= {"PYTHONPATH": str(folder), **settings}
            command = [sys.executable, "-m", f"services.{name.rstrip('0123456789')}"]
            started[name] = subprocess.Popen(
                command, cwd=folder, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        asyncio.run(_ready(ports))
        yield f"http://127.0.0.1:{ports[0]}", {name: psutil.Process(one.pid) for name, one in started.items()}
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            process.wait(30)


async def _ready(ports: list[int]) -> None:
    async with httpx2.AsyncClient(timeout=5) as client:
        for port in ports:
            await until(lambda port=port: _answers(client, f"http://127.0.0.1:{port}/readyz"), seconds=120, every=0.1)


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx2.HTTPError:
        return False


def requests() -> Iterator[dict[str, Any]]:
    """Without end; each with a seed of its own, so that no two conversations are the same."""
    scenarios = yaml.safe_load((PROJECT / "businesses" / "retail" / "scenarios.yaml").read_text())["scenarios"]
    for seed, scenario in enumerate(itertools.cycle(scenarios)):
        yield {"text": scenario["text"], "business": "retail", "customer_id": scenario.get("customer_id"), "seed": seed}


async def waits(client: httpx2.AsyncClient, count: int, rate: float) -> list[float]:
    """Seconds from `POST` with `Prefer: wait` to the finished record, at so many requests a second."""

    async def one(asked: dict[str, Any]) -> float:
        began = time.perf_counter()
        answer = await client.post("/v1/interactions", json=asked, headers={"Prefer": "wait=20"})
        assert answer.json()["status"] == "completed", answer.text
        return time.perf_counter() - began

    under_way = []
    for asked in itertools.islice(requests(), count):
        under_way.append(asyncio.create_task(one(asked)))
        await asyncio.sleep(1 / rate)
    return list(await asyncio.gather(*under_way))


async def rate(client: httpx2.AsyncClient, count: int) -> float:
    """Finished interactions a second, from the first `POST` to the last record."""
    places = asyncio.Semaphore(AT_ONCE)

    async def hand_in(asked: dict[str, Any]) -> str:
        async with places:
            accepted = await client.post("/v1/interactions", json=asked)
        return str(accepted.raise_for_status().json()["id"])

    began = time.monotonic()
    for one in await asyncio.gather(*map(hand_in, itertools.islice(requests(), count))):
        await until(lambda one=one: _finished(client, one), seconds=180, every=0.05)
    return count / (time.monotonic() - began)


async def _finished(client: httpx2.AsyncClient, interaction_id: str) -> bool:
    status = (await client.get(f"/v1/interactions/{interaction_id}")).json()["status"]
    assert status != "failed", interaction_id
    return status == "completed"


def _busy(processes: Processes) -> dict[str, float]:
    return {name: sum(process.cpu_times()[:2]) for name, process in processes.items()}


async def measure(url: str, processes: Processes, count: int, rounds: int) -> Table:
    """The table of figures."""
    table = Table("what", "figure")
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        await waits(client, 20, 10)  # the first ones open connections and fill caches
        seconds = sorted(await waits(client, count // 2, 10))
        before = _busy(processes)
        rates = [await rate(client, count) for _ in range(rounds)]
        after = _busy(processes)
    middle, late = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
    table.add_row("POST to record, 10 a second", f"median {middle * 1000:.0f} ms, 95th percentile {late * 1000:.0f} ms")
    spread = f"{statistics.median(rates):.0f} a second ({min(rates):.0f} to {max(rates):.0f})"
    table.add_row("as fast as they come", spread)
    for name, process in processes.items():
        spent = (after[name] - before[name]) / (count * rounds) * 1000
        memory = process.memory_info().rss / 1e6
        table.add_row(name, f"{spent:.2f} ms of processor each interaction, {memory:.0f} MB")
    return table


def main() -> None:
    """Start the servers and the desks, measure, show."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.desks", description=__doc__)
    parser.add_argument("--interactions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--agents", type=int, default=1, help="processes of the agent")
    options = parser.parse_args()
    backend = choose()
    Console().print(f"{options.interactions} interactions, {options.rounds} rounds, {backend.describe()}")
    with (
        backend.rabbitmq() as broker,
        backend.redis() as redis,
        desks(broker.url, redis.url, options.agents) as (url, processes),
    ):
        Console().print(asyncio.run(measure(url, processes, options.interactions, options.rounds)))


if __name__ == "__main__":
    main()
