"""Events that share a message: gathered under backlog, and none made to suffer for another."""

import asyncio
import os
import signal

import pytest

from callcenter.events import ConversationHeld, InteractionRequested
from callcenter.messaging import Worker, handles
from callcenter.messaging.rabbitmq.consumer import RabbitConsumer
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from tests.dossier import PolicyDesk, SummaryDesk, Ticketing, held
from tests.faults.census import Census
from tests.faults.ward import FORKS
from tests.waiting import listed, until

POISON = "request 7"


class Mortal(Worker, name="agent"):
    """Dies over one request."""

    @handles
    async def converse(self, event: InteractionRequested) -> ConversationHeld:
        if event.request.text == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        return held(event)


def live(settings: RuntimeSettings) -> None:
    """Until killed."""
    asyncio.run(_live(settings))


async def _live(settings: RuntimeSettings) -> None:
    async with Runtime.distributed(settings) as runtime:
        await runtime.add(Mortal())
        await asyncio.Event().wait()


async def test_a_backlog_travels_in_few_messages(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted at the consumer: far fewer messages than events, and every event arrives."""
    messages = 0
    original = RabbitConsumer._take

    async def counted(self: RabbitConsumer, delivered: object) -> None:
        nonlocal messages
        messages += self.service == "census"
        await original(self, delivered)  # type: ignore[arg-type]

    monkeypatch.setattr(RabbitConsumer, "_take", counted)
    census = Census(runtime)
    await census.begin()
    await runtime.transport.subscribe("agent", ["InteractionRequested"], 16, _forget)
    await until(lambda: runtime.transport.trouble() is None)
    await census.accept(200)
    await until(lambda: census.published == 200)
    assert messages < 120


async def _forget(delivery: object) -> None:
    delivery.ack()  # type: ignore[attr-defined]


@pytest.mark.timeout(330)
async def test_an_event_that_kills_its_worker_takes_none_with_it(runtime: Runtime) -> None:
    """It ends with the dead letters, after a bounded number of deaths; its neighbours are all completed."""
    for worker in (PolicyDesk(), Ticketing(), SummaryDesk()):
        await runtime.add(worker)
    census = Census(runtime)
    await census.begin()
    mortal = FORKS.Process(target=live, args=(runtime.settings,), daemon=True)
    mortal.start()
    try:

        async def routable() -> bool:
            return "agent" in await _declared(runtime)

        await until(routable)
        await census.accept(60)
        deaths = 0

        def revive() -> None:
            nonlocal mortal, deaths
            if not mortal.is_alive():
                deaths += 1
                mortal = FORKS.Process(target=live, args=(runtime.settings,), daemon=True)
                mortal.start()

        async def parked() -> bool:
            revive()
            return (await runtime.transport.depths(["agent"]))["agent"][1] > 0

        async def completed() -> bool:
            revive()  # the last death may be noticed after the letter is parked
            return (await census.states()).get("completed") == 59

        await until(parked, seconds=120, every=0.1)
        await until(completed, seconds=150, every=0.2)  # a neighbor may wait on the last rung of the retry ladder
    finally:
        mortal.kill()
        mortal.join()
    async with runtime.transport.dead_letters("agent") as opened:
        (letter,) = await listed(opened.letters())
        assert POISON.encode() in letter.message.body
        assert letter.reason == "delivery_limit"
    assert deaths >= 5


async def _declared(runtime: Runtime) -> str:
    """`agent` once its worker has subscribed: a passive look fails before."""
    return "agent" if await runtime.transport.consumers("agent") else ""  # type: ignore[attr-defined]
