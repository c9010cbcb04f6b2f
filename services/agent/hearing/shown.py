"""What a language model is shown of a conversation: no personal data, and each sign tied to where it was said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callcenter.events import Dialogue, Entity, Evidence, Turn
from callcenter.privacy import find, redact
from services.agent.facts import spoken
from services.agent.facts.written import Edit, Written
from services.agent.reasons import SlotKind

_LONGEST, _LONGEST_BEFORE = 2_000, 600
"""Characters of a new message, and of one before it, that are shown."""

_BEFORE = 6
"""How many turns before are shown."""

_OPEN: tuple[SlotKind, ...] = ("phrase", "choice")
"""Kinds of facts in words that are shown: they name things and no people, and may well be meant otherwise."""

_GAP = re.compile(r"\s{3,}")


@dataclass(frozen=True)
class Message:
    """A new message: as the agent counts it, and as it is shown."""

    turn: Turn
    shown: Written
    sent: str

    def place(self, quote: str) -> Evidence | None:
        """Where the customer said these words; None where they did not, to the letter."""
        said = quote.strip()
        first, last = (r"\b" if sign.isalnum() else "" for sign in (said[:1], said[-1:]))
        found = re.search(first + re.escape(said) + last, self.shown.text, re.I) if said else None
        if found is None:
            return None
        start, end = self.shown.span(*found.span())
        return Evidence(turn=self.turn.turn, start=start, end=end)


@dataclass(frozen=True)
class Shown:
    """New messages and those before them."""

    before: tuple[dict[str, str], ...]
    messages: tuple[Message, ...]

    def place(self, quote: str) -> Evidence | None:
        """Where it stands in the first new message that has it."""
        return next(filter(None, (one.place(quote) for one in self.messages)), None)

    def turn(self, number: int) -> Turn:
        """The new message of that number."""
        return next(one.turn for one in self.messages if one.turn.turn == number)


def shown(state: Dialogue, turns: Sequence[Turn], new: Sequence[Turn], facts: Sequence[Entity], currency: str) -> Shown:
    """The `new` turns and the last before them, with marks like `[email 1]` in place of the `facts` read in them."""
    known = tuple(_known(state, turns, currency))
    before = [turn for turn in turns if turn.turn < new[0].turn and turn.text.strip()][-_BEFORE:]
    marks = dict(_marks(facts))
    return Shown(
        tuple({one.speaker: redact(one.text[:_LONGEST_BEFORE], known=known)} for one in before),
        tuple(_message(turn, marks, known) for turn in new),
    )


def _known(state: Dialogue, turns: Sequence[Turn], currency: str) -> Iterator[str]:
    """Facts said before, as they are kept, as they were written, and as the agent says them."""
    said = {turn.turn: turn.text for turn in turns}
    for fact in _hidden(state.entities):
        yield fact.value
        yield said.get(fact.evidence.turn, "")[fact.evidence.start : fact.evidence.end]
        yield spoken(fact.type, fact.value, currency)  # type: ignore[arg-type]  # a fact has the kind of its slot


def _hidden(facts: Sequence[Entity]) -> list[Entity]:
    return [fact for fact in facts if fact.type not in _OPEN]


def _marks(facts: Sequence[Entity]) -> Iterator[tuple[Evidence, str]]:
    """`[email 1]`, `[email 2]`, in the order in which they were said."""
    names = [fact.name for fact in _hidden(facts)]
    for place, fact in enumerate(_hidden(facts)):
        yield fact.evidence, f"[{fact.name} {names[: place + 1].count(fact.name)}]"


def _message(turn: Turn, marks: dict[Evidence, str], known: Sequence[str]) -> Message:
    text = turn.text[:_LONGEST]
    edits: list[Edit] = [
        (said.start, said.end, mark)
        for said, mark in marks.items()
        if said.turn == turn.turn and said.end <= len(text) and text[said.start : said.end].strip()
    ]
    edits += [edit for edit in _others(text, known) if all(edit[1] <= a or edit[0] >= b for a, b, _ in edits)]
    written = Written(text).edited(edits)
    return Message(turn, written, redact(written.text, known=known).strip())


def _others(text: str, known: Sequence[str]) -> Iterator[Edit]:
    """Personal data that is no fact, and the gaps of what does not count."""
    yield from ((span.start, span.end, f"[{span.kind}]") for span in find(text, known=known))
    yield from ((*gap.span(), " ") for gap in _GAP.finditer(text))
