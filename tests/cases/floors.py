"""How much has to come out right: measured once, and only ever raised. `python -m tests.cases.floors` raises it."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from callcenter import telemetry
from tests.cases.case import Strict, read
from tests.cases.door import embedded
from tests.cases.playing import Result
from tests.cases.results import line, play_all, table, total

HERE = Path(__file__).parent
FLOORS = HERE / "floors.yaml"
FILES = ("given", "own", "fresh")
JOBS = 4
HEAD = """\
# How many cases of each file and kind have to come out right, and which are known to do harm. Measured anew by
# `python -m tests.cases.floors`: a number only rises, the list of harm only shrinks. A case on that list that does no
# harm any more, and harm that is not on it, fail the tests.
"""


class Floor(Strict):
    """What is asked of one file."""

    right: int = 0
    kinds: dict[str, int] = {}
    harmful: tuple[str, ...] = ()

    def harm(self, results: Sequence[Result]) -> list[str]:
        """What does harm and is not known to, and what is known to and does none."""
        new = [line(one) for one in results if one.verdict == "harmful" and one.case.id not in self.harmful]
        mended = sorted({*self.harmful} - {one.case.id for one in results if one.verdict == "harmful"})
        return [*new, *(f"{case} does no harm any more: take it off the list in floors.yaml" for case in mended)]

    def missed(self, results: Sequence[Result]) -> list[str]:
        """Each kind of which fewer come out right than did, with all that is wrong in it."""
        right = _right(results)
        told = list[str]()
        for kind, floor in self.kinds.items():
            if right[kind] < floor:
                told += [f"{kind}: {right[kind]} right, {floor} have to be", *_not_right(results, kind)]
        if right.total() < self.right:
            told.append(f"{total(results)}; {self.right} have to be right")
        return told

    def raised(self, results: Sequence[Result]) -> "Floor":
        """The same with what is better now."""
        right = _right(results)
        kinds = {kind: max(right[kind], self.kinds.get(kind, 0)) for kind in sorted({*right, *self.kinds})}
        harmful = {one.case.id for one in results if one.verdict == "harmful"}
        known = harmful & {*self.harmful} if self.kinds else harmful
        return Floor(right=max(right.total(), self.right), kinds=kinds, harmful=tuple(sorted(known)))


def floors() -> dict[str, Floor]:
    """What is asked of each file; nothing of one that was never measured."""
    kept = yaml.safe_load(FLOORS.read_text()) if FLOORS.exists() else {}
    return {name: Floor.model_validate(kept.get(name, {})) for name in FILES}


async def played(name: str) -> list[Result]:
    """All cases of a file, each room of them in a system of its own."""
    return await play_all(read(HERE / f"{name}.yaml"), embedded, JOBS)


def main() -> None:
    """Play all cases and raise the floors to what comes out."""
    telemetry.configure("ERROR", "text")
    raised: dict[str, object] = {}
    for name, floor in floors().items():
        results = asyncio.run(played(name))
        print(f"{name}\n{table(results)}\n", *floor.harm(results), *floor.missed(results), sep="\n")
        raised[name] = floor.raised(results).model_dump(mode="json")
    FLOORS.write_text(HEAD + yaml.safe_dump(raised, sort_keys=False))


def _right(results: Sequence[Result]) -> Counter[str]:
    return Counter(one.case.kind for one in results if one.verdict == "right")


def _not_right(results: Sequence[Result], kind: str) -> Iterator[str]:
    return (f"  {line(one)}" for one in results if one.case.kind == kind and one.verdict != "right")


if __name__ == "__main__":
    main()
