"""A customer whose data lies everywhere, in contacts of every state; and whether any trace of it is left."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from redis.asyncio import Redis

from callcenter.business import Profile, folders, load
from callcenter.calendar import Calendar
from callcenter.errors import Unroutable
from callcenter.events import (
    AgentSpoke,
    Change,
    Contact,
    Dialogue,
    Entity,
    Event,
    Evidence,
    Failure,
    Handoff,
    HandoffAccepted,
    InteractionCompleted,
    InteractionFailed,
    InteractionRequested,
    Request,
    Turn,
    Verification,
    utc_now,
)
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Fault, Message
from callcenter.rights import Person
from callcenter.settings import PROJECT
from callcenter.storage.agreements import Entry
from callcenter.storage.protocol import IdempotencyKey
from services import policy
from services.policy.actions.samples import Kept
from services.policy.agreement import Agreement
from services.policy.worker import PolicyWorker
from services.ticketing.desks import Desks
from services.ticketing.office.office import Office
from services.ticketing.tickets import TicketDesk
from tests.dossier import completed, decided, held, opened, requested
from tests.waiting import until

CUSTOMER, MAIL, NUMBER, NAME = "C-1001", "dana.lopez@example.com", "+1 555 010 1001", "Dana Lopez"
WORDS, HOME = "the quokka mug came in shards", "12 Alder Lane, Salem"
SAID = f"Hi, {NAME} here: {WORDS}. Write to {MAIL}, call {NUMBER}, I live at {HOME}."
MARKS = ("quokka", "dana", "lopez", "555 010 1001", "5550101001", "alder", "salem")
OTHER, THEIRS = "C-1002", "a lamp of somebody else, which is fine"
HOOK = "desk.example:4f2a91"

ENDED = ("completed", "named", "spoken", "follower", "dead", "not wrapped up")
IN_WORK = ("talking", "handed over", "ticket open")
FOREIGN = ("other customer", "other business")
FRIEND = f"Dear all, please write to my friend, {MAIL}, or call {NUMBER}, about their parcel."


@cache
def rules() -> PolicyWorker:
    return policy.build()


async def customer(asked: str = CUSTOMER, business: str = "retail") -> Person:
    return await policy.person(rules(), business, asked)


class Planted:
    """Puts the customer's data everywhere; contacts are counted from `first`."""

    def __init__(self, runtime: Runtime, first: int = 1001) -> None:
        self.runtime = runtime
        desks = {
            name: TicketDesk(load(folder, "ticketing.yaml", Desks), Calendar(load(folder, "business.yaml", Profile)))
            for name, folder in folders(PROJECT / "businesses").items()
        }
        self.office = Office(runtime.book, desks, (HOOK,))
        self.number, self.before = first - 1, ""

    async def put(self, state: str) -> InteractionRequested:
        """A contact in this state, with all that belongs to it."""
        self.number += 1
        first = self._first(state)
        await self.runtime.store.create(first, IdempotencyKey(f"key-{first.interaction_id}", "print"))
        await self.runtime.store.published(first.interaction_id, 1)
        if state == "talking":
            await self._advance(first.then(AgentSpoke, transcript=_turns(first), dialogue=_state()))
        elif state == "handed over":
            handoff = Handoff.taken("Dana's colleague", utc_now())
            await self._advance(first.then(HandoffAccepted, transcript=_turns(first), handoff=handoff))
        elif state in ("spoken", "dead"):
            await self._fail(first, dead=state == "dead")
        else:
            await self._complete(first, ends=state != "ticket open", wrapped_up=state != "not wrapped up")
        return first

    async def agree(self) -> None:
        """What is remembered beside the contacts: a refund, an address, and what was done to the sample account."""
        entries = [_agreed("refund", {"order_id": "48213"}), _agreed("change_address", {"new_address": HOME})]
        assert await self.runtime.agreements.claim(f"retail:{CUSTOMER}", [one.entry for one in entries], utc_now())
        changes = (
            Change(among="orders", key="order_id", entry="48213", place="refunded", was="0.00", to="129.00"),
            Change(place="email", was=MAIL, to=f"new.{MAIL}"),
        )
        kept = Kept(interaction_id="earlier", at=utc_now(), changes=changes)
        entry = Entry("1", "order-key", utc_now() + timedelta(days=9), kept.model_dump_json())
        assert await self.runtime.agreements.claim(f"changes retail:{CUSTOMER}", [entry], utc_now())

    def _first(self, state: str) -> InteractionRequested:
        known = {"other customer": OTHER, "friend": OTHER, "named": None, "spoken": None, "follower": None}.get(
            state, CUSTOMER
        )
        business = "banking" if state == "other business" else "retail"
        contact = Contact(
            number=self.number,
            customer_id=known,
            verified=Verification(verified=known is not None),
            initiated_at=utc_now(),
            follows=self.before if state == "follower" else None,
        )
        text = (
            FRIEND
            if state == "friend"
            else THEIRS
            if state in FOREIGN
            else WORDS
            if state in ("named", "follower")
            else SAID
        )
        return requested(contact=contact, request=Request(business=business, text=text, mode="live"))

    async def _advance(self, event: Event) -> Event:
        sealed = event.sealed(utc_now())
        assert (await self.runtime.store.advance(sealed)).stored
        return sealed

    async def _fail(self, first: InteractionRequested, *, dead: bool) -> None:
        failure = Failure(service="agent", reason="error", error="It broke.", attempts=5, input_type=first.type)
        await self._advance(first.then(InteractionFailed, failure=failure))
        await self.runtime.store.finish(first.interaction_id)
        if dead:
            await dead_letter(self.runtime, "agent", Message.of(first))

    async def _complete(self, first: InteractionRequested, *, ends: bool, wrapped_up: bool) -> None:
        at = first.occurred_at
        talk = held(first).model_copy(
            update={"transcript": _turns(first), "entities": _facts(first), "dialogue": _state()}
        )
        filed = opened(decided(talk), f"{first.request.business[:3].upper()}-{self.number}")
        ticket = filed.ticket.model_copy(update={"title": f"Refund {first.request.text}"[:200], "subject": WORDS})
        if first.request.text == THEIRS:
            ticket = ticket.model_copy(update={"title": THEIRS, "subject": ""})
        filed = filed.model_copy(update={"ticket": ticket})
        await self.office.open(filed)
        end = completed(filed)
        told = end.summary.model_copy(update={"situation": first.request.text, "reply_to_customer": first.request.text})
        end = end.model_copy(update={"summary": told})
        for event in (talk, decided(talk), filed, end):
            await self.runtime.store.advance(event)
        if wrapped_up:
            await self.office.wrap_up(end)
        await self.office.comment(ticket.ticket_id, first.request.text, "Riley", public=True)
        await self.runtime.switchboard.note(first.interaction_id)
        await self.runtime.store.finish(first.interaction_id)
        await self._told(at=at)
        if ends:
            await self.office.update(ticket.ticket_id, {"status": "resolved"}, "Riley")
        if first.request.text != THEIRS and (first.contact.customer_id or first.contact.follows):
            self.before = first.interaction_id

    async def _told(self, at: Any) -> None:
        """Other systems have heard of it."""
        for delivery in await self.runtime.book.claim(utc_now(), 60, 100):
            line = {"event": f"{delivery.ticket_id}/{delivery.rev}", "hook": delivery.hook, "at": at.isoformat()}
            await self.runtime.book.settle(delivery, orjson.dumps(line))


async def dead_letter(runtime: Runtime, service: str, message: Message) -> None:
    """This message lies with the dead letters of the service."""

    async def give_up(delivery: Any) -> None:
        await delivery.dead_letter(Fault("error", "It broke.", "ValueError"))

    before = (await runtime.transport.depths([service]))[service][1]
    consumer = await runtime.transport.subscribe(service, ["InteractionRequested"], 1, give_up)

    async def sent() -> bool:
        try:
            await runtime.transport.send(service, message)
        except Unroutable:  # the consumer is not there yet
            return False
        return True

    await until(sent)

    async def arrived() -> bool:
        return (await runtime.transport.depths([service]))[service][1] > before

    await until(arrived)
    await consumer.drain(5)


def end_of(first: InteractionRequested) -> InteractionCompleted:
    """An end of a contact that is told once more, with all the customer said."""
    talk = held(first).model_copy(update={"transcript": _turns(first), "entities": _facts(first)})
    end = completed(opened(decided(talk), f"RET-{first.contact.number}"))
    return end.model_copy(update={"summary": end.summary.model_copy(update={"situation": first.request.text})})


def marks_in(texts: Iterator[str] | list[str], marks: tuple[str, ...] = MARKS) -> list[str]:
    """Texts with something of the customer in them."""
    return [text for text in texts if any(mark in text.lower() for mark in marks)]


def in_memory(*things: object) -> Iterator[str]:
    """Every text in these objects and whatever they hold."""
    seen, ahead = set[int](), list(things)
    while ahead:
        one = ahead.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            yield one.decode(errors="replace") if isinstance(one, bytes) else one
        elif isinstance(one, Mapping):
            ahead += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset) or type(one).__name__ == "deque":
            ahead += list(one)  # type: ignore[call-overload]
        elif not isinstance(one, asyncio.Future | type) and not callable(one):
            ahead += list(vars(one).values()) if hasattr(one, "__dict__") else []
            ahead += [getattr(one, name, None) for name in getattr(type(one), "__slots__", ())]


def kept_in_memory(runtime: Runtime) -> Iterator[str]:
    """Every text that a house in one process keeps."""
    stores = (runtime.store, runtime.book, runtime.agreements, runtime.audit, runtime.counters, runtime.switchboard)
    return in_memory(*stores, runtime.transport)


async def in_redis(url: str, namespace: str) -> AsyncIterator[str]:
    """Every text in every key of a deployment, and every name of a key; other tests share the server."""
    redis = Redis.from_url(url)
    async for key in redis.scan_iter(f"{namespace}:*"):
        kind = (await redis.type(key)).decode()
        read: Any = {
            "string": redis.get,
            "hash": redis.hgetall,
            "list": lambda key: redis.lrange(key, 0, -1),
            "set": redis.smembers,
            "zset": lambda key: redis.zrange(key, 0, -1),
        }[kind]
        for text in in_memory({key: await read(key)}):
            yield text
    await redis.aclose()


def _turns(first: InteractionRequested) -> tuple[Turn, ...]:
    said = ((first.request.text, "customer"), ("I see.", "agent"), (first.request.text, "customer"))
    return tuple(
        Turn(turn=n, at=first.occurred_at, speaker=who, text=text)  # type: ignore[arg-type]
        for n, (text, who) in enumerate(said)
    )


def _facts(first: InteractionRequested) -> tuple[Entity, ...]:
    if first.request.text in (THEIRS, FRIEND) or first.contact.follows:
        return ()
    here = Evidence(turn=0, start=0, end=3)
    stated = {"email": MAIL, "phone": NUMBER, "new_address": HOME}
    return tuple(
        Entity(name=name, value=value, type="text", evidence=here, confidence=1, extractor="test")
        for name, value in stated.items()
    )


def _state() -> Dialogue:
    return Dialogue(heard=1)


def _agreed(action: str, parameters: dict[str, Any]) -> Agreement:
    at = utc_now()
    about = {"order_id": "48213"}
    one = Agreement(
        action=action,
        about=about,
        own=about,
        parameters=parameters,
        title="Request a refund",
        interaction_id="earlier",
        at=at,
        until=at + timedelta(days=9),
    )
    return one if action != "refund" else one.model_copy(update={"parameters": {}})
