"""What a rule asks: the entries that there are to choose among, as things, and which of them was chosen."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from callcenter.account_book import values_at
from callcenter.events import Thing
from services.policy.case import Case
from services.policy.expressions import Expression, Unreadable
from services.policy.facts import for_record, in_cents
from services.policy.identity import normal
from services.policy.rules import Ask
from services.policy.wording import Say, placeholders

MOST_CHOICES = 60
"""That travel with a question; the agent reads out fewer by far."""


class Named(NamedTuple):
    """Where an entry has what it is kept as, how it is said, and where it has what else it may be called by."""

    key: str
    label: str
    known_by: Sequence[str]


class Asked(NamedTuple):
    """What there is to choose among, what of it was chosen, and how that stands in words for the record."""

    slot: str
    among: tuple[Thing, ...]
    chosen: Thing | None
    said: str | None

    @property
    def settled(self) -> bool:
        """Whether there is nothing to ask: it is told, or nothing is there and nothing was said."""
        return self.chosen is not None or not (self.among or self.said)

    @property
    def offered(self) -> tuple[Thing, ...]:
        """What travels with a conversation: so many of them, the chosen one first."""
        others = (one for one in self.among if one != self.chosen)
        return tuple(islice((*filter(None, [self.chosen]), *others), MOST_CHOICES))

    @property
    def note(self) -> str:
        """For the record."""
        if self.chosen:
            return f"{self.slot}: {self.chosen.label}"
        if self.said:
            return f"{self.slot}: {self.said} is none of the choices"
        return f"asks for {self.slot}" if self.among else f"{self.slot}: there is nothing to choose among"


def asked(case: Case, ask: Ask, choices: Expression) -> Asked:
    """How it stands with the choice; raises LacksFact where it cannot be told what there is to choose among."""
    among: dict[str, Thing] = {}
    for one in _things(case, ask, case.value(choices)):
        among.setdefault(normal(ask.key, one.value), one)
    said = case.facts["slots"].get(ask.slot)
    return Asked(ask.slot, tuple(among.values()), among.get(normal(ask.key, said)) if said else None, said)


def thing(slot: str, entry: dict[str, Any], named: Named, say: Say) -> Thing:
    """An entry as the agent may name and know it."""
    key, label, known_by = named
    for path in placeholders(label):
        label = label.replace(f"{{{path}}}", ", ".join(say(one) for one in values_at(entry, path)))
    known = (str(for_record(one)) for path in known_by for one in values_at(entry, path))
    return Thing(slot=slot, value=str(entry[key]), label=label, known=tuple(dict.fromkeys(known)))


def _things(case: Case, ask: Ask, entries: Any) -> Iterator[Thing]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Unreadable(f"what {ask.slot} is chosen among is no list of entries")
    for entry in in_cents(entries):
        if entry.get(ask.key) is not None:
            yield thing(ask.slot, entry, Named(ask.key, ask.label, ask.known_by), case.say)
