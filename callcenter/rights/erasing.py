"""Erasing a customer. Whatever has to be found again after a crash goes last, and every step may be repeated."""

from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import orjson
from pydantic import BaseModel

from callcenter.errors import Permanent, Unavailable
from callcenter.events import EVENTS, utc_now
from callcenter.messaging.serve import Runtime
from callcenter.rights.finding import SERVICES, Found, agreed_by, changes_of, find, letters
from callcenter.rights.masking import ERASED, hidden, masked_ticket, may_stay, unchanged
from callcenter.rights.person import Person
from callcenter.storage.agreements import Entry
from callcenter.storage.audit import Act
from callcenter.storage.book import TicketCard

_TRIES = 100
"""Attempts to mask a ticket that others change meanwhile."""

_WHY_TICKETS = (
    "It has to be provable what was done and when. Numbers, kinds, times and teams stay until the retention of tickets "
    "ends; every word, name and number of the customer is gone."
)
_WHY_AGREED = "What may be agreed once must not be agreed again: what was agreed on which order stays until it ends."
_WHY_CHANGED = "The sample accounts show what was done to them; what is personal is gone from it."
_WHY_MENTIONED = (
    "What another customer said is that one's own; where the contact has ended, dots stand for what leads to them. "
    "Tickets of it are as they were: look whether somebody wrote anything of them there."
)
_WHY_AUDIT = "Who did what has to be provable. It holds ids, and no words and no personal data."
_WHY_COUNTED = "Wrong tries to prove who is asking count for a day, by customer id, without a word of what was tried."


class InWork(Permanent):
    """Somebody still works on something of theirs, so that nothing was erased."""


class Erased(BaseModel):
    """What is gone from one place."""

    place: str
    ids: list[str]


class Kept(BaseModel):
    """What stays in one place, masked where it held anything personal, and why."""

    place: str
    ids: list[str]
    reason: str


class Erasure(BaseModel):
    """What became of the data of a customer; `elsewhere` is what nobody here can erase, in sentences."""

    business: str
    customer_id: str | None
    erased: list[Erased]
    kept: list[Kept]
    elsewhere: list[str]


async def erase(runtime: Runtime, person: Person, asked: Act) -> Erasure:
    """Erase them, after `asked` is in the audit log; done again, or after a crash in the middle, it does the rest.

    Raises InWork, with nothing done, while a contact or a ticket of theirs is worked on.
    """
    found = await find(runtime, person)
    if found.in_work:
        raise InWork(_not_yet(found.in_work))
    counts = {"contacts": len(found.contacts), "tickets": len(found.tickets)}
    await runtime.audit.append(replace(asked, business=person.business, facts=counts))
    discarded = await _discard(runtime, person, found)
    keys, hooks = list[str](), set[str]()
    for contact in reversed(found.contacts):  # what is found through another goes before it
        for card in (one for one in found.tickets if one.interaction_id == contact.interaction_id):
            hooks |= await _mask(runtime, card)
        keys += filter(None, [await runtime.store.key_of(contact.interaction_id)])
        await runtime.switchboard.forget(contact.interaction_id)
        await runtime.post.erase(contact.interaction_id)
        await runtime.store.erase(contact.interaction_id)
    for card in found.tickets:
        hooks |= await _mask(runtime, card)
    for interaction_id in found.mentions:
        await _hide(runtime, person, interaction_id)
    forgotten, agreed, changed = await _forget(runtime, person, found)
    gone = {"contacts": sorted(found.ids), "idempotency keys": keys, "dead letters": discarded, "agreements": forgotten}
    return Erasure(
        business=person.business,
        customer_id=person.customer_id,
        erased=[Erased(place=place, ids=ids) for place, ids in gone.items() if ids],
        kept=_kept(person, found, agreed, changed, asked),
        elsewhere=[*await _waiting(runtime), *_told(hooks), *_account(person)],
    )


async def _discard(runtime: Runtime, person: Person, found: Found) -> list[str]:
    """Their dead letters, before the records by which they are found."""
    discarded = []
    async with aclosing(letters(runtime, person, found.ids)) as theirs:
        async for letter, opened in theirs:
            await opened.remove(letter)
            discarded.append(f"{letter.service} {letter.id}")
    return discarded


async def _mask(runtime: Runtime, card: TicketCard) -> set[str]:
    """The ticket and all that happened to it, on the newest revision; who was told of it."""
    for _ in range(_TRIES):
        body = await runtime.book.read(card.ticket_id)
        if body is None:
            return set()
        events = await runtime.book.events(card.ticket_id)
        told = {orjson.loads(line)["hook"] for line in await runtime.book.deliveries(card.ticket_id, 1000)}
        ticket: dict[str, Any] = orjson.loads(body)
        if await runtime.book.erase(card, ticket["rev"], masked_ticket(body), [*map(masked_ticket, events)], ERASED):
            return told
    raise Unavailable(f"{card.ticket_id} is being changed by many at once.")


async def _hide(runtime: Runtime, person: Person, interaction_id: str) -> None:
    """What leads to them in a contact of another customer; one that is not over needs it still."""
    newest = await runtime.store.newest(interaction_id)
    if newest and EVENTS[newest.type].terminal:
        silent = EVENTS[newest.type].model_validate(hidden(orjson.loads(newest.body), person))
        await runtime.store.reworded(silent, worn=False)


async def _forget(runtime: Runtime, person: Person, found: Found) -> tuple[list[str], list[str], list[str]]:
    """What was agreed and says more than what may be done once: ids of what went, of what stays, and of changes."""
    staying = [one for one in found.agreed if may_stay(one, person)]
    await _settle(runtime, agreed_by(person), found.agreed, staying)
    await _settle(runtime, changes_of(person), found.changed, [unchanged(one, person) for one in found.changed])
    gone = [one.interaction_id for one in found.agreed if one not in staying]
    return gone, [one.interaction_id for one in staying], [one.interaction_id for one in found.changed]


async def _settle(runtime: Runtime, account: str | None, before: Iterable[Entry], after: list[Entry]) -> None:
    for owner in sorted({one.interaction_id for one in before}):
        mine = [one for one in after if one.interaction_id == owner]
        await runtime.agreements.settle(str(account), owner, mine, utc_now())


def _kept(person: Person, found: Found, agreed: list[str], changed: list[str], asked: Act) -> list[Kept]:
    listed = (
        ("tickets", [card.ticket_id for card in found.tickets], _WHY_TICKETS),
        ("agreements", agreed, _WHY_AGREED),
        ("changes of the sample account", changed, _WHY_CHANGED),
        ("contacts of other customers", list(found.mentions), _WHY_MENTIONED),
        ("audit log", [asked.id], _WHY_AUDIT),
        ("counters", [person.customer_id] if person.customer_id else [], _WHY_COUNTED),
    )
    return [Kept(place=place, ids=ids, reason=reason) for place, ids, reason in listed if ids]


async def _waiting(runtime: Runtime) -> list[str]:
    depths = await runtime.transport.depths(SERVICES)
    waiting = {service: count for service, (count, _) in depths.items() if count}
    named = ", ".join(f"{service} {count}" for service, count in waiting.items())
    told = f"Events wait in queues ({named}): those of an erased contact are dropped when they are taken."
    return [told] if waiting else []


def _told(hooks: set[str]) -> list[str]:
    return [f"{hook} was told of their tickets (WEBHOOK_URLS): ask there to erase it, too." for hook in sorted(hooks)]


def _account(person: Person) -> list[str]:
    return ["Their account stays where it comes from: erase it there."] if person.account else []


def _not_yet(in_work: list[str]) -> str:
    return (
        f"Nothing was erased, as this is still worked on: {'; '.join(in_work)}. Let contacts come to their end, "
        "resolve the tickets, and ask again."
    )
