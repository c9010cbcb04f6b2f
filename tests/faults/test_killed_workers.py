"""Workers killed at any point, hundreds of interactions in flight: none lost, none doubled, none contradicted."""

import asyncio
import os
import random
from collections.abc import Callable, Iterator

import pytest

from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from tests.faults.census import Census
from tests.faults.victim import DESKS
from tests.faults.ward import Ward
from tests.waiting import until

INTERACTIONS = 300
SEED = int(os.environ.get("FAULT_SEED", "20261122"))


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace)
    ward = Ward(settings, random.Random(SEED), DESKS)
    yield ward
    ward.close()


@pytest.mark.timeout(300)
async def test_killed_at_any_point(
    ward: Ward, runtime: Runtime, record_testsuite_property: Callable[[str, object], None]
) -> None:
    census = Census(runtime)
    await census.begin()
    await asyncio.to_thread(ward.open)
    # The census takes every event too: where a desk had no queue yet, the broker would not tell that it missed one.
    await until(lambda: _all_listening(runtime), seconds=60)
    await census.accept(INTERACTIONS)

    async def finished() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return await census.all_completed()

    try:
        await until(finished, seconds=240, every=0.2)
    except AssertionError as late:
        depths = await runtime.transport.depths(list(DESKS))
        raise AssertionError(f"{await census.states()}, {ward.deaths} deaths, waiting and dead: {depths}") from late
    figures = (
        f"seed {SEED}: {INTERACTIONS} interactions, {ward.deaths} deaths, {census.double_tickets()} double tickets, "
        f"{census.contradictions()} contradictions, {census.duplicates()} harmless duplicates"
    )
    record_testsuite_property("killed workers", figures)
    assert ward.deaths >= 20, figures
    assert census.double_tickets() == 0, figures
    assert census.contradictions() == 0, figures
    depths = await runtime.transport.depths(list(DESKS))
    assert {service: dead for service, (_, dead) in depths.items()} == dict.fromkeys(DESKS, 0)


async def _all_listening(runtime: Runtime) -> bool:
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    return all([await transport.consumers(service) for service in DESKS])
