"""How long a customer waits for each answer of a live contact: `python -m tests.benchmarks.talks [--against FOLDER]`.

All five desks, each in a process of its own, on one private RabbitMQ and Redis. FOLDER is a checkout of another
version, as for `tests.benchmarks.turns`; without one, this version is held against itself. The two take turns in every
round; the figure to trust is the median of the ratios within a round. In every contact the same customer gets the same.
"""

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psutil

from callcenter.settings import PROJECT
from tests.benchmarks.desks import desks
from tests.brokers import choose

LINES = (
    ("request", "I'd like a refund for order 48213."),
    ("fact", "dana.lopez@example.com"),
    ("proof", "94107"),
    ("yes", "yes, please"),
    ("goodbye", "no, that is all"),
)
"""What is said, under the name of its row; the goodbye only where the contact still goes on."""

ENDED = ("completed", "failed")
AT_ONCE = 8


class House(NamedTuple):
    """One version, up and running."""

    name: str
    url: str
    processes: Mapping[str, psutil.Process]


class Talk(NamedTuple):
    """What one contact took: milliseconds by line, and events until each answer."""

    waits: dict[str, float]
    steps: dict[str, int]


async def talk(client: httpx2.AsyncClient) -> Talk:
    """One contact from the greeting to its record."""
    view = await _posted(client, "/v1/interactions", {"mode": "live", "business": "retail"})
    found = Talk({}, {})
    for name, line in LINES:
        if view["status"] in ENDED:
            break
        began, rev = time.perf_counter(), view["rev"]
        view = await _posted(client, view["links"]["messages"], {"text": line})
        found.waits[name] = 1000 * (time.perf_counter() - began)
        found.steps[name] = view["rev"] - rev
    assert view["status"] == "completed", view["record"]["transcript"]
    assert view["record"]["policy"]["decisions"][0]["action"], view["record"]["transcript"]
    return found


async def _posted(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def measured(house: House, contacts: int) -> tuple[dict[str, float], dict[str, int]]:
    """The figures of one round, and how many events each line took."""
    async with httpx2.AsyncClient(base_url=house.url, timeout=120) as client:
        await talk(client)
        alone = [await talk(client) for _ in range(contacts)]
        before, began = _busy(house), time.perf_counter()
        together = await asyncio.gather(*(_several(client, contacts) for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - began
        held = sum(together)
        spent = {name: 1000 * (busy - before[name]) / held for name, busy in _busy(house).items()}
    figures = {f"{name}, ms": statistics.median(one.waits[name] for one in alone) for name in alone[0].waits}
    figures["all lines, ms"] = statistics.median(sum(one.waits.values()) for one in alone)
    figures["contacts a second"] = held / seconds
    figures["messages a second"] = held * len(alone[0].waits) / seconds
    figures |= {f"{name}, processor ms a contact": busy for name, busy in spent.items()}
    figures["all desks, processor ms a contact"] = sum(spent.values())
    return figures, alone[0].steps


async def _several(client: httpx2.AsyncClient, contacts: int) -> int:
    for _ in range(contacts):
        await talk(client)
    return contacts


def _busy(house: House) -> dict[str, float]:
    return {name: sum(process.cpu_times()[:2]) for name, process in house.processes.items()}


def shown(rounds: Sequence[tuple[dict[str, float], dict[str, float]]]) -> None:
    """Medians of this version and of the other, and the ratio within a round."""
    print(f"{'':34} {'this':>8} {'other':>8}  ratio, median (lowest to highest)")
    columns: defaultdict[str, list[tuple[float, float | None]]] = defaultdict(list)
    for ours, theirs in rounds:
        for name, figure in ours.items():
            columns[name].append((figure, theirs.get(name)))
    for name, pairs in columns.items():
        both = [(ours, theirs) for ours, theirs in pairs if theirs]
        middle = statistics.median(ours for ours, _ in pairs)
        if not both:
            print(f"{name:34} {middle:8.1f} {'-':>8}")
            continue
        ratios = [ours / theirs for ours, theirs in both]
        other = statistics.median(theirs for _, theirs in both)
        spread = f"{statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:34} {middle:8.1f} {other:8.1f} {spread}")


async def measure(this: House, other: House, rounds: int, contacts: int) -> None:
    """All rounds, then the table."""
    found = []
    for number in range(rounds):
        pair = {house.name: await measured(house, contacts) for house in ((this, other), (other, this))[number % 2]}
        found.append((pair[this.name][0], pair[other.name][0]))
        steps = {name: figures[1] for name, figures in pair.items()}
    print("events until the answer:", steps)
    shown(found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.talks", description=__doc__)
    parser.add_argument("--against", type=Path, default=PROJECT, help="a checkout of another version")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--contacts", type=int, default=15, help="of a round, one after the other; and of each of eight"
    )
    options = parser.parse_args()
    backend = choose()
    with ExitStack() as ends:
        broker, redis = ends.enter_context(backend.rabbitmq()), ends.enter_context(backend.redis())
        houses = []
        for name, folder in (("this", PROJECT), ("other", options.against.resolve())):
            # The gap is waited for, not worked; and nobody is sent away where the machine is busy.
            more = {"NAMESPACE": name, "TURN_GAP": "0", "ACCEPT_TIMEOUT": "60", "MAX_WAIT": "60"}
            url, processes = ends.enter_context(desks(broker.url, redis.url, 1, folder, more))
            houses.append(House(name, url, processes))
        asyncio.run(measure(*houses, options.rounds, options.contacts))


if __name__ == "__main__":
    main()
