"""All that is kept about a customer as one document, with a list of where it was found."""

from dataclasses import asdict, replace
from typing import Any

import orjson
from pydantic import BaseModel

from callcenter.messaging.serve import Runtime
from callcenter.rights.finding import Contact, Found, find, letters
from callcenter.rights.person import Person
from callcenter.storage.agreements import Entry
from callcenter.storage.audit import Act
from callcenter.storage.book import TicketCard


class Place(BaseModel):
    """Where something was found: so many of what."""

    place: str
    holds: str
    count: int


class Told(BaseModel):
    """Everything about a customer. Contacts are as they are stored: transcript, facts, state of the conversation,
    decisions, what was carried out, and the handoff to a person.
    """

    business: str
    customer_id: str | None
    places: list[Place]
    account: dict[str, Any]
    contacts: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    agreements: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    dead_letters: list[dict[str, Any]]
    mentioned_in: list[str]


_PLACES = (
    ("account", "the account source", "what the business knows of the customer"),
    ("contacts", "contacts", "what was said, decided and done, each step and state of the talk, mails to them, keys"),
    ("tickets", "tickets", "tickets with comments, history, and what other systems were told of them"),
    ("agreements", "agreements", "what was agreed and is remembered"),
    ("changes", "changes of the sample account", "what was done to the sample account"),
    ("dead_letters", "dead letters", "events that could not be handled"),
    ("mentioned_in", "contacts of other customers", "ids: what stands there is those customers' own"),
)


async def tell(runtime: Runtime, person: Person, asked: Act) -> Told:
    """Everything about them, after `asked` is in the audit log."""
    await runtime.audit.append(replace(asked, business=person.business))
    found = await find(runtime, person)
    sections: dict[str, Any] = {
        "account": dict(person.account),
        "contacts": [
            await _contact(runtime, one) for one in sorted(found.contacts, key=lambda one: one.interaction_id)
        ],
        "tickets": [await _ticket(runtime, one) for one in found.tickets],
        "agreements": [_entry(one) for one in found.agreed],
        "changes": [_entry(one) for one in found.changed],
        "dead_letters": await _letters(runtime, person, found),
        "mentioned_in": list(found.mentions),
    }
    counts = {name: len(part) if isinstance(part, list) else int(bool(part)) for name, part in sections.items()}
    places = [Place(place=place, holds=holds, count=counts[name]) for name, place, holds in _PLACES if counts[name]]
    return Told(business=person.business, customer_id=person.customer_id, places=places, **sections)


async def _contact(runtime: Runtime, contact: Contact) -> dict[str, Any]:
    history = await runtime.store.history(contact.interaction_id)
    steps = [{"rev": one.rev, "type": one.type, "at": one.at.isoformat()} for one in history]
    key = await runtime.store.key_of(contact.interaction_id)
    mails = [{**asdict(one), "at": one.at.isoformat()} for one in await runtime.post.of(contact.interaction_id)]
    return {"record": dict(contact.event), "steps": steps, "idempotency_key": key, "mails": mails}


async def _ticket(runtime: Runtime, card: TicketCard) -> dict[str, Any]:
    body = await runtime.book.read(card.ticket_id)
    events, told = await runtime.book.events(card.ticket_id), await runtime.book.deliveries(card.ticket_id, 1000)
    return {
        "ticket": orjson.loads(body or b"null"),
        "events": [orjson.loads(event) for event in events],
        "deliveries": [orjson.loads(line) for line in told],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {**orjson.loads(entry.body), "key": entry.key, "kept_until": entry.until.isoformat()}


async def _letters(runtime: Runtime, person: Person, found: Found) -> list[dict[str, Any]]:
    return [
        {
            "service": letter.service,
            "id": letter.id,
            "type": letter.message.type,
            "event": _readable(letter.message.body),
        }
        async for letter, _ in letters(runtime, person, found.ids)
    ]


def _readable(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return body.decode(errors="replace")
