"""The simulated customer: answers from memory, in character, and knows nothing of what the agent thinks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from callcenter.events import Act
from services.agent.customer.memory import Facts, Memory
from services.agent.customer.personas import Persona
from services.agent.facts.dates import spelled
from services.agent.reasons import Slot, SlotKind

_FALSE_EMAIL = "j.carter.{number}@example.net"
_SLIPS_FROM = 5
"""Letters: shorter words are typed right."""

_FALSE_WORDS = ("sunflower", "marathon", "blue lagoon")


class SimulatedCustomer:
    """One person in one conversation."""

    def __init__(
        self,
        persona: Persona,
        memory: Memory,
        slots: Mapping[str, Slot],
        rng: Random,
        before: Iterable[Act] = (),
    ) -> None:
        """`before`: what the agent has done so far; the last of it is still to be answered."""
        self.persona, self.memory = persona, memory
        self._slots, self._rng = slots, rng
        self._said: set[str] = set()
        *answered, _ = (*before, None)
        self._stated = {act.slot for act in answered if act and act.slot}
        self._corrected = any(act.kind == "confirm" for act in answered if act)

    def answers(self, name: str, things: Sequence[str] = ()) -> str:
        """The reply to the question for one fact; one of the `things` to choose among, where they had none in mind."""
        fact = self._slots[name].title
        picks = things and self._slots[name].kind == "thing"
        value = self.memory.facts.get(name) or (self._rng.choice(things) if picks else None)
        self._stated.add(name)
        if value is None:
            return self._phrase(self.persona.lacks).format(fact=fact)
        is_date = self._slots[name].kind == "date"
        written = spelled(date.fromisoformat(value), self._rng.randrange(3)) if is_date else value
        return self._phrase(self.persona.answers).format(fact=fact, value=written)

    def responds(self, act: Act) -> str:
        """What this person says to what the agent did."""
        match act.kind:
            case "ask" | "repeat" | "wait" if act.slot:
                said = self.answers(act.slot, act.things)
            case "confirm":
                said = self.confirms()
            case "offer":
                said = self._phrase(self.persona.only_asks)
            case "calm":
                said = self._phrase(self.persona.retorts)
            case _:
                said = self._phrase(self.persona.vague)
        return _mistyped(said, self._rng) if self.persona.mistypes else said

    def confirms(self) -> str:
        """Yes, or once the thing that this person meant all along."""
        if self.persona.hesitates and not self._corrected:
            self._corrected = True
            for name in filter(self._stated.__contains__, self.memory.other):
                fact, value = self._slots[name].title, self.memory.other[name]
                return self._phrase(self.persona.corrects).format(fact=fact, value=value)
        return self._phrase(self.persona.confirms)

    def _phrase(self, phrases: tuple[str, ...]) -> str:
        fresh = [phrase for phrase in phrases if phrase not in self._said] or phrases
        chosen = self._rng.choice(fresh)
        self._said.add(chosen)
        return chosen


def in_character(
    memory: Memory,
    persona: Persona,
    *,
    stated: Facts,
    slots: Mapping[str, Slot],
    forgettable: Iterable[str],
    identity: Iterable[str],
    rng: Random,
) -> Memory:
    """The memory as this persona has it: completed where anybody could make up a value, then forgotten or falsified."""
    facts = {name: rng.choice(slot.examples) for name, slot in slots.items() if slot.examples}
    facts |= memory.facts
    if persona.forgets:
        lost = [name for name in forgettable if name in facts and name not in stated]
        facts.pop(rng.choice(lost) if lost else "", None)
    if persona.pretends:
        facts |= {
            name: _false(slots[name].kind, facts[name], rng) for name in identity if _pretended(name, facts, stated)
        }
    return replace(memory, facts=facts)


def _pretended(name: str, facts: Facts, stated: Facts) -> bool:
    return name in facts and name not in stated


def _false(kind: SlotKind, true: str, rng: Random) -> str:
    """A value in the right form that is not the one of the account."""
    match kind:
        case "email":
            return _FALSE_EMAIL.format(number=rng.randrange(10, 99))
        case "date":
            return (date.fromisoformat(true) + timedelta(days=rng.randrange(200, 4_000))).isoformat()
        case "phrase" | "name" | "choice":
            return rng.choice([word for word in _FALSE_WORDS if word != true.lower()])
        case _:
            return "".join(str((int(sign) + rng.randrange(1, 10)) % 10) if sign.isdigit() else sign for sign in true)


def _mistyped(text: str, rng: Random) -> str:
    """One slip in one longer word; what has a digit or an @ is copied, not typed."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= _SLIPS_FROM and word.isalpha()]
    if long:
        place = rng.choice(long)
        word, cut = words[place], rng.randrange(1, len(words[place]) - 2)
        words[place] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)
