"""The simulated customer: answers from memory, in character, and knows nothing of what the agent thinks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from services.agent.accounts import Facts, Memory
from services.agent.facts.dates import spelled
from services.agent.personas import Persona
from services.agent.reasons import Slot

_FALSE_EMAIL = "j.carter.{number}@example.net"


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
        written = spelled(date.fromisoformat(value), self._rng.randrange(3)) if name == "date_of_birth" else value
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
    rng: Random,
) -> Memory:
    """The memory as this persona has it: completed where anybody could make up a value, then forgotten or falsified."""
    facts = {name: rng.choice(slot.examples) for name, slot in slots.items() if slot.examples}
    facts |= memory.facts
    if persona.forgets:
        lost = [name for name in forgettable if name in facts and name not in stated]
        facts.pop(rng.choice(lost) if lost else "", None)
    if persona.pretends:
        facts |= {name: value for name, value in _falsified(facts, rng).items() if name not in stated}
    return replace(memory, facts=facts)


def _falsified(facts: Facts, rng: Random) -> Facts:
    """Identity facts in the right form that are not those of the account."""
    false = {"email": _FALSE_EMAIL.format(number=rng.randrange(10, 99))}
    if postcode := facts.get("postcode"):
        false["postcode"] = _another_postcode(postcode, rng)
    if born := facts.get("date_of_birth"):
        false["date_of_birth"] = (date.fromisoformat(born) + timedelta(days=rng.randrange(200, 4_000))).isoformat()
    return false


def _another_postcode(postcode: str, rng: Random) -> str:
    drawn = f"{rng.randrange(1_000, 99_950):05d}"
    return drawn if drawn != postcode else "10001"
