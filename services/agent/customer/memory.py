"""What a simulated customer remembers of their account. The agent itself never looks here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from callcenter.account_book import AccountBook, Entry, day_of, said, values_at
from services.agent.reasons import Conditions, ContactReasons, Typical

Facts = dict[str, str]


@dataclass(frozen=True)
class Memory:
    """What one customer can say: the value of each fact they have, and `other` values they could have meant instead."""

    facts: Facts
    customer_id: str | None = None
    other: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """Whose account it could well be, on which day, and the chance that draws among those that fit alike."""

    typical: Mapping[str, Typical]
    today: date
    rng: Random

    def of(self, name: str) -> Conditions:
        """The conditions on the account, or on one kind of thing."""
        typical = self.typical.get(name, {})
        return typical if isinstance(typical, dict) else {}


@dataclass(frozen=True)
class _Choice:
    """One account, and for each kind of thing the entries that fit the request best."""

    fit: tuple[int, int]
    account: Entry
    entries: Mapping[str, Sequence[Entry]]


class Recollection:
    """Finds who writes a text, and what they know, by what the business says that customers know."""

    def __init__(self, book: AccountBook, reasons: ContactReasons) -> None:
        self._customers, self._slots, self._map = book.customers, reasons.slots, reasons.memory

    def remember(self, customer_id: str | None, stated: Facts, text: str, wanted: Wanted) -> Memory:
        """The named customer, the one whose facts the text states, or one it could well be from.

        A stated customer, email, phone or order that nobody has stays unknown, and so does the person who states it.
        """
        choices = [self._choice(account, stated, text, wanted) for account in self._owners(customer_id, stated)]
        if not choices:
            return Memory(stated)
        best = max(choice.fit for choice in choices)
        chosen = wanted.rng.choice([choice for choice in choices if choice.fit == best])
        facts = self._knows(self._map.account, chosen.account, text, wanted.today)
        for name, entries in chosen.entries.items():
            if entries:
                facts |= self._knows(self._map.things[name].knows, wanted.rng.choice(entries), text, wanted.today)
        facts |= stated
        return Memory(facts, str(chosen.account["customer_id"]), self._others(chosen.account, facts))

    def _others(self, account: Entry, facts: Facts) -> Facts:
        """For each kind of thing the key of another one that this customer has."""
        keys = {thing.key: f"{thing.among}.{thing.knows[thing.key]}" for thing in self._map.things.values()}
        found = {
            key: [str(v) for v in values_at(account, path) if str(v) != facts.get(key)] for key, path in keys.items()
        }
        return {key: values[0] for key, values in found.items() if values}

    def _owners(self, customer_id: str | None, stated: Facts) -> Sequence[Entry]:
        if customer_id:
            return [account for account in self._customers if account["customer_id"] == customer_id]
        for slot in filter(stated.__contains__, self._telling()):
            return [account for account in self._customers if self._has(account, slot, stated[slot])]
        return self._customers

    def _telling(self) -> Iterator[str]:
        """The slots that lead to one account: its addresses, and the key of each thing."""
        yield from (slot for slot in self._map.account if self._slots[slot].kind in ("email", "phone"))
        yield from (thing.key for thing in self._map.things.values())

    def _has(self, account: Entry, slot: str, value: str) -> bool:
        places = [self._map.account.get(slot, "")]
        places += [f"{t.among}.{t.knows[slot]}" for t in self._map.things.values() if slot in t.knows]
        return any(self._same(slot, found, value) for place in places for found in values_at(account, place))

    def _same(self, slot: str, one: Any, other: Any) -> bool:
        if self._slots[slot].kind == "phone":
            return re.sub(r"\D", "", str(one))[-10:] == re.sub(r"\D", "", str(other))[-10:]
        return str(one).casefold() == str(other).casefold()

    def _choice(self, account: Entry, stated: Facts, text: str, wanted: Wanted) -> _Choice:
        mentioned, fitting = 0, _fits(account, wanted.of("account"), wanted.today)
        entries: dict[str, Sequence[Entry]] = {}
        for name, thing in self._map.things.items():
            found = values_at(account, thing.among)
            if thing.key in stated:
                same = [e for e in found if self._same(thing.key, e.get(thing.knows[thing.key]), stated[thing.key])]
                found = same or found
            marks = [
                (self._mentioned(thing.knows, entry, text), _fits(entry, wanted.of(name), wanted.today))
                for entry in found
            ]
            best = max(marks, default=(0, 0))
            mentioned, fitting = mentioned + best[0], fitting + best[1] + (bool(found) and name in wanted.typical)
            entries[name] = [entry for entry, mark in zip(found, marks, strict=True) if mark == best]
        return _Choice((mentioned, fitting), account, entries)

    def _mentioned(self, knows: Mapping[str, str], entry: Entry, text: str) -> bool:
        return any(_mentions(text, str(value)) for field in knows.values() for value in values_at(entry, field))

    def _knows(self, knows: Mapping[str, str], entry: Entry, text: str, today: date) -> Facts:
        facts: Facts = {}
        for slot, place in knows.items():
            values = [said(value, today) for value in values_at(entry, place)]
            meant = [value for value in values if _mentions(text, value)]
            if values:
                facts[slot] = [*meant, *values][0]
        return facts


def _fits(entry: Entry, conditions: Conditions, today: date) -> int:
    """How many of the conditions hold."""
    return sum(_holds(entry, field, wanted, today) for field, wanted in conditions.items())


def _holds(entry: Entry, field: str, wanted: str | tuple[str, ...], today: date) -> bool:
    values = values_at(entry, field)
    match wanted:
        case "some":
            return bool(values)
        case "past" | "future":
            days = [day for value in values if (day := day_of(value, today))]
            return any(day < today if wanted == "past" else day > today for day in days)
        case "twice":
            amounts = [str(value.get("amount")) for value in values]
            return len(amounts) != len(set(amounts))
        case _:
            return any(str(value) in wanted for value in values)


def _mentions(text: str, named: str) -> bool:
    told = set(re.findall(r"\w{3,}", text.lower()))
    words = re.findall(r"\w{3,}", named.lower())
    return bool(words) and all(word in told or f"{word}s" in told for word in words)
