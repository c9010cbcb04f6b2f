"""`callcenter business test`: the scenarios of a business through all five desks, and what they leave untested."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from callcenter import telemetry
from callcenter.business import Lines, load
from callcenter.events import utc_now
from services.cli.business.house import House, open_house
from services.cli.business.mutation import Mutant, mutants, survivors
from services.cli.business.runs import Planned, Run, Who, planned
from services.cli.business.scenarios import Difference, Scenarios
from services.cli.program import OUT

SEEDS = (3, 7)
"""A scenario that names no seed must come out for any; these are tried unless others are given."""

AT_ONCE = 8
"""Contacts in the house at a time: more would only wait for each other."""

TURN_GAP = 0.5
"""Seconds for which more is waited for where customers call who write in pieces; all others are answered at once."""


@dataclass(frozen=True)
class Result:
    """All runs of a business, and with `mutants` how well they watch over the `rules` that decide something."""

    folder: Path
    runs: Sequence[Run]
    rules: Sequence[str]
    mutants: Sequence[Mutant]

    @property
    def failures(self) -> list[tuple[Run, Difference]]:
        """Every expectation that was not met."""
        return [(run, found) for run in self.runs for found in run.differences]

    @property
    def in_one_shot(self) -> Sequence[str]:
        """The scenarios that nobody called for, though they called for others."""
        live = any(run.persona for run in self.runs)
        return list(dict.fromkeys(run.scenario.id for run in self.runs if live and not run.persona))

    @property
    def fired(self) -> Counter[str]:
        """How many runs each rule decided; rules that decided none are not in it."""
        return Counter(rule for run in self.runs for rule in run.rules)

    @property
    def passed(self) -> bool:
        """Everything came out as expected, and no turned rule went unnoticed."""
        return not self.failures and not any(survivors(self.mutants))


def run(folder: Path, who: Who, *, mutate: bool) -> Result:
    """Run all scenarios of a folder; raises BusinessError where it is wrong."""
    telemetry.configure("CRITICAL", "text")
    return asyncio.run(_run(folder, who, mutate=mutate))


async def _run(folder: Path, who: Who, *, mutate: bool) -> Result:
    async with open_house(folder, TURN_GAP if "in_pieces" in who.personas else 0) as house:
        runs = await run_scenarios(house, folder, who)
        desk = house.policy.desk_of(folder.name)
        rules = [rule.id for rule in desk.judge.rulebook.rules if not rule.ask]
        return Result(folder, runs, rules, await mutants(desk, runs) if mutate else ())


async def run_scenarios(house: House, folder: Path, who: Who) -> list[Run]:
    """Every scenario as somebody calls for it; those after an earlier contact one by one, when all others are over."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(one: Planned) -> Run:
        async with gate:
            if one.part:
                return one.played(await house.play(one.part, one.number, one.seed))
            return one.came_out(await house.record(one.scenario.request | {"business": folder.name, "seed": one.seed}))

    plans = planned(folder, load(folder, "scenarios.yaml", Scenarios), who, utc_now().date())
    runs = await asyncio.gather(*(run(one) for one in plans if not one.scenario.agreed))
    for one in plans:
        if one.scenario.agreed:
            with house.earlier.holds(folder.name, one.scenario):
                runs.append(await run(one))
    return runs


def report(result: Result, *, coverage: bool) -> None:
    """For a person: what failed, which rules were never reached, which changes nobody would notice."""
    failing = {(run.scenario.id, run.seed, run.persona) for run, _ in result.failures}
    if failing:
        OUT.print(_failures(result))
    if coverage:
        OUT.print(_coverage(result))
    if result.mutants:
        unnoticed = len(list(survivors(result.mutants)))
        if unnoticed:
            OUT.print(_survivors(result))
        OUT.print(f"{len(result.mutants) - unnoticed} of {len(result.mutants)} turned rules were noticed.")
    reached = len(result.fired)
    OUT.print(
        f"{result.folder.name}: {len(result.runs) - len(failing)} of {len(result.runs)} runs came out as expected; "
        f"{reached} of {len(result.rules)} rules decided something.",
        soft_wrap=True,
    )
    if reached < len(result.rules) and not coverage:
        OUT.print("See which never did with --coverage.")
    if result.in_one_shot:
        OUT.print(
            f"Played in one shot, by the customer inside the agent: {', '.join(result.in_one_shot)}.", soft_wrap=True
        )


def report_json(result: Result) -> None:
    """The same for programs."""
    failures = [
        {"scenario": run.scenario.id, "seed": run.seed, "persona": run.persona, **found._asdict()}
        for run, found in result.failures
    ]
    data = {
        "business": result.folder.name,
        "passed": result.passed,
        "runs": len(result.runs),
        "in_one_shot": result.in_one_shot,
        "failures": failures,
        "rules": {rule: result.fired[rule] for rule in result.rules},
        "mutants": [mutant._asdict() for mutant in result.mutants],
    }
    typer.echo(json.dumps(data, indent=2, default=str))


def _failures(result: Result) -> Table:
    lines = Lines(result.folder, "scenarios.yaml")
    scenarios = load(result.folder, "scenarios.yaml", Scenarios).scenarios
    positions = {one.id: place for place, one in enumerate(scenarios)}
    table = Table("Scenario", "Line", "Seed", "Customer", "Field", "Expected", "Got")
    for run, found in result.failures:
        line = lines.number(("scenarios", positions[run.scenario.id]))
        whom = run.persona or "in one shot"
        row = (run.scenario.id, line, run.seed, whom, found.field, _said(found.expected), _said(found.got))
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_said(part)}" for name, part in value.items())
    return "nothing" if value is None else str(value)


def _coverage(result: Result) -> Table:
    table = Table("Rule", "Decided")
    for rule in result.rules:
        count = result.fired[rule]
        table.add_row(Text(rule), Text(f"{count} runs" if count else "never", "" if count else "yellow"))
    return table


def _survivors(result: Result) -> Table:
    table = Table("Rule", "Verdict", "Turned into", "Why nobody notices")
    for mutant in survivors(result.mutants):
        why = "no scenario expects its verdict" if mutant.reached else "no scenario reaches it"
        table.add_row(*(Text(cell) for cell in (mutant.rule, mutant.verdict, mutant.turned, why)))
    return table
