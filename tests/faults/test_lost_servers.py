"""RabbitMQ or Redis taken away under load: everything waits, and goes on when it is back."""

import asyncio

import pytest

from callcenter.messaging.serve import Runtime
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.brokers import RabbitMQ, Redis
from tests.dossier import Agent, PolicyDesk, SummaryDesk, Ticketing
from tests.faults.census import Census
from tests.waiting import until

INTERACTIONS = 120


async def loaded(runtime: Runtime) -> Census:
    """All desks, and many interactions in flight."""
    for worker in (Agent(seconds=2.0), PolicyDesk(), Ticketing(), SummaryDesk()):
        await runtime.add(worker)
    census = Census(runtime)
    await census.begin()
    await asyncio.sleep(3)  # a queue that was declared less than two seconds before the broker dies is gone
    await census.accept(INTERACTIONS)
    return census


async def nothing_lost(census: Census) -> None:
    await until(census.all_completed, seconds=90, every=0.3)
    assert census.double_tickets() == 0
    assert census.contradictions() == 0
    depths = await census.runtime.transport.depths(["agent", "policy", "ticketing", "summary", "intake"])
    assert {dead for _, dead in depths.values()} == {0}


@pytest.mark.timeout(240)
async def test_the_broker_is_killed_and_comes_back(runtime: Runtime, broker: RabbitMQ) -> None:
    census = await loaded(runtime)
    await asyncio.to_thread(broker.kill)
    await until(runtime.transport.trouble)
    assert (await runtime.checks())["broker"].startswith("RabbitMQ")
    assert (await runtime.checks())["store"] == "ok"
    await asyncio.to_thread(broker.start)
    await nothing_lost(census)


@pytest.mark.timeout(180)
async def test_the_store_is_killed_and_comes_back(runtime: Runtime, redis_server: Redis) -> None:
    census = await loaded(runtime)
    await asyncio.to_thread(redis_server.kill)
    await asyncio.sleep(2)
    assert (await runtime.checks())["store"] != "ok"
    await asyncio.to_thread(redis_server.start)
    await nothing_lost(census)


@pytest.mark.timeout(180)
async def test_the_store_freezes_for_a_while(runtime: Runtime, redis_server: Redis) -> None:
    census = await loaded(runtime)
    await asyncio.to_thread(redis_server.freeze)
    await asyncio.sleep(4)
    assert (await runtime.checks())["store"] != "ok"
    await asyncio.to_thread(redis_server.thaw)
    await nothing_lost(census)


@pytest.mark.timeout(180)
async def test_the_queue_is_deleted_under_its_consumer(runtime: Runtime, broker: RabbitMQ, namespace: str) -> None:
    census = await loaded(runtime)
    await until(census.all_completed, seconds=60, every=0.3)
    await asyncio.to_thread(broker.api, "DELETE", f"queues/%2F/{namespace}.policy")
    await asyncio.sleep(0.5)
    await census.accept(10)
    # The census still takes the agent's answers, so the broker cannot tell that policy missed them: the sweeper heals.
    sweeper = Sweeper(runtime.store, runtime.transport, IntakeSettings(nudge_after=3, sweep_every=0.5))
    sweeping = asyncio.create_task(sweeper.run())
    await nothing_lost(census)
    sweeping.cancel()
