"""What has to stay, without what is personal: facts that are named here stay, and every other text goes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from callcenter.privacy import is_personal
from callcenter.rights.person import Person
from callcenter.storage.agreements import Entry

ERASED = "[erased]"

_NUMBERS = ("absorbed", "duplicate_of", "id", "interaction_id", "merged_into", "related", "ticket_id")
_KINDS = ("channel", "disposition", "escalation", "impact", "priority", "raised_for", "reason", "reasons", "status")
_OURS = ("assignee", "business", "by", "done_by", "owner", "queue", "target", "type", "urgency")
_TIMES = ("at", "breached_at", "closed_at", "done_at", "due", "due_at", "first_response_due", "met_at", "opened_at")
_MORE_TIMES = ("paused_at", "paused_for", "resolution_due", "resolved_at", "started_at", "updated_at", "warn_at")
_FACTS = frozenset((*_NUMBERS, *_KINDS, *_OURS, *_TIMES, *_MORE_TIMES, "warned_at"))
"""Of a ticket and its history: numbers, kinds, times, and who of our people did it. What is new has to be added."""

_NOTED = "contact\n"
"""How the key of a comment begins that tells of a contact, and by which it is not told twice."""

_REFERENCE = re.compile(r"(?=\S*\d)\S{1,40}")
_OF_A_PERSON = re.compile(r"name|mail|phone|address|street|city|town|post|zip|birth|recipient|word", re.IGNORECASE)


def masked_ticket(document: bytes) -> bytes:
    """A ticket, or an event of one, as JSON."""
    return orjson.dumps(_masked("", orjson.loads(document)))


def hidden(event: Any, person: Person) -> Any:
    """A contact of another customer, as JSON, with dots for what leads to the person."""
    if isinstance(event, Mapping):
        return {name: hidden(part, person) for name, part in event.items()}
    if isinstance(event, list):
        return [hidden(part, person) for part in event]
    return person.hidden_in(event) if isinstance(event, str) else event


def may_stay(entry: Entry, person: Person) -> bool:
    """Whether something agreed holds nothing but references: numbers, and names of things that the account has."""
    body = orjson.loads(entry.body)
    said = [(name, value) for part in ("about", "own", "parameters") for name, value in body.get(part, {}).items()]
    return all(_is_reference(name, value, person) for name, value in said)


def unchanged(entry: Entry, person: Person) -> Entry:
    """What was done to a sample account, without the changes of what is personal."""
    body = orjson.loads(entry.body)
    kept = [one for one in body["changes"] if all(_is_fact(one["place"], one[when], person) for when in ("was", "to"))]
    return replace(entry, body=orjson.dumps({**body, "changes": kept}).decode())


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(name, part) for part in value]
    if name in ("customer_id", "mail"):
        return None
    if name == "key":
        return value if str(value).startswith(_NOTED) else None
    return ERASED if isinstance(value, str) and value and name not in _FACTS else value


def _is_reference(name: str, value: Any, person: Person) -> bool:
    """An order number, an amount, a product of an order: no words of theirs, and nothing that tells who they are."""
    if not _is_fact(name, value, person):
        return False
    return not isinstance(value, str) or bool(_REFERENCE.fullmatch(value)) or value in set(_things(person.account))


def _is_fact(name: str, value: Any, person: Person) -> bool:
    """Whether it is nothing that tells who they are."""
    if not isinstance(value, str):
        return not isinstance(value, dict | list)
    told = {str(part) for part in person.account.values()} - {person.customer_id}
    return not (_OF_A_PERSON.search(name) or is_personal(name, "", value) or value in told)


def _things(facts: Any, *, listed: bool = False) -> Iterator[str]:
    """What lists of the account name: orders, and what is in them."""
    if isinstance(facts, Mapping):
        for name, part in facts.items():
            if not _OF_A_PERSON.search(name):
                yield from _things(part, listed=listed)
    elif isinstance(facts, list | tuple):
        for part in facts:
            yield from _things(part, listed=True)
    elif listed and isinstance(facts, str):
        yield facts
