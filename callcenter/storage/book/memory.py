"""The ticket book in memory, with the promises of the one on Redis, but for durability."""

import time
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from callcenter.storage.book.protocol import (
    LOG_LENGTH,
    Delivery,
    Leaf,
    TicketCard,
    TicketFilters,
    TicketPage,
)

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass
class _Ticket:
    """The newest revision, and how it came about."""

    leaf: Leaf
    events: list[bytes] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)


@dataclass
class _Notices:
    """What is to be told and is of no ticket."""

    events: list[bytes] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    at: float = 0.0


@dataclass
class _Due:
    """A hook that has to hear more of a ticket: up to which revision it heard, and how often the next was tried."""

    at: datetime
    told: int
    attempts: int = 0


class MemoryBook:
    """See TicketBook. Single event loop; nothing survives the process."""

    def __init__(self, retention_hours: float = 24.0) -> None:
        self.retention = retention_hours * 3600
        self._tickets: dict[str, _Ticket] = {}
        self._numbers: dict[float, str] = {}
        self._of: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._done: dict[str, float] = {}
        self._alarms: dict[str, datetime] = {}
        self._outbox: dict[tuple[str, str], _Due] = {}
        self._notices: defaultdict[str, _Notices] = defaultdict(_Notices)
        self._log: deque[bytes] = deque(maxlen=LOG_LENGTH)

    async def write(self, leaf: Leaf) -> bool:
        """See TicketBook.write."""
        ticket_id = leaf.card.ticket_id
        ticket = self._tickets.get(ticket_id)
        if ticket and ticket.leaf.rev == leaf.rev and ticket.events[-1] == leaf.event:
            return True
        if leaf.rev != (ticket.leaf.rev + 1 if ticket else 1):
            return False
        if ticket is None:
            ticket = self._tickets[ticket_id] = _Ticket(leaf)
            self._numbers[leaf.card.number] = ticket_id
            self._of[leaf.card.business, leaf.card.customer_id].append(ticket_id)
        ticket.leaf = leaf
        ticket.events.append(leaf.event)
        self._alarms.pop(ticket_id, None)
        if leaf.alarm:
            self._alarms[ticket_id] = leaf.alarm
        for hook in leaf.hooks:
            self._outbox.setdefault((ticket_id, hook), _Due(datetime.fromisoformat(leaf.card.updated_at), leaf.rev - 1))
        self._done.pop(ticket_id, None)
        if leaf.done:
            self._done[ticket_id] = time.monotonic() + (self.retention if leaf.keep is None else leaf.keep)
        self._expire()
        return True

    async def read(self, ticket_id: str) -> bytes | None:
        """See TicketBook.read."""
        ticket = self._tickets.get(ticket_id)
        return ticket.leaf.body if ticket else None

    async def events(self, ticket_id: str) -> list[bytes]:
        """See TicketBook.events."""
        told = self._told(ticket_id)
        return list(told.events) if told else []

    async def page(self, filters: TicketFilters, cursor: float | None, limit: int) -> TicketPage:
        """See TicketBook.page."""
        numbers = sorted(self._numbers)
        end = len(numbers) if cursor is None else bisect_left(numbers, cursor)
        cards: list[TicketCard] = []
        for number in reversed(numbers[:end]):
            if len(cards) == limit:
                return TicketPage(cards, cards[-1].number)
            card = self._tickets[self._numbers[number]].leaf.card
            if filters.admit(card):
                cards.append(card)
        return TicketPage(cards)

    async def of_customer(self, business: str, customer_id: str, limit: int) -> list[TicketCard]:
        """See TicketBook.of_customer."""
        found = self._of.get((business, customer_id), [])
        return sorted((self._tickets[one].leaf.card for one in found), key=lambda card: -card.number)[:limit]

    async def alarms(self, now: datetime, limit: int) -> list[str]:
        """See TicketBook.alarms."""
        due = sorted((at, ticket_id) for ticket_id, at in self._alarms.items() if at <= now)
        return [ticket_id for _, ticket_id in due[:limit]]

    async def postpone(self, ticket_id: str, alarm: datetime) -> None:
        """See TicketBook.postpone."""
        self._alarms[ticket_id] = alarm

    async def notice(self, name: str, event: bytes, hooks: Sequence[str], now: datetime) -> None:
        """See TicketBook.notice."""
        self._expire()
        notices = self._notices[name]
        notices.at = time.monotonic()
        if event in notices.events:
            return
        notices.events.append(event)
        for hook in hooks:
            self._outbox.setdefault((name, hook), _Due(now, len(notices.events) - 1))

    async def claim(self, now: datetime, lease: float, limit: int) -> list[Delivery]:
        """See TicketBook.claim."""
        keys = sorted((due.at, key) for key, due in self._outbox.items() if due.at <= now)[:limit]
        claimed = []
        for _, key in keys:
            due = self._outbox[key]
            due.at, due.attempts = now + timedelta(seconds=lease), due.attempts + 1
            claimed.append(Delivery(*key, due.told + 1, due.attempts))
        return claimed

    async def settle(self, delivery: Delivery, line: bytes, again: datetime | None = None) -> None:
        """See TicketBook.settle."""
        key, told = (delivery.ticket_id, delivery.hook), self._told(delivery.ticket_id)
        due = self._outbox.get(key)
        if due and (due.attempts, due.told + 1) == (delivery.attempt, delivery.rev):
            if again:
                due.at = again
            elif told and len(told.events) > delivery.rev:
                self._outbox[key] = _Due(_AT_ONCE, delivery.rev)
            else:
                del self._outbox[key]
        if told:
            told.lines.append(line)
        self._log.append(line)

    async def tell(self, ticket_id: str, rev: int, hooks: Sequence[str], now: datetime) -> None:
        """See TicketBook.tell."""
        for hook in hooks:
            self._outbox[ticket_id, hook] = _Due(now, rev - 1)

    async def waiting(self) -> dict[str, int]:
        """See TicketBook.waiting."""
        return dict(Counter(hook for _, hook in self._outbox))

    async def deliveries(self, ticket_id: str | None, limit: int) -> list[bytes]:
        """See TicketBook.deliveries."""
        told = self._told(ticket_id) if ticket_id else None
        lines = list(self._log) if ticket_id is None else told.lines if told else []
        return lines[::-1][:limit]

    async def erase(self, card: TicketCard, rev: int, body: bytes, events: Sequence[bytes], instead: str) -> bool:
        """See TicketBook.erase."""
        ticket = self._tickets.get(card.ticket_id)
        if ticket is None or ticket.leaf.rev != rev or len(ticket.events) != len(events):
            return False
        shown = replace(ticket.leaf.card, title=instead, subject=instead, customer_id="")
        ticket.leaf, ticket.events = replace(ticket.leaf, card=shown, body=body, event=events[-1]), list(events)
        gone, ticket.lines = ticket.lines, []
        self._log = deque((line for line in self._log if line not in gone), maxlen=LOG_LENGTH)
        if card.customer_id:
            self._leave(card)
        return True

    async def close(self) -> None:
        """Nothing to release."""

    def _told(self, name: str) -> _Ticket | _Notices | None:
        return self._tickets.get(name) or self._notices.get(name)

    def _expire(self) -> None:
        """Finished tickets and notices leave here, as there is no server to do it."""
        now = time.monotonic()
        for name in [name for name, notices in self._notices.items() if notices.at + self.retention <= now]:
            del self._notices[name]
        for ticket_id in [one for one, ends in self._done.items() if ends <= now]:
            self._done.pop(ticket_id)
            card = self._tickets.pop(ticket_id).leaf.card
            self._numbers.pop(card.number)
            self._alarms.pop(ticket_id, None)
            self._leave(card)

    def _leave(self, card: TicketCard) -> None:
        """The tickets of its customer; of one who is not known there are none."""
        theirs = self._of.get((card.business, card.customer_id), [])
        if card.ticket_id in theirs:
            theirs.remove(card.ticket_id)
        if not theirs:
            self._of.pop((card.business, card.customer_id), None)
