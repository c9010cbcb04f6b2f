"""The simulated customer: answers from memory, in character, and knows nothing of what the agent thinks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from services.agent.customer.memory import Facts, Memory
from services.agent.customer.personas import Persona
from services.agent.dates import spelled
from services.agent.reasons import Slot, SlotKind

_FALSE_EMAIL = "j.carter.{number}@example.net"
_FALSE_WORDS = ("sunflower", "marathon", "blue lagoon")


class SimulatedCustomer:
    """One person in one conversation."""

    def __init__(self, persona: Persona, memory: Memory, slots: Mapping[str, Slot], rng: Random) -> None:
        self.persona, self.memory = persona, memory
        self._slots, self._rng = slots, rng
        self._said: set[str] = set()

    def answers(self, name: str) -> str:
        """The reply to the question for one fact."""
        fact = self._slots[name].title
        value = self.memory.facts.get(name)
        if value is None:
            return self._phrase(self.persona.lacks).format(fact=fact)
        is_date = self._slots[name].kind == "date"
        written = spelled(date.fromisoformat(value), self._rng.randrange(3)) if is_date else value
        return self._phrase(self.persona.answers).format(fact=fact, value=written)

    def closes(self) -> str:
        """The last word after the agent said what happens next."""
        return self._phrase(self.persona.closings)

    def rephrases(self) -> str:
        """The reply when the agent did not understand: there is no request beyond the one that was written."""
        return self._phrase(self.persona.vague)

    def retorts(self) -> str:
        """The reply of somebody who only came to insult."""
        return self._phrase(self.persona.retorts)

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
        case "phrase":
            return rng.choice([word for word in _FALSE_WORDS if word != true.lower()])
        case _:
            return "".join(str((int(sign) + rng.randrange(1, 10)) % 10) if sign.isdigit() else sign for sign in true)
