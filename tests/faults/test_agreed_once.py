"""Policy workers killed at any point while many contacts ask for the same: it is agreed to once."""

import asyncio
import os
import random
from collections.abc import Iterator

import pytest

from callcenter.events import Contact, ConversationHeld, InteractionCompleted, utc_now
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import RedisAgreements
from services import summary, ticketing
from tests import dossier
from tests.faults.judge import judges
from tests.faults.ward import Ward
from tests.unit.policy.conftest import held, proof_of
from tests.waiting import until

CONTACTS = 60
SEED = int(os.environ.get("FAULT_SEED", "20261130"))


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    # A death counts as a delivery of all that a worker holds, so that each holds few.
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), {"policy": judges(settings, 0.01)}, chance=0.01)
    yield ward
    ward.close()


async def ask(runtime: Runtime, order: str, customer: str = "C-1001", code: str = "refund_request") -> str:
    """One more contact about the order, as the agent publishes it."""
    contact = Contact(number=await runtime.store.next_number(), initiated_at=utc_now())
    first = dossier.requested("My money back, please", contact=contact)
    said = held(code, at=first.occurred_at, order_id=order, **proof_of(customer))
    kept = ConversationHeld.model_fields.keys() - type(first).model_fields.keys()
    event = first.then(ConversationHeld, **{name: getattr(said, name) for name in kept})
    await runtime.store.create(first)
    await runtime.store.advance(event)
    await runtime.transport.publish(Message(event.type, event.encoded(), event.interaction_id, "", None))
    return event.interaction_id


async def records(runtime: Runtime, contacts: list[str]) -> list[InteractionCompleted]:
    newest = [await runtime.store.newest(contact) for contact in contacts]
    found = [one.event() for one in newest if one]
    return [event for event in found if isinstance(event, InteractionCompleted)]


@pytest.mark.timeout(300)
async def test_of_many_contacts_about_one_order_one_gets_the_refund(
    ward: Ward, runtime: Runtime, redis_url: str, namespace: str
) -> None:
    for worker in (ticketing.build(book=runtime.book), summary.build(), dossier.Intake(runtime.store)):
        await runtime.add(worker)
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: transport.consumers("policy"), seconds=60)
    contacts = [await ask(runtime, ("48213", "48260")[n % 2]) for n in range(CONTACTS)]

    async def finished() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return len(await records(runtime, contacts)) == CONTACTS

    await until(finished, seconds=120, every=0.2)
    decisions = [record.policy.decisions[0] for record in await records(runtime, contacts)]
    agreed = [decision for decision in decisions if decision.action]
    assert ward.deaths >= 3, f"only {ward.deaths} deaths"
    assert [(one.action.name, str(one.action.amount)) for one in agreed if one.action] == [("refund", "129.00")]
    assert sum("under_way" in decision.facts for decision in decisions) == CONTACTS // 2 - 1
    assert (await transport.depths(["policy"]))["policy"][1] == 0
    kept = RedisAgreements(redis_url, namespace)

    async def ticketed() -> bool:
        (entry,) = [one for one in await kept.of("retail:C-1001") if "RET-" in one.body and '"refund"' in one.body]
        return bool(entry)

    await until(ticketed)
    await kept.close()
