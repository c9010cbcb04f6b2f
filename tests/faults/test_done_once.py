"""Policy workers killed between deciding, doing and telling: what was agreed is done once, and never lost."""

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.events import InteractionCompleted
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import RedisAgreements
from services import summary, ticketing
from tests import dossier
from tests.brokers import free_ports
from tests.conformance.test_actions import Fulfilment
from tests.faults.judge import judges
from tests.faults.test_agreed_once import ask, records
from tests.faults.ward import Ward
from tests.waiting import until

SEED = int(os.environ.get("FAULT_SEED", "20261130"))
OPEN = {"48399": "C-1007", "48402": "C-1006", "48405": "C-1033", "48411": "C-1021", "48130": "C-1038"}
"""Orders that can be cancelled, and whose they are."""
EACH = 10


@pytest.fixture
def settings(amqp_url: str, redis_url: str, namespace: str) -> RuntimeSettings:
    # A death counts as a delivery of all that a worker holds, so that each holds few.
    return RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Fulfilment]:
    server = Fulfilment(tmp_path, free_ports(1)[0])
    try:
        server.start()
        yield server
    finally:
        server.kill()


async def finished(ward: Ward, runtime: Runtime) -> list[InteractionCompleted]:
    """The records of many contacts that ask for the same, while workers die."""
    for worker in (ticketing.build(book=runtime.book), summary.build(), dossier.Intake(runtime.store)):
        await runtime.add(worker)
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: transport.consumers("policy"), seconds=60)
    contacts = [
        await ask(runtime, order, customer, "order_cancel") for _ in range(EACH) for order, customer in OPEN.items()
    ]

    async def ended() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return len(await records(runtime, contacts)) == len(contacts)

    await until(ended, seconds=150, every=0.2)
    assert ward.deaths >= 3, f"only {ward.deaths} deaths"
    assert (await transport.depths(["policy"]))["policy"][1] == 0, "there are dead letters"
    return await records(runtime, contacts)


def done(found: list[InteractionCompleted]) -> list[tuple[str, str]]:
    """Which order was cancelled under which key, by the records."""
    decisions = [record.policy.decisions[0] for record in found]
    assert all(one.carried_out is not None for one in decisions if one.action), "something agreed was not carried out"
    results = [(record.entities[0].value, record.policy.decisions[0].carried_out) for record in found]
    assert all(one.state == "done" for _, one in results if one)
    return sorted((order, one.key) for order, one in results if one)


@pytest.mark.timeout(300)
async def test_of_many_contacts_one_cancels_the_order_and_the_account_shows_it_once(
    settings: RuntimeSettings, runtime: Runtime, redis_url: str, namespace: str
) -> None:
    ward = Ward(settings, random.Random(SEED), {"policy": judges(settings, 0.02)}, chance=0.02)
    try:
        told = done(await finished(ward, runtime))
    finally:
        ward.close()
    assert [order for order, _ in told] == sorted(OPEN)
    store = RedisAgreements(redis_url, namespace)
    for order, customer in OPEN.items():
        changes = await store.of(f"changes retail:{customer}")
        assert [one.interaction_id for one in changes] == [key for cancelled, key in told if cancelled == order]
    await store.close()


@pytest.mark.timeout(300)
async def test_the_companys_system_does_each_order_once_however_often_it_is_asked(
    settings: RuntimeSettings, runtime: Runtime, system: Fulfilment
) -> None:
    ward = Ward(settings, random.Random(SEED), {"policy": judges(settings, 0.02, system.url)}, chance=0.02)
    try:
        told = done(await finished(ward, runtime))
    finally:
        ward.close()
    assert [order for order, _ in told] == sorted(OPEN)
    assert sorted(system.keys()) == sorted(key for _, key in told), "done and told are not the same"
