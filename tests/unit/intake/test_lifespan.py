"""What runs beside the API for as long as it is served."""

import asyncio

from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.transport import Delivery
from callcenter.storage.memory import MemoryStore
from services.intake.settings import IntakeSettings
from tests.dossier import requested
from tests.unit.intake.house import open_house
from tests.waiting import listed, until


async def test_the_sweeper_runs_as_long_as_the_app() -> None:
    """A request that was accepted and never published, as after a crash, is published by whoever serves next."""
    store, transport, taken = MemoryStore(), MemoryTransport(), []

    async def take(delivery: Delivery) -> None:
        taken.append(delivery.message.interaction_id)
        delivery.ack()

    async def nothing_pending() -> bool:
        return not await listed(store.pending(0))

    before, after = requested(), requested()
    await store.create(before)
    quick = IntakeSettings(sweep_every=0.01, republish_after=0.01)
    async with open_house(store=store, transport=transport, settings=quick, working=False) as house:
        await transport.subscribe("agent", ["InteractionRequested"], 16, take)
        await asyncio.sleep(0.1)
        assert taken == []
        async with house.app.router.lifespan_context(house.app):
            await until(nothing_pending, seconds=10)
            await until(lambda: taken)
        await store.create(after)
        await asyncio.sleep(0.1)
        assert await listed(store.pending(0)) == [after.interaction_id]
    assert taken == [before.interaction_id]
