"""Places of an account, and the account with some of them set. What is not there, or no longer as it was, is told."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from callcenter.events import Change
from services.policy.facts import for_record, value_at
from services.policy.identity import normal


class Moved(Exception):
    """The account is not what the change was meant for; says in what."""


def pattern(change: Change) -> str:
    """The place in any account, such as `orders[].refunded`."""
    return f"{change.among}[].{change.place}" if change.among else change.place


def moved(change: Change) -> str:
    """What is wrong where a place is not as it was."""
    return f"{pattern(change)} of the account has changed since it was decided"


def changed(facts: Mapping[str, Any], changes: Iterable[Change], *, checked: bool = True) -> dict[str, Any]:
    """The facts with the changes in them; raises Moved, where `checked` also if a place is no more as it was."""
    found = deepcopy(dict(facts))
    for change in changes:
        entry = _entry(found, change)
        if entry is None:
            raise Moved(f"{change.key} {change.entry} is not in the account any more")
        if checked and for_record(value_at(entry, change.place)) != change.was:
            raise Moved(moved(change))
        _put(entry, change.place, change.to)
    return found


def _entry(facts: dict[str, Any], change: Change) -> dict[str, Any] | None:
    if change.among is None:
        return facts
    key, wanted = str(change.key), normal(str(change.key), change.entry)
    entries: list[dict[str, Any]] = facts.get(change.among) or []
    return next((one for one in entries if normal(key, one.get(key)) == wanted), None)


def _put(entry: dict[str, Any], place: str, to: Any) -> None:
    *groups, name = place.split(".")
    for group in groups:
        entry = entry.setdefault(group, {})
    entry[name] = to
