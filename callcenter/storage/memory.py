"""The store in memory: for the embedded mode and for tests, with the same promises as Redis but for durability."""

import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from secrets import token_bytes

from callcenter.events import Event, InteractionRequested
from callcenter.storage.protocol import (
    FIRST_NUMBER,
    Card,
    Changed,
    Created,
    Filters,
    IdempotencyKey,
    LogEntry,
    Page,
    Result,
    Step,
    Stored,
    card_fields,
    event_text,
)
from callcenter.storage.watchers import Watchers


@dataclass
class _Record:
    """The newest event of an interaction, and how it came there."""

    event: Event
    stored: Stored
    card: dict[str, str]
    key: str | None = None
    history: list[LogEntry] = field(default_factory=list)


class MemoryStore:
    """A dict with the manners of the Redis store. Single event loop; nothing survives the process."""

    def __init__(self, retention_hours: float = 24.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.retention, self.clock = retention_hours * 3600, clock
        self._records: dict[str, _Record] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._pending: dict[str, float] = {}
        self._pending_rev: dict[str, int] = {}
        self._open: dict[str, float] = {}
        self._finished: dict[str, float] = {}
        self._worn: dict[str, float] = {}
        self._gone: dict[str, float] = {}
        self._watchers = Watchers()
        self._number = FIRST_NUMBER - 1
        self._secret = token_bytes(32)

    async def open(self) -> None:
        """Nothing to make ready."""

    async def close(self) -> None:
        """Nothing to release."""

    async def ping(self) -> None:
        """Memory is always there."""

    async def next_number(self) -> int:
        """Count up."""
        self._number += 1
        return self._number

    async def secret(self) -> bytes:
        """See Store.secret."""
        return self._secret

    async def create(self, event: InteractionRequested, key: IdempotencyKey | None = None) -> Created:
        """See Store.create."""
        if key and key.key in self._keys:
            interaction_id, fingerprint = self._keys[key.key]
            if interaction_id in self._records:
                return Created(interaction_id, replayed=True, mismatch=fingerprint != key.fingerprint)
        if event.interaction_id not in self._records and event.interaction_id not in self._gone:
            self._put(event)
            self._await_publication(event)
            self._records[event.interaction_id].key = key.key if key else None
        if key:
            self._keys[key.key] = (event.interaction_id, key.fingerprint)
        return Created(event.interaction_id)

    async def advance(self, event: Event, *, pending: bool = False) -> Step:
        """See Store.advance."""
        step = self._compare(event.interaction_id, event.rev - 1, event)
        if step is not None:
            return step
        self._put(event)
        if pending:
            self._await_publication(event)
        return Step(Result.NEW, self._records[event.interaction_id].stored)

    async def recall(self, event: Event) -> Step | None:
        """See Store.recall."""
        return self._compare(event.interaction_id, event.rev, event, successor=False)

    async def restore(self, event: Event) -> bool:
        """See Store.restore."""
        record = self._records.get(event.interaction_id)
        if event.interaction_id in self._gone or (record and record.event.rev >= event.rev):
            return False
        self._put(event)
        return True

    async def newest(self, interaction_id: str) -> Stored | None:
        """See Store.newest."""
        record = self._records.get(interaction_id)
        return record.stored if record else None

    async def history(self, interaction_id: str) -> list[LogEntry]:
        """See Store.history."""
        record = self._records.get(interaction_id)
        return list(record.history) if record else []

    async def page(self, filters: Filters, cursor: str | None, limit: int) -> Page:
        """See Store.page."""
        ids = sorted(self._records)
        end = bisect_left(ids, cursor) if cursor else len(ids)
        cards: list[Card] = []
        for interaction_id in reversed(ids[:end]):
            if len(cards) == limit:
                return Page(cards, cards[-1].id)
            card = Card(id=interaction_id, **self._records[interaction_id].card)
            if filters.admit(card):
                cards.append(card)
        return Page(cards)

    async def published(self, interaction_id: str, rev: int) -> None:
        """See Store.published."""
        if self._pending_rev.get(interaction_id, 0) <= rev:
            self._pending.pop(interaction_id, None)

    async def pending(self, older_than: float) -> AsyncIterator[str]:
        """See Store.pending."""
        for interaction_id in self._older(self._pending, older_than):
            yield interaction_id

    async def idle(self, older_than: float) -> AsyncIterator[str]:
        """See Store.idle."""
        for interaction_id in self._older(self._open, older_than):
            yield interaction_id

    async def idle_for(self, interaction_id: str) -> float:
        """See Store.idle_for."""
        since = self._open.get(interaction_id)
        return 0.0 if since is None else self.clock() - since

    async def finish(self, interaction_id: str, keep: float | None = None, words: float | None = None) -> None:
        """See Store.finish; expiry happens here, a few at a time, as there is no server to do it."""
        self._leave(interaction_id)
        now = self.clock()
        self._finished[interaction_id] = now + (self.retention if keep is None else keep)
        if words is not None and interaction_id in self._records:
            self._worn.setdefault(interaction_id, now + words)
        for expired in self._older(self._finished, 0):
            self._drop(expired)
        for expired in self._older(self._gone, self.retention):
            self._gone.pop(expired)

    async def worn(self) -> AsyncIterator[str]:
        """See Store.worn."""
        for interaction_id in self._older(self._worn, 0):
            yield interaction_id

    async def reworded(self, event: Event, *, worn: bool = True) -> None:
        """See Store.reworded."""
        if worn:
            self._worn.pop(event.interaction_id, None)
        record = self._records.get(event.interaction_id)
        if record and record.event.rev == event.rev:
            record.event, record.stored = event, Stored.of(event)
            record.card |= card_fields(event) | {"text": event_text(event)}

    async def key_of(self, interaction_id: str) -> str | None:
        """See Store.key_of."""
        record = self._records.get(interaction_id)
        return record.key if record else None

    async def erase(self, interaction_id: str) -> None:
        """See Store.erase."""
        self._leave(interaction_id)
        self._drop(interaction_id)
        self._gone[interaction_id] = self.clock()
        self._watchers.wake(interaction_id)

    @asynccontextmanager
    async def watch(self, interaction_id: str) -> AsyncIterator[Changed]:
        """See Store.watch."""
        with self._watchers.watch(interaction_id) as changed:
            yield changed

    def _await_publication(self, event: Event) -> None:
        self._pending[event.interaction_id] = self.clock()
        self._pending_rev[event.interaction_id] = event.rev

    def _leave(self, interaction_id: str) -> None:
        self._open.pop(interaction_id, None)
        self._pending.pop(interaction_id, None)
        self._pending_rev.pop(interaction_id, None)

    def _drop(self, interaction_id: str) -> None:
        self._finished.pop(interaction_id, None)
        self._worn.pop(interaction_id, None)
        self._records.pop(interaction_id, None)
        self._keys = {key: owner for key, owner in self._keys.items() if owner[0] != interaction_id}

    def _compare(self, interaction_id: str, rev: int, event: Event, *, successor: bool = True) -> Step | None:
        if interaction_id in self._gone:
            return Step(Result.STALE, None)
        record = self._records.get(interaction_id)
        if record is None or record.event.rev < rev:
            return Step(Result.EARLY, None)
        if record.event.rev == rev:
            return None
        if record.event.rev > rev + 1:
            return Step(Result.STALE, record.stored)
        cause = event.causation_id if successor else event.event_id
        return Step(Result.REPEAT if record.event.causation_id == cause else Result.CONFLICT, record.stored)

    def _put(self, event: Event) -> None:
        record = self._records.get(event.interaction_id)
        stored = Stored.of(event)
        if record is None:
            record = self._records[event.interaction_id] = _Record(event, stored, {})
        record.event, record.stored = event, stored
        record.card |= card_fields(event)
        record.history.append(LogEntry(event.rev, event.type, event.occurred_at))
        self._open[event.interaction_id] = self.clock()
        self._watchers.wake(event.interaction_id)

    def _older(self, times: dict[str, float], seconds: float) -> list[str]:
        latest = self.clock() - seconds
        return sorted((one for one, at in times.items() if at <= latest), key=times.__getitem__)
