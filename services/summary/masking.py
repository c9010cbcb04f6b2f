"""A finished record without personal data: dots of the same length, so that evidence still points to its words."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from callcenter.events import Entity, InteractionCompleted
from callcenter.privacy import is_personal, mask

_WORDS = ("request", "transcript", "entities", "dialogue", "policy", "ticket", "tickets", "summary", "follow_ups")
"""The sections that tell what was said. The codes and times in them have no form of an identifier."""

_OURS = {"policy_hash", "ticket_id", "related", "duplicate_of"}
"""Fields of those sections that are names of our own."""


def masked(record: InteractionCompleted) -> InteractionCompleted:
    """Masks the conversation, the stated facts, and every text that repeats them. `contact.customer_id` stays."""
    personal = [entity for entity in record.entities if is_personal(entity.name, entity.type, entity.value)]
    known = tuple(dict.fromkeys(value for entity in personal for value in _spellings(record, entity)))
    return record.model_copy(update={name: _hidden(getattr(record, name), known) for name in _WORDS})


def _spellings(record: InteractionCompleted, entity: Entity) -> Iterator[str]:
    """In its normal form, and as the customer wrote it."""
    yield entity.value
    said = entity.evidence
    yield from (turn.text[said.start : said.end] for turn in record.transcript if turn.turn == said.turn)


def _hidden(value: Any, known: tuple[str, ...]) -> Any:
    """The same value with every text in it masked."""
    if isinstance(value, str):
        return mask(value, known=known)
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _hidden(part, known) for name, part in value if name not in _OURS})
    if isinstance(value, dict):
        return {name: _hidden(part, known) for name, part in value.items()}
    return type(value)(_hidden(part, known) for part in value) if isinstance(value, list | tuple) else value
