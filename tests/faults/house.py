"""The front door as it is in service, customers who wait at it, and what is told where they wait in vain."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2

from callcenter.events import utc_now
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from services import intake
from services.intake.settings import IntakeSettings
from tests.faults.caller import ENDED, Caller
from tests.faults.ward import Ward
from tests.waiting import until

SERVICES = ("intake", "agent", "policy", "ticketing", "summary")
TOLD = 10
"""Customers whose plight is told one by one."""


@asynccontextmanager
async def served(
    runtime: Runtime, settings: IntakeSettings | None = None, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[httpx2.AsyncClient]:
    """The door of one intake, with its sweeper.

    On a busy machine the broker or the store can take longer than `accept_timeout`. What was accepted is then left to
    the sweeper: without it, whoever said that would wait for ever.
    """
    workers, app = intake.build(runtime, settings or IntakeSettings(turn_gap=0.02, max_wait=60), now=now)
    for worker in workers:
        await runtime.add(worker)
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=door, base_url="http://house", timeout=120) as client,
    ):
        yield client


async def listening(transport: RabbitTransport, services: Sequence[str] = SERVICES) -> bool:
    """Whether every desk takes from its queue."""
    return all([await transport.consumers(service) for service in services])


async def through(
    ward: Ward,
    runtime: Runtime,
    talks: Iterable[Coroutine[Any, Any, None]],
    callers: Callable[[], Sequence[Caller]],
    seconds: float,
) -> None:
    """All talks to their end, while workers die and are replaced; where some wait in vain, what each waits for."""
    talking = asyncio.gather(*talks)

    async def finished() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return talking.done()

    try:
        await until(finished, seconds=seconds, every=0.2)
    except AssertionError as late:
        raise AssertionError(f"{late}\n{await plight(runtime, callers(), ward)}") from None
    finally:
        if not talking.done():
            talking.cancel()
    await talking


async def plight(runtime: Runtime, callers: Sequence[Caller], ward: Ward) -> str:
    """Who still waits and for what, what lies in the queues, and what among the dead letters and why."""
    waiting = [caller for caller in callers if caller.view.get("status") not in ENDED]
    pending = {interaction_id async for interaction_id in runtime.store.pending(0)}
    told = [await _waits(runtime, caller, pending) for caller in waiting[:TOLD]]
    depths = await runtime.transport.depths(SERVICES)
    letters = [line for service in SERVICES if depths[service][1] async for line in _letters(runtime, service)]
    heads = (
        f"{len(waiting)} of {len(callers)} wait; {ward.deaths} deaths; not known to be published: {len(pending)}",
        "waiting messages and dead letters: " + ", ".join(f"{name} {depth}" for name, depth in depths.items()),
    )
    return "\n".join([*heads, *told, *letters])


async def _waits(runtime: Runtime, caller: Caller, pending: set[str]) -> str:
    interaction_id = caller.view.get("id", "")
    newest = await runtime.store.newest(interaction_id)
    if newest is None:
        return f"caller {caller.name} has no interaction; the door last said: {caller.heard}"
    event, idle = newest.event(), await runtime.store.idle_for(interaction_id)
    what = f"{event.type} rev {event.rev}, {idle:.0f} s old" + (", not published" if interaction_id in pending else "")
    return f"caller {caller.name} said {len(caller.said)} lines to {interaction_id}: {what}; the door: {caller.heard}"


async def _letters(runtime: Runtime, service: str) -> AsyncIterator[str]:
    async with runtime.transport.dead_letters(service) as opened:
        async for letter in opened.letters():
            about = f"{letter.message.type} of {letter.message.interaction_id}"
            yield f"dead letter of {service}: {letter.reason}, {about} ({letter.error})"
