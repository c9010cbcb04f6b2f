"""A misspelt fact is no error in an expression, just never known: so what is read is compared with the accounts."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from callcenter.account_book import values_at
from callcenter.business import Lines, Place, alternatives
from callcenter.errors import BusinessError
from services.policy.accounts import Account
from services.policy.rulebook import Rulebook


def check_spelling(folder: Path, rulebook: Rulebook, accounts: Iterable[Account]) -> None:
    """Raises BusinessError naming each rule that reads a fact which no account and no table has."""
    known = {"customer": set[str](), **{name: set[str]() for name in rulebook.subjects}}
    for facts in ({"customer": account.facts, "tables": rulebook.tables} for account in accounts):
        known["customer"] |= facts["customer"].keys()
        for name, subject in rulebook.subjects.items():
            known[name] |= {field for entry in values_at(facts, rulebook.place_of(subject)) for field in entry}
    if mistakes := list(_misspelt(rulebook, known)):
        lines = Lines(folder, "policy.yaml")
        raise BusinessError("\n".join(lines.tell(place, mistake) for place, mistake in mistakes))


def _misspelt(rulebook: Rulebook, known: Mapping[str, set[str]]) -> Iterator[tuple[Place, str]]:
    for place, where, reads in _readers(rulebook):
        for subject, field in (name.split(".")[:2] for name in reads if "." in name):
            if subject in known and field not in known[subject]:
                there = alternatives(field, known[subject]) if known[subject] else f"no {subject} is in any account"
                yield place, f"{where}: it reads {subject}.{field}, which no account has; {there}"


def _readers(rulebook: Rulebook) -> Iterator[tuple[Place, str, tuple[Any, ...]]]:
    yield from ((("facts", name), f"fact {name}", expression.reads) for name, expression in rulebook.computed)
    yield from ((("limits", name), f"limit {name}", rulebook.limit(name).reads) for name in rulebook.limits)
    for action, settings in rulebook.settings.items():
        for one in settings:
            place = f"{one.subject}.{one.place}"
            yield ("carry_out", action, "sets", place), f"carry_out {action}", (*one.to.reads, place)
    for position, ruling in enumerate(rulebook.rulings):
        yield ("rules", position), f"rule {ruling.rule.id}", ruling.reads
