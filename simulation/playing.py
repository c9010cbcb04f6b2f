"""One contact, from the first words to the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from simulation.casting import Part
from simulation.customer import Customer, Line
from simulation.door import Door, NotTaken
from simulation.reading import Asked, asked
from simulation.record import Json, Record

MOST_LINES = 24
"""What one customer says in one contact at most; who is asked more than this has been asked in vain."""


@dataclass(frozen=True)
class Move:
    """What the customer said to what the agent had asked (nothing at the beginning), and in which interaction."""

    asked: Asked | None
    line: Line
    interaction_id: str = ""


@dataclass(frozen=True)
class Contact:
    """How it went: the moves, and the records of the interactions that it took; `trouble` is why it broke off."""

    part: Part
    number: int
    moves: Sequence[Move]
    records: Sequence[Record]
    trouble: str = ""


@dataclass
class _Talk:
    """A contact as it goes on."""

    door: Door
    customer: Customer
    seed: int
    moves: list[Move] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)

    async def held(self) -> str:
        """Talk until nobody has anything to say; the answer is why it broke off, empty where it did not."""
        try:
            line = self.customer.opens()
            view = await self.door.open(self.customer.part.agenda.business, line.texts, self.seed)
            self._note(None, line, view)
            while len(self.moves) < MOST_LINES and (move := self._next(view)):
                view = await self.door.say(view["id"], move.line.texts)
                self._note(move.asked, move.line, view)
        except NotTaken as why:
            return str(why)
        return str(view.get("failure") or "the interaction failed") if view["status"] == "failed" else ""

    def _next(self, view: Json) -> Move | None:
        """What the customer says now; after the end only what is still on their list."""
        if view["status"] == "failed":
            return None
        question = asked(view["record"], self.customer.part.titles) if view["status"] == "waiting" else None
        line = self.customer.replies(question) if question else self.customer.goes_on()
        return Move(question, line) if line else None

    def _note(self, question: Asked | None, line: Line, view: Json) -> None:
        record = Record(view)
        self.records[record.id] = record
        self.moves.append(Move(question, line, record.id))


async def play(door: Door, part: Part, number: int, seed: int) -> Contact:
    """Play one part; the same number and seed make the same customer."""
    talk = _Talk(door, Customer(part, Random(f"{seed}/{number}/words")), seed * 1000 + number + 1)
    trouble = await talk.held()
    return Contact(part, number, talk.moves, list(talk.records.values()), trouble)
