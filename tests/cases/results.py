"""Plays many cases at a time, and counts what came of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from tests.cases.case import Case
from tests.cases.door import Door, Opening
from tests.cases.playing import Result, play

CLASSES = ("right", "wrong", "harmful", "error")


def rooms(cases: Sequence[Case]) -> list[list[Case]]:
    """The cases, set apart so that no customer comes twice into the same room.

    What somebody wrote before changes how they are served, and cases are played at the same time.
    """
    visits: Counter[str] = Counter()
    apart: list[list[Case]] = []
    for case in cases:
        customers = {name for name in (case.customer, *(earlier.customer for earlier in case.before)) if name}
        place = max((visits[customer] for customer in customers), default=0)
        visits |= Counter(dict.fromkeys(customers, place + 1))
        apart.extend([] for _ in range(place + 1 - len(apart)))
        apart[place].append(case)
    return apart


async def play_all(
    cases: Sequence[Case], opening: Opening, jobs: int, seen: Callable[[Result], None] = lambda _: None
) -> list[Result]:
    """The results in the order of the cases, each told to `seen` at once; every room has a door of its own."""
    results: dict[str, Result] = {}
    for room in rooms(cases):
        async with opening() as door:
            for result in await _play_room(door, room, jobs, seen):
                results[result.case.id] = result
    return [results[case.id] for case in cases]


async def _play_room(door: Door, cases: Sequence[Case], jobs: int, seen: Callable[[Result], None]) -> list[Result]:
    free = asyncio.Semaphore(jobs)

    async def one(case: Case) -> Result:
        async with free:
            result = await play(door, case)
        seen(result)
        return result

    return await asyncio.gather(*map(one, cases))


def table(results: Sequence[Result]) -> str:
    """How many of each kind came out how."""
    counted: Counter[tuple[str, str]] = Counter((result.case.kind, result.verdict) for result in results)
    lines = [f"{'kind':22}{'cases':>7}" + "".join(f"{name:>9}" for name in CLASSES)]
    for kind in sorted({result.case.kind for result in results}):
        row = [counted[kind, name] for name in CLASSES]
        lines.append(f"{kind:22}{sum(row):7}" + "".join(f"{number:9}" for number in row))
    return "\n".join([*lines, "", total(results)])


def total(results: Sequence[Result]) -> str:
    count = Counter(result.verdict for result in results)
    share = 100 * count["right"] / max(1, len(results))
    wrong = count["wrong"] + count["error"]
    return (
        f"TOTAL {len(results)} cases: right {count['right']} ({share:.1f}%), wrong {wrong}, harmful {count['harmful']}"
    )


def line(result: Result) -> str:
    """One case that did not come out right, and why."""
    opening = " ".join(result.case.opening.split())[:70]
    return f"{result.verdict.upper():7} {result.case.id:22} {opening!r}: {result.told}"
