"""Where the data of a customer lies: contacts, tickets, what was agreed, and dead letters."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from callcenter.events import EVENTS
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import DeadLetter, OpenDeadLetters
from callcenter.rights.person import Person
from callcenter.storage.agreements import Entry
from callcenter.storage.book import TicketCard, TicketFilters
from callcenter.storage.protocol import Filters

SERVICES = ("intake", "agent", "policy", "ticketing", "summary")
"""Who may have dead letters."""

_PAGE = 100
_WORKED_ON = ("new", "open", "pending", "reopened")


@dataclass(frozen=True)
class Contact:
    """A contact as it stands: the JSON of its newest event."""

    interaction_id: str
    event: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        """Whether nobody works on it."""
        return EVENTS[self.event["type"]].terminal


@dataclass(frozen=True)
class Found:
    """All that is theirs; a contact that is theirs because of another one comes after it.

    `mentions` are contacts of other customers in which something stands that leads to them.
    `agreed` and `changed` are entries of the store of agreements: what was agreed, and what was done to a sample
    account.
    """

    contacts: tuple[Contact, ...]
    tickets: tuple[TicketCard, ...]
    agreed: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    mentions: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Of the contacts."""
        return frozenset(one.interaction_id for one in self.contacts)

    @property
    def in_work(self) -> list[str]:
        """Contacts and tickets that somebody still works on, in words."""
        contacts = [f"the contact {one.interaction_id} is {_status(one)}" for one in self.contacts if not one.ended]
        return contacts + [f"{one.ticket_id} is {one.status}" for one in self.tickets if one.status in _WORKED_ON]


async def find(runtime: Runtime, person: Person) -> Found:
    """Look through everything of the business; as there is no index of what was said, that takes its time."""
    contacts, mentions = await _contacts(runtime, person)
    ids = {one.interaction_id for one in contacts}
    tickets = [card async for card in _tickets(runtime, person) if _is_theirs(card, person, ids)]
    return Found(
        tuple(contacts),
        tuple(tickets),
        tuple(await _entries(runtime, agreed_by(person))),
        tuple(await _entries(runtime, changes_of(person))),
        tuple(mentions),
    )


async def letters(
    runtime: Runtime, person: Person, ids: frozenset[str]
) -> AsyncGenerator[tuple[DeadLetter, OpenDeadLetters]]:
    """Their dead letters, each with where it lies, open as long as the reader looks at it."""
    for service in SERVICES:
        async with runtime.transport.dead_letters(service) as opened:
            async for letter in opened.letters():
                if letter.message.interaction_id in ids or _owned(letter, person):
                    yield letter, opened


def agreed_by(person: Person) -> str | None:
    """Under which account what was agreed is remembered."""
    return person.customer_id and f"{person.business}:{person.customer_id}"


def changes_of(person: Person) -> str | None:
    """Under which account it is kept what was done to a sample account."""
    return person.customer_id and f"changes {person.business}:{person.customer_id}"


async def _contacts(runtime: Runtime, person: Person) -> tuple[list[Contact], list[str]]:
    """Theirs, and those of others that mention them. Who goes on in a contact is who had it, unless it says else."""
    theirs: dict[str, Contact] = {}
    mentions, linked = list[str](), list[Contact]()
    async for contact in _all(runtime, person.business):
        whose = contact.event["contact"].get("customer_id")
        if person.owns(contact.event):
            theirs[contact.interaction_id] = contact
        elif whose and person.named_in(contact.event):
            mentions.append(contact.interaction_id)
        elif not whose:
            linked.append(contact)
    while following := [one for one in linked if _goes_on(one, theirs)]:
        theirs |= {one.interaction_id: one for one in following}
        linked = [one for one in linked if one.interaction_id not in theirs]
    return list(theirs.values()), mentions


def _goes_on(contact: Contact, theirs: Mapping[str, Contact]) -> bool:
    """Whether it continues one of theirs, or one of theirs continues it."""
    before = contact.event["contact"].get("follows")
    after = {one.event["contact"].get("follows") for one in theirs.values()}
    return before in theirs or contact.interaction_id in after


async def _all(runtime: Runtime, business: str) -> AsyncIterator[Contact]:
    cursor: str | None = None
    while True:
        page = await runtime.store.page(Filters(business=business), cursor, _PAGE)
        for card in page.cards:
            if stored := await runtime.store.newest(card.id):
                yield Contact(card.id, orjson.loads(stored.body))
        if (cursor := page.cursor) is None:
            return


async def _tickets(runtime: Runtime, person: Person) -> AsyncIterator[TicketCard]:
    cursor: float | None = None
    while True:
        page = await runtime.book.page(TicketFilters(business=person.business), cursor, _PAGE)
        for card in page.cards:
            yield card
        if (cursor := page.cursor) is None:
            return


def _is_theirs(card: TicketCard, person: Person, ids: set[str]) -> bool:
    return card.interaction_id in ids or bool(card.customer_id and card.customer_id == person.customer_id)


async def _entries(runtime: Runtime, account: str | None) -> list[Entry]:
    return await runtime.agreements.of(account) if account else []


def _owned(letter: DeadLetter, person: Person) -> bool:
    """By what it says itself: its record may be lost."""
    try:
        return person.owns(orjson.loads(letter.message.body))
    except (ValueError, KeyError, TypeError):
        return False


def _status(contact: Contact) -> str:
    return EVENTS[contact.event["type"]].status
