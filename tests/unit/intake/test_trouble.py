"""Servers that are away: the client is told within two seconds, and nothing that was accepted is lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from callcenter.errors import Unavailable
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.transport import Message
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Created, Stored
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.unit.intake.house import REFUND, House, open_house, problem
from tests.waiting import listed


class TroubledTransport(MemoryTransport):
    """Memory, with a broker that can go away."""

    away = False
    deaf = False

    def trouble(self) -> str | None:
        """Known before anything is published."""
        return "RabbitMQ: connection refused" if self.away else None

    async def publish(self, message: Message) -> None:
        """Not known before."""
        if self.deaf:
            raise Unavailable("RabbitMQ did not confirm within 5 s.")
        await super().publish(message)


class TroubledStore(MemoryStore):
    """Memory, behind a network that can break."""

    fault: Callable[[], Awaitable[None]] | None = None
    after_create: Callable[[], Awaitable[None]] | None = None

    async def _pass(self) -> None:
        if self.fault:
            await self.fault()

    async def ping(self) -> None:
        """See Store."""
        await self._pass()

    async def create(self, *arguments: Any) -> Created:
        """See Store."""
        await self._pass()
        created = await super().create(*arguments)
        self.fault = self.after_create
        return created

    async def newest(self, interaction_id: str) -> Stored | None:
        """See Store."""
        await self._pass()
        return await super().newest(interaction_id)

    async def history(self, interaction_id: str) -> Any:
        """See Store."""
        await self._pass()
        return await super().history(interaction_id)

    async def page(self, *arguments: Any) -> Any:
        """See Store."""
        await self._pass()
        return await super().page(*arguments)


async def _refuse() -> None:
    raise Unavailable("Redis does not answer as it should: Connection refused.")


async def _hang() -> None:
    await asyncio.sleep(3600)


def _told_to_wait(answer: Any, began: float) -> str:
    assert time.monotonic() - began < 2
    detail = problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
    assert "send the same request again" in detail
    return detail


async def test_while_the_broker_is_away_nothing_is_accepted() -> None:
    transport = TroubledTransport()
    async with open_house(transport=transport) as house:
        transport.away = True
        assert "connection refused" in _told_to_wait(await house.ask(), time.monotonic())
        assert await house.count() == 0
        ready = await house.client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["broker"]) == (503, "RabbitMQ: connection refused")
        assert (await house.client.get("/livez")).status_code == 200
        transport.away = False
        assert (await house.client.get("/readyz")).status_code == 200
        assert (await house.finished())["status"] == "completed"


async def test_what_nobody_takes_is_accepted_and_told() -> None:
    """No agent has ever run here: the request waits for it, and intake is not ready meanwhile."""
    async with open_house(working=False) as house:
        assert (await house.client.get("/readyz")).status_code == 200
        assert (await house.ask()).status_code == 202
        ready = await house.client.get("/readyz")
        assert ready.status_code == 503
        assert "nobody takes InteractionRequested" in ready.json()["checks"]["broker"]
        assert (await house.ask()).status_code == 202


@pytest.mark.parametrize("fault", [_refuse, _hang])
async def test_while_the_store_is_away_every_answer_is_told_in_time(fault: Callable[[], Awaitable[None]]) -> None:
    store = TroubledStore()
    async with open_house(store=store) as house:
        view = await house.finished()
        store.fault = fault
        for ask in (
            house.ask,
            lambda: house.ask(idempotency_key="one", prefer="wait=20"),
            lambda: house.client.get("/v1/interactions"),
            lambda: house.client.get(view["links"]["self"]),
            lambda: house.client.get(view["links"]["events"]),
        ):
            began = time.monotonic()
            _told_to_wait(await ask(), began)
        ready = await house.client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"]["store"] != "ok"
        store.fault = None
        assert (await house.finished())["status"] == "completed"


@pytest.mark.parametrize("fault", [_refuse, _hang])
async def test_a_store_that_goes_away_after_accepting_does_not_unsay_it(fault: Callable[[], Awaitable[None]]) -> None:
    store = TroubledStore()
    store.after_create = fault
    async with open_house(store=store, working=False) as house:
        answer = await house.ask()
        assert answer.status_code == 202
        assert answer.json()["status"] == "queued"
        store.fault = store.after_create = None
        assert (await house.client.get(answer.headers["location"])).json() == answer.json()


async def test_a_follower_stays_while_the_store_is_away() -> None:
    store = TroubledStore()
    async with open_house(store=store, working=False) as house:
        view = (await house.ask()).json()
        following = asyncio.create_task(house.client.get(view["links"]["events"]))
        await asyncio.sleep(0.1)
        store.fault = _refuse
        store._watchers.wake(view["id"])
        await asyncio.sleep(0.1)
        assert not following.done()
        store.fault = None
        house.runtime.draining.set()
        assert (await asyncio.wait_for(following, 5)).status_code == 200


async def test_what_could_not_be_published_is_accepted_and_published_later() -> None:
    transport = TroubledTransport()
    async with open_house(transport=transport) as house:
        transport.deaf = True
        answer = await house.ask()
        assert answer.status_code == 202
        sweeper = Sweeper(house.runtime.store, transport, IntakeSettings(republish_after=0.001))
        await asyncio.sleep(0.01)
        with pytest.raises(Unavailable):
            await sweeper.sweep()
        assert await _status(house, answer) == "queued"
        transport.deaf = False
        await sweeper.sweep()
        await asyncio.wait_for(house.client.get(answer.json()["links"]["events"]), 10)  # ends with the interaction
        assert await _status(house, answer) == "completed"
        assert await listed(house.runtime.store.pending(0)) == []


async def _status(house: House, answer: Any) -> str:
    status: str = (await house.client.get(answer.headers["location"])).json()["status"]
    return status


async def test_a_key_finds_its_interaction_though_the_broker_went_away() -> None:
    transport = TroubledTransport()
    async with open_house(transport=transport) as house:
        transport.deaf = True
        first = await house.ask(REFUND, idempotency_key="one")
        transport.deaf = False
        second = await house.ask(REFUND, idempotency_key="one")
        assert first.json()["id"] == second.json()["id"]
        assert await house.count() == 1
