"""What every ticket book promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Protocol

LOG_LENGTH = 1000
"""Deliveries that the log of all hooks remembers, the newest."""


@dataclass(frozen=True, slots=True)
class TicketCard:
    """What lists show of a ticket, and what they are filtered by. Times are ISO 8601, UTC; absent is empty.

    `number` is its place in lists, which no two tickets share: the contact's, or a fraction below it.
    """

    ticket_id: str
    number: float
    business: str
    title: str
    type: str
    status: str
    priority: str
    queue: str
    sla: str
    opened_at: str
    updated_at: str
    first_response_due: str
    resolution_due: str
    interaction_id: str
    next_due: str = ""
    customer_id: str = ""
    reason: str = ""
    subject: str = ""
    assignee: str = ""
    merged_into: str = ""
    resolved_at: str = ""


@dataclass(frozen=True, slots=True)
class TicketFilters:
    """Which cards a list shows: every field that is set must be equal, and the business one of `businesses`."""

    business: str | None = None
    status: str | None = None
    priority: str | None = None
    queue: str | None = None
    assignee: str | None = None
    customer_id: str | None = None
    reason: str | None = None
    sla: str | None = None
    businesses: frozenset[str] | None = None

    def admit(self, card: TicketCard) -> bool:
        """Whether the card belongs in the list."""
        wanted = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "businesses"}
        theirs = self.businesses is None or card.business in self.businesses
        return theirs and all(value is None or getattr(card, name) == value for name, value in wanted.items())


@dataclass(frozen=True, slots=True)
class Leaf:
    """One revision of a ticket, to be written whole or not at all.

    `body` is the ticket and `event` what changed, both JSON; at `alarm` the clock has to look at it; each of `hooks` is
    to be told of the event; a ticket that is `done` begins its retention time, of `keep` seconds, or as long as this
    book keeps all.
    """

    rev: int
    card: TicketCard
    body: bytes
    event: bytes
    alarm: datetime | None = None
    hooks: tuple[str, ...] = ()
    done: bool = False
    keep: float | None = None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Cards, newest first; `cursor` continues the list and is None at its end."""

    cards: Sequence[TicketCard] = field(default_factory=tuple)
    cursor: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The event of revision `rev` of a ticket, which a hook is to be told; `attempt` counts from 1."""

    ticket_id: str
    hook: str
    rev: int
    attempt: int

    @property
    def line(self) -> str:
        """Its line in the outbox: there is one for each ticket and hook, so that events arrive in their order."""
        return f"{self.ticket_id}@{self.hook}"


class TicketBook(Protocol):
    """Tickets by id, each a numbered sequence of revisions with what changed. Every method may raise Unavailable."""

    async def write(self, leaf: Leaf) -> bool:
        """Store the revision, its event and what has to be told to whom, in one atomic step.

        False, and nothing is stored, unless the newest revision is `leaf.rev - 1` (none, for the first). Writing the
        newest again, with the same event, is True and changes nothing: a writer may not have heard the first answer.
        """

    async def read(self, ticket_id: str) -> bytes | None:
        """The ticket as it stands, or None."""

    async def events(self, ticket_id: str) -> list[bytes]:
        """All that happened to it, oldest first: entry `n` is the event of revision `n + 1`."""

    async def page(self, filters: TicketFilters, cursor: float | None, limit: int) -> TicketPage:
        """Up to `limit` cards that the filters admit, newest first, after `cursor`."""

    async def of_customer(self, business: str, customer_id: str, limit: int) -> list[TicketCard]:
        """The newest tickets of a customer, newest first."""

    async def alarms(self, now: datetime, limit: int) -> list[str]:
        """Tickets that the clock has to look at now, longest due first."""

    async def postpone(self, ticket_id: str, alarm: datetime) -> None:
        """Look at a ticket later, without a change to it."""

    async def notice(self, name: str, event: bytes, hooks: Sequence[str], now: datetime) -> None:
        """Have these hooks told of something that is of no ticket: it is delivered as the events of a ticket are.

        What has one `name` is told in its order. The same event again changes nothing.
        """

    async def claim(self, now: datetime, lease: float, limit: int) -> list[Delivery]:
        """Deliveries that are due, longest due first; nobody else gets them for `lease` seconds.

        Of each ticket a hook is told one event at a time: the next one once this is settled.
        """

    async def settle(self, delivery: Delivery, line: bytes, again: datetime | None = None) -> None:
        """Log an attempt as `line` (JSON); the delivery is over, or due `again`. An older attempt only logs."""

    async def tell(self, ticket_id: str, rev: int, hooks: Sequence[str], now: datetime) -> None:
        """Deliver the events of a ticket from this revision on (again) to these hooks."""

    async def waiting(self) -> dict[str, int]:
        """Of how many tickets each hook has to hear more."""

    async def deliveries(self, ticket_id: str | None, limit: int) -> list[bytes]:
        """The newest lines of the delivery log, of one ticket or of all, newest first."""

    async def erase(self, card: TicketCard, rev: int, body: bytes, events: Sequence[bytes], instead: str) -> bool:
        """Put a ticket and all that happened to it, without what is personal, in its own place, in one atomic step.

        In lists `instead` stands for its title and subject. It leaves the tickets of its customer, and its lines the
        log of deliveries. False, and nothing changes, unless `rev` is the newest. What is due of it stays due.
        """

    async def close(self) -> None:
        """Release connections."""
