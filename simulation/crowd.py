"""Many contacts, a few at a time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random

from simulation.agenda import Agenda
from simulation.casting import Casting, Part
from simulation.door import Door
from simulation.judging import Judgement, judge
from simulation.personas import Name
from simulation.playing import Contact, play
from simulation.trade import Trade


@dataclass(frozen=True)
class Played:
    """A contact and its judgement."""

    contact: Contact
    judgement: Judgement


@dataclass(frozen=True)
class Plan:
    """How many call, in which characters, on which day; the same seed sends the same customers."""

    contacts: int
    personas: Sequence[Name]
    seed: int
    today: date


def parts(trades: Mapping[str, Trade], agendas: Sequence[Agenda], plan: Plan) -> list[Part]:
    """Who calls: each persona and business in turn, each agenda once before any comes again."""
    rng = Random(plan.seed)
    decks = [
        _deck(Casting(trade, rng, plan.today), [one for one in agendas if one.business == name], persona, rng)
        for persona in plan.personas
        for name, trade in trades.items()
    ]
    turns = (deck[lap % len(deck)] for lap in range(plan.contacts) for deck in decks if deck)
    return list(islice(turns, plan.contacts))


def _deck(casting: Casting, agendas: Sequence[Agenda], persona: Name, rng: Random) -> list[Part]:
    shuffled = rng.sample(agendas, len(agendas))
    return [part for agenda in shuffled if (part := casting.part(agenda, persona))]


async def play_all(
    door: Door, called: Sequence[Part], seed: int, jobs: int, done: Callable[[], None] = lambda: None
) -> list[Played]:
    """All contacts in their order, no more than `jobs` at once; `done` is told of each that has ended."""
    gate = asyncio.Semaphore(jobs)

    async def one(number: int, part: Part) -> Played:
        async with gate:
            contact = await play(door, part, number, seed)
        done()
        return Played(contact, judge(contact))

    return list(await asyncio.gather(*(one(number, part) for number, part in enumerate(called))))
