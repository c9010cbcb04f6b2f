"""Ticketing killed while it opens the three tickets of a contact, and tells an earlier one: each is there, once."""

import asyncio
import os
import random
from collections.abc import Iterator

import pytest

from callcenter.events import Contact, InteractionCompleted, Policy, PolicyDecided, Verification, utc_now
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.settings import RuntimeSettings
from services import summary
from services.ticketing.office.ticket import FiledTicket, TicketEvent
from tests import dossier
from tests.faults.clerk import clerks
from tests.faults.test_agreed_once import records
from tests.faults.ward import Ward
from tests.unit.ticketing.conftest import make_decision
from tests.unit.ticketing.office.test_several_tickets import three
from tests.waiting import until

SEED = int(os.environ.get("FAULT_SEED", "20261130"))
CUSTOMERS = [f"C-{number}" for number in range(6)]
"""Each comes twice about the same three matters; the second time in the same conversation."""
PLACES = ("", "-2", "-3")


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    # A death counts as a delivery of all that a worker holds, so that each holds few.
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), {"ticketing": clerks(settings, 0.03)}, chance=0.01)
    yield ward
    ward.close()


async def decided(runtime: Runtime, customer: str, follows: str | None = None) -> PolicyDecided:
    """A contact in which three teams have to act, as policy publishes it."""
    at = utc_now()
    proved = Verification(verified=True, method="email")
    number = await runtime.store.next_number()
    contact = Contact(number=number, initiated_at=at, customer_id=customer, verified=proved, follows=follows)
    first = dossier.requested("My money back, please", contact=contact)
    held, known = dossier.held(first), three()
    event = held.then(
        PolicyDecided,
        **{name: getattr(known, name) for name in ("contact_reason", "secondary_reasons", "entities", "transcript")},
        policy=Policy(verdict="allow", decisions=_told(), policy_version="1", policy_hash="0"),
    ).sealed(at)
    await runtime.store.create(first)
    for step in (held, event):
        await runtime.store.advance(step)
    await runtime.transport.publish(Message(event.type, event.encoded(), event.interaction_id, "", None))
    return event


def _told() -> tuple[object, ...]:
    """Three decisions that are told in other words each."""
    codes = {"refund_request": "allow", "order_cancel": "allow", "double_charge": "needs_review"}
    return tuple(make_decision(verdict, code, reason_customer=f"It is {code}.") for code, verdict in codes.items())


async def ended(ward: Ward, runtime: Runtime, contacts: list[str]) -> list[InteractionCompleted]:
    async def finished() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return len(await records(runtime, contacts)) == len(contacts)

    await until(finished, seconds=120, every=0.2)
    return await records(runtime, contacts)


async def history(runtime: Runtime, ticket_id: str) -> tuple[FiledTicket, list[TicketEvent]]:
    body = await runtime.book.read(ticket_id)
    assert body, f"{ticket_id} is not in the book"
    events = [TicketEvent.model_validate_json(event) for event in await runtime.book.events(ticket_id)]
    return FiledTicket.model_validate_json(body), events


@pytest.mark.timeout(300)
async def test_each_of_the_three_is_opened_and_told_once(ward: Ward, runtime: Runtime) -> None:
    for worker in (summary.build(), dossier.Intake(runtime.store)):
        await runtime.add(worker)
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: transport.consumers("ticketing"), seconds=60)
    before = [await decided(runtime, customer) for customer in CUSTOMERS]
    first = await ended(ward, runtime, [event.interaction_id for event in before])
    after = [await decided(runtime, str(one.contact.customer_id), one.interaction_id) for one in before]
    second = await ended(ward, runtime, [event.interaction_id for event in after])

    async def wrapped_up() -> bool:
        await asyncio.to_thread(ward.tend)
        kept = [await history(runtime, one.ticket_id) for record in (*first, *second) for one in record.tickets]
        return all(ticket.wrap_up for ticket, _ in kept)

    await until(wrapped_up, seconds=60, every=0.2)
    assert ward.deaths >= 3, f"only {ward.deaths} deaths"
    assert (await transport.depths(["ticketing"]))["ticketing"][1] == 0, "there are dead letters"
    for record in (*first, *second):
        assert [one.ticket_id for one in record.tickets] == [f"{record.ticket.ticket_id}{at}" for at in PLACES]
    for record in first:
        for one in record.tickets:
            ticket, events = await history(runtime, one.ticket_id)
            told = sorted(event.type.removeprefix("ticket.") for event in events)
            assert told == ["commented", "opened", "wrapped_up"], (one.ticket_id, told)
            assert ticket.as_opened == one, "the book and the record differ"
    for record in second:
        assert all(one.duplicate_of for one in record.tickets)
        for one in record.tickets:
            told = [event.type for event in (await history(runtime, one.ticket_id))[1]]
            assert told == ["ticket.opened", "ticket.wrapped_up"], (one.ticket_id, told)
