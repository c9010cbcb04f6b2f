"""What every store promises, and what it answers. Held to by one conformance suite over memory and over Redis."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from callcenter.errors import TooLarge
from callcenter.events import EVENTS, Event, InteractionFailed, InteractionRequested, Turn

FIRST_NUMBER = 1001
"""Of the first contact: four digits from the start."""

MAX_EVENT = 1024 * 1024
"""Bytes of one event. RabbitMQ 4 refuses 16 MiB and closes the channel; an event of ours is a few KiB."""
ROOM_TO_FAIL = 16 * 1024
"""Bytes beyond, for the failure of an interaction: whatever could be stored can also be told to have failed."""


GONE = 2**31
"""The rev of an interaction that was erased: past every event of it."""


class Result(StrEnum):
    """How the one atomic step `rev n -> rev n + 1` came out."""

    NEW = "new"
    """Stored: this event is now the newest."""
    REPEAT = "repeat"
    """The newest event was made from this very input: publish the stored one again."""
    CONFLICT = "conflict"
    """Rev n + 1 was made from something else: take the newest dossier and think again."""
    STALE = "stale"
    """The chain is past this input: acknowledge and forget."""
    EARLY = "early"
    """The record is behind this input: out of order, or the store lost data."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it lies in the store: these bytes, and no others, are published."""

    type: str
    body: bytes

    @classmethod
    def of(cls, event: Event) -> "Stored":
        """The form in which this event is stored; raises TooLarge where it could not be sent."""
        body = event.encoded()
        limit = MAX_EVENT + (ROOM_TO_FAIL if isinstance(event, InteractionFailed) else 0)
        if len(body) > limit:
            raise TooLarge(len(body), limit)
        return cls(event.type, body)

    def event(self) -> Event:
        """The event, read back."""
        return EVENTS[self.type].model_validate_json(self.body)


@dataclass(frozen=True, slots=True)
class Step:
    """Answer of `advance` and `recall`; `stored` is the newest event, None where the record is missing or erased."""

    result: Result
    stored: Stored | None


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's own name for a request, and the fingerprint of what was asked under that name; neither in clear.

    `lasting`: remembered as long as a finished record, and not only for a day.
    """

    key: str
    fingerprint: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Created:
    """Answer of `create`: the interaction that holds the key, and whether it was asked with the same body."""

    interaction_id: str
    replayed: bool = False
    mismatch: bool = False


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of an interaction's history."""

    rev: int
    type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an interaction."""

    id: str
    status: str
    stage: str
    business: str
    text: str
    created_at: str
    updated_at: str
    reason: str | None = None
    verdict: str | None = None
    priority: str | None = None
    ticket_id: str | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cards a list shows: every field that is set must be equal, and the business one of `businesses`."""

    status: str | None = None
    business: str | None = None
    reason: str | None = None
    verdict: str | None = None
    businesses: frozenset[str] | None = None

    def admit(self, card: Card) -> bool:
        """Whether the card belongs in the list."""
        wanted = {name: getattr(self, name) for name in ("status", "business", "reason", "verdict")}
        theirs = self.businesses is None or card.business in self.businesses
        return theirs and all(value is None or getattr(card, name) == value for name, value in wanted.items())


@dataclass(frozen=True, slots=True)
class Page:
    """Cards, newest first; `cursor` continues the list and is None at its end."""

    cards: Sequence[Card] = field(default_factory=tuple)
    cursor: str | None = None


class Changed(Protocol):
    """Set when the watched interaction may have changed; the watcher clears it, then reads."""

    def clear(self) -> None:
        """Forget earlier changes."""

    async def wait(self) -> Any:
        """Return when something changed after the last `clear`."""


class Store(Protocol):
    """Interactions by id, each a numbered sequence of events of which the newest is kept whole.

    Every method may raise Unavailable. Every write may be repeated with the same arguments without a second effect,
    and raises TooLarge, with no effect, where the event could not be sent.
    """

    async def open(self) -> None:
        """Make ready; returns even when the server is away, so that a service can start before its store."""

    async def close(self) -> None:
        """Release connections."""

    async def ping(self) -> None:
        """Raise Unavailable unless the store can be read and written now."""

    async def next_number(self) -> int:
        """The next contact number; numbers are unique and rising, gaps are possible."""

    async def secret(self) -> bytes:
        """32 random bytes: made once for all who share the store, and kept as long as it is."""

    async def create(self, event: InteractionRequested, key: IdempotencyKey | None = None) -> Created:
        """Store the first event, its idempotency key and its pending entry, all or nothing."""

    async def advance(self, event: Event, *, pending: bool = False) -> Step:
        """Store `event` as the successor of rev `event.rev - 1`, made from `event.causation_id`, in one atomic step.

        `pending`: it has no input message whose redelivery would publish it, so that it is kept among the pending ones.
        """

    async def recall(self, event: Event) -> Step | None:
        """What `advance` would answer for a successor of `event`, without writing; None where it would be NEW."""

    async def restore(self, event: Event) -> bool:
        """Put back a record that is missing or behind `event`; False where the record is not behind."""

    async def newest(self, interaction_id: str) -> Stored | None:
        """The newest event of the interaction, or None."""

    async def history(self, interaction_id: str) -> list[LogEntry]:
        """Every step that was taken, oldest first."""

    async def page(self, filters: Filters, cursor: str | None, limit: int) -> Page:
        """Up to `limit` cards that the filters admit, newest first, after `cursor`."""

    async def published(self, interaction_id: str, rev: int) -> None:
        """The event with this rev is with the broker: nothing up to it is pending any more."""

    def pending(self, older_than: float) -> AsyncIterator[str]:
        """Interactions with an accepted event that is not known to be published, `older_than` seconds or more after.

        All of them, oldest first, read part by part. Here and below, seconds are those of the store's own clock.
        """

    def idle(self, older_than: float) -> AsyncIterator[str]:
        """Unfinished interactions without a step for `older_than` seconds or more; all of them, oldest first."""

    async def idle_for(self, interaction_id: str) -> float:
        """Seconds since the last step of an unfinished interaction; 0 where it is not known as unfinished.

        Asked after `newest`, it never makes a step look older than it is.
        """

    async def finish(self, interaction_id: str, keep: float | None = None, words: float | None = None) -> None:
        """The interaction has ended: stop watching over it and start its retention time.

        It is kept for `keep` seconds, or as long as this store keeps all; what was said in it for `words` seconds.
        """

    def worn(self) -> AsyncIterator[str]:
        """Finished interactions in which what was said has been kept long enough; oldest first."""

    async def reworded(self, event: Event, *, worn: bool = True) -> None:
        """Put the newest event of a finished interaction in the place of itself, with other words.

        If it was `worn`, it is not any more. Nothing is put where its `rev` is not the newest.
        """

    async def key_of(self, interaction_id: str) -> str | None:
        """The idempotency key, as it is kept, under which the interaction was asked for."""

    async def erase(self, interaction_id: str) -> None:
        """Forget the interaction, and its idempotency key, for good.

        Of an event of it that comes later every step is stale, so that nothing of it is stored again.
        """

    def watch(self, interaction_id: str) -> AbstractAsyncContextManager[Changed]:
        """Be told when the interaction changes, while the context lasts. May also wake without a change."""


def card_fields(event: Event) -> dict[str, str]:
    """The card fields that this event sets; the ones it does not know keep what an earlier event set."""
    fields = {"status": event.status, "updated_at": event.occurred_at.isoformat()}
    if isinstance(event, InteractionFailed):
        fields["stage"] = event.failure.service
        return fields
    fields["stage"] = event.stage
    if isinstance(event, InteractionRequested):
        fields |= {"business": event.request.business, "text": event_text(event)}
        fields["created_at"] = event.contact.initiated_at.isoformat()
    for section, attribute, name in (
        ("contact_reason", "code", "reason"),
        ("policy", "verdict", "verdict"),
        ("ticket", "priority", "priority"),
        ("ticket", "ticket_id", "ticket_id"),
        ("contact", "follows", "follows"),
    ):
        if (value := getattr(getattr(event, section, None), attribute, None)) is not None:
            fields[name] = str(value)
    return fields


def event_text(event: Event) -> str:
    """The first words, as a card shows them."""
    return _first_words(event)[:200] if isinstance(event, InteractionRequested) else ""


def _first_words(event: InteractionRequested) -> str:
    """Who opened a live conversation without a word said it a little later."""
    turns: tuple[Turn, ...] = getattr(event, "transcript", ())
    return event.request.text or next((turn.text for turn in turns if turn.speaker == "customer"), "")
