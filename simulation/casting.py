"""An agenda played by a persona: what is said otherwise then, and what is right then."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from simulation.agenda import Agenda, Facts, Want
from simulation.personas import Name
from simulation.secrecy import secrets
from simulation.trade import Trade

_KNOWN_TO_STRANGERS = ("email", "phone")
"""Kinds of facts that stand on every letter; who uses them is not the owner for that."""

_OF_THE_AMOUNT = (
    r" and [^{}]*\{amount\}.*$",
    r"\{amount\} (?:for|of) ",
    r" (?:of|for) \{amount\}",
    r" to \{amount\}",
)

_WORDS = ("lantern", "meadow", "harbor", "pepper", "thimble")


@dataclass(frozen=True)
class Part:
    """What one customer plays.

    `wrong` are facts that they get wrong at first, and `lost` those that they cannot tell; `deed` is what they forbid.
    `nothing`: whatever comes, nothing may be done. `secrets` are the values of an account that they may not be told.
    """

    agenda: Agenda
    persona: Name
    titles: Facts = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    wrong: Facts = field(default_factory=dict)
    deed: str = ""
    nothing: bool = False
    secrets: tuple[str, ...] = ()


class Casting:
    """Gives parts to the customers of one business; the same chance gives the same parts."""

    def __init__(self, trade: Trade, rng: Random, today: date) -> None:
        self._trade, self._rng, self._today = trade, rng, today
        self._slots = trade.vocabulary.slots
        self._changes: dict[Name, Callable[[Part], Part | None]] = {
            "refusing": self._refusing,
            "undecided": self._undecided,
            "negating": self._negating,
            "forgetful": self._forgetful,
            "correcting": self._correcting,
            "impostor": self._impostor,
            "in_danger": self._in_danger,
        }

    def part(self, agenda: Agenda, persona: Name) -> Part | None:
        """The part, or None where this persona has nothing to play in the agenda."""
        if agenda.personas and persona not in agenda.personas:
            return None
        part = Part(
            agenda,
            persona,
            titles={name: slot.title for name, slot in self._slots.items()},
            dates=frozenset(name for name, slot in self._slots.items() if slot.kind == "date"),
        )
        change = self._changes.get(persona)
        return change(part) if change else part

    def _refusing(self, part: Part) -> Part | None:
        return replace(part, nothing=True) if part.agenda.acts else None

    def _undecided(self, part: Part) -> Part | None:
        return part if part.agenda.acts else None

    def _in_danger(self, part: Part) -> Part | None:
        return replace(part, nothing=True)

    def _negating(self, part: Part) -> Part | None:
        """Forbids what the agenda would have done."""
        want = part.agenda.wants[0]
        deed = _deed(self._trade.policy.under_way.words.get(want.due.action or "", ""), want.facts | want.due.about)
        return replace(part, nothing=True, deed=deed) if deed else None

    def _forgetful(self, part: Part) -> Part | None:
        """Lacks one fact, also in their first words, where they can say in another way what they mean."""
        want = part.agenda.wants[0]
        known = part.agenda.facts | want.facts
        proofs = {name for name in self._trade.vocabulary.identity.facts if name in part.agenda.facts}
        untold = {name for name in {*want.due.about, *proofs} if known.get(name, "") not in want.says}
        left = sorted(untold | (want.due.about.keys() & want.instead.keys()))
        if not left or not part.agenda.customer_id:
            return None
        lost = self._rng.choice(left)
        without = want.model_copy(update={"says": _without(known.get(lost, ""), want.says)})
        agenda = part.agenda.model_copy(update={"wants": (without, *part.agenda.wants[1:])})
        return replace(part, agenda=agenda, lost=frozenset({lost}))

    def _correcting(self, part: Part) -> Part | None:
        """Names another thing first; where they have no other, one that nobody has."""
        want = part.agenda.wants[0]
        known = part.agenda.facts | want.facts
        about = sorted(want.due.about.items()) if part.agenda.acts else []
        for name, true in about:
            if name not in known:
                continue
            if false := part.agenda.others.get(name) or self._false(name, true):
                changed = want.model_copy(update={"says": want.says.replace(true, false)})
                agenda = part.agenda.model_copy(update={"wants": (changed, *part.agenda.wants[1:])})
                return replace(part, agenda=agenda, wrong={name: false})
        return None

    def _impostor(self, part: Part) -> Part | None:
        """Knows what is on a letter, and guesses what proves the owner."""
        account = self._trade.customer(part.agenda.customer_id)
        if account is None or not all(want.due.identity for want in part.agenda.wants):
            return None
        proofs = {*self._trade.vocabulary.identity.facts, *part.agenda.facts}
        facts = {name: self._guessed(name, value) for name, value in part.agenda.facts.items()}
        wants = [
            want.model_copy(update={"facts": {n: value for n, value in want.facts.items() if n not in proofs}})
            for want in part.agenda.wants
        ]
        agenda = part.agenda.model_copy(update={"facts": facts, "wants": tuple(wants)})
        return replace(part, agenda=agenda, nothing=True, secrets=secrets(self._trade, account, self._today))

    def _guessed(self, name: str, value: str) -> str:
        known = self._slots[name].kind in _KNOWN_TO_STRANGERS
        return value if known else self._false(name, value) or self._rng.choice(_WORDS)

    def _false(self, name: str, true: str) -> str:
        """A value in the right form that is not the true one; empty where none can be made up."""
        if self._slots[name].kind == "date":
            return (date.fromisoformat(true) + timedelta(days=self._rng.randrange(200, 4000))).isoformat()
        shifted = (str((int(sign) + self._rng.randrange(1, 8)) % 9 + 1) if sign.isdigit() else sign for sign in true)
        false = "".join(shifted)
        return false if false != true else ""


def _without(value: str, says: str) -> str:
    """The words without a value that is in them, and without what would be left hanging: `..., order.`"""
    if not value or value not in says:
        return says
    says = re.sub(rf",? (?:it's |the )?\w+ {re.escape(value)}(?=[.!?]|$)", "", says)
    return re.sub(rf"\s*{re.escape(value)}", "", says)


def _deed(words: str, facts: Facts) -> str:
    """The action in the mouth of a customer, who does not speak of the amount; empty where a fact is lacking."""
    for pattern in _OF_THE_AMOUNT:
        words = re.sub(pattern, "", words)
    if set(re.findall(r"\{(\w+)\}", words)) - set(facts):
        return ""
    words = re.sub(r"\byour\b", "my", re.sub(r"\b(send|mail) you\b", r"\1 me", words))
    return words.format(**facts)


def wants_of(part: Part) -> tuple[Want, ...]:
    """What is wanted, in the order in which it is said; who forbids something says only that."""
    return part.agenda.wants[:1] if part.deed else part.agenda.wants
