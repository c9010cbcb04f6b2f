"""What the scenarios are run as: who calls in which character, live from outside or in one shot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

from services.cli.business.scenarios import Difference, Scenario, Scenarios, differences
from services.cli.personas import personas_of
from services.cli.program import USAGE, Failed
from simulation.casting import Casting, Part
from simulation.judging import Kind, judge
from simulation.making import agenda_of
from simulation.personas import CHANGING, NAMES, Name
from simulation.playing import Contact
from simulation.trade import Trade, read

PLAIN: Sequence[Name] = ("plain",)
"""Who calls unless somebody else is asked for."""

EVERYBODY = "all"
"""In place of a persona, each of them."""

BAD: tuple[Kind, ...] = ("harmful", "broken", "alarmed")
"""What must not come of any contact, whoever calls."""


class Planned(NamedTuple):
    """A scenario to be run with a seed: by a customer who calls live, or with one whom the agent simulates."""

    scenario: Scenario
    seed: int
    part: Part | None = None

    @property
    def number(self) -> int:
        """With the seed it makes the words: the same in each run, whatever scenarios are beside it."""
        return crc32(self.scenario.id.encode()) % 1000

    def came_out(self, record: Mapping[str, Any]) -> "Run":
        """In one shot."""
        return Run(self.scenario, self.seed, record)

    def played(self, contact: Contact) -> "Run":
        """Live: what the scenario is about is the first interaction."""
        first = contact.records[0] if contact.records else None
        record = first.view.get("record") or {} if first else {}
        return Run(self.scenario, self.seed, record, contact.part.persona, tuple(_harm(contact)))


class Run(NamedTuple):
    """One scenario as it came out with one seed; `persona` called live, None: it was one shot.

    `harm` is what a customer who was there finds harmful, or why it broke off.
    """

    scenario: Scenario
    seed: int
    record: Mapping[str, Any]
    persona: Name | None = None
    harm: tuple[str, ...] = ()

    @property
    def rules(self) -> set[str]:
        """The rules that decided something here."""
        return {decision["rule_id"] for decision in self.decisions} - {None}

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """What was decided; nothing where it came to no end."""
        return list((self.record.get("policy") or {}).get("decisions") or ())

    @property
    def binding(self) -> bool:
        """Whether what the scenario expects is due: nobody called who makes another end right."""
        return bool(self.decisions) and self.persona not in CHANGING

    @property
    def differences(self) -> Iterator[Difference]:
        """What came out otherwise than it should."""
        if self.binding:
            yield from differences(self.scenario.expect, self.record)
        yield from (Difference("harm", None, what) for what in self.harm)


@dataclass(frozen=True)
class Who:
    """Who calls: with which seeds, in which characters; in one shot, nobody calls and the agent simulates."""

    seeds: Sequence[int]
    personas: Sequence[Name] = PLAIN
    one_shot: bool = False


def who(seeds: Sequence[int], personas: Sequence[str], *, one_shot: bool) -> Who:
    """As the command line says it; raises Failed for a persona that there is not, or that could not call."""
    if one_shot and personas:
        raise Failed("Nobody calls with --one-shot: leave it out, or --persona.", USAGE)
    if personas:
        return Who(seeds, NAMES if EVERYBODY in personas else personas_of(personas))
    return Who(seeds, one_shot=one_shot)


def planned(folder: Path, scenarios: Scenarios, who: Who, today: date) -> list[Planned]:
    """Every scenario with every seed and persona; one that names its seed or persona, with that one only."""
    cast = _Cast(read(folder), today)
    return [
        Planned(one, seed, part)
        for one in scenarios.scenarios
        for seed in ([one.seed] if one.seed is not None else who.seeds)
        for part in (cast.parts(one, seed, who.personas) if not who.one_shot else [None])
    ]


class _Cast:
    """Gives the parts of one business."""

    def __init__(self, trade: Trade, today: date) -> None:
        self._trade, self._today = trade, today
        self._agendas = {one.id: agenda_of(trade, one, today) for one in trade.scenarios}

    def parts(self, scenario: Scenario, seed: int, personas: Sequence[Name]) -> Sequence[Part | None]:
        """Who calls for a scenario; nobody, where only the customer inside the agent can play it."""
        agenda, own = self._agendas[scenario.id], own_personas(scenario.persona)
        called = personas if own is None else own
        if agenda is None or scenario.mode == "simulated" or not called:
            return [None]
        casting = Casting(self._trade, Random(f"{seed}/{scenario.id}"), self._today)
        return [part for name in called if (part := casting.part(agenda, name))]


def _harm(contact: Contact) -> Iterator[str]:
    judgement = judge(contact)
    if judgement.kind in BAD:
        yield from judgement.why
    elif not all(record.ended for record in contact.records):
        yield "the conversation came to no end"


def own_personas(persona: str | None) -> Sequence[Name] | None:
    """The one that a scenario names, if it also calls from outside and changes nothing; None where it names none."""
    if persona is None:
        return None
    return [name for name in NAMES if name == persona and name not in CHANGING]
