"""What somebody deletes in RabbitMQ while the services run comes back, and until then none of them says it is ready."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from callcenter.errors import Unavailable
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Delivery, Fault, Message
from tests.brokers import RabbitMQ
from tests.dossier import Agent, Intake, PolicyDesk, SummaryDesk, Ticketing
from tests.faults.census import Census
from tests.waiting import until

FAULT = Fault("permanent", "It cannot be done.", "Permanent")
NORMAL, TINY = "0.4", "0.000001"
"""Parts of the memory that the broker may use; with the second it takes no publications."""


@pytest.fixture
async def elsewhere(runtime: Runtime) -> AsyncIterator[Runtime]:
    """Another process, as far as RabbitMQ can see."""
    async with Runtime.distributed(runtime.settings) as other:
        yield other


async def ready(runtime: Runtime) -> bool:
    return (await runtime.checks())["broker"] == "ok"


@pytest.mark.timeout(120)
async def test_the_exchange_is_deleted_under_load(runtime: Runtime, elsewhere: Runtime, broker: RabbitMQ) -> None:
    await runtime.add(Agent(seconds=2.0))
    await runtime.add(Intake(runtime.store))
    for worker in (PolicyDesk(), Ticketing(), SummaryDesk()):
        await elsewhere.add(worker)
    await until(lambda: ready(runtime))
    await until(lambda: ready(elsewhere))
    await asyncio.to_thread(broker.settle)  # else all is done before the exchange goes
    census = Census(runtime)
    await census.accept(120)
    await asyncio.to_thread(broker.delete, f"exchanges/{runtime.settings.namespace}.events")

    async def unready() -> bool:
        return not await ready(runtime)

    await until(unready, seconds=10, every=0.005)
    await until(census.all_completed, seconds=60, every=0.2)
    await until(lambda: ready(runtime), seconds=20)
    await census.accept(5)
    await until(census.all_completed, seconds=30, every=0.2)


@pytest.mark.parametrize(
    "what", ["exchanges/{}.retry.1s", "queues/{}.retry.1s", "exchanges/{}.dead", "queues/{}.policy.dead"]
)
@pytest.mark.timeout(120)
async def test_the_way_of_failures_is_deleted(runtime: Runtime, broker: RabbitMQ, what: str) -> None:
    """Retries and dead letters wait for it, and then go on."""
    tried: list[int] = []

    async def handle(delivery: Delivery) -> None:
        while True:
            try:
                await (delivery.retry(1, FAULT) if delivery.attempt == 1 else delivery.dead_letter(FAULT))
            except Unavailable:
                await asyncio.sleep(0.2)
            else:
                tried.append(delivery.attempt)
                return

    transport = runtime.transport
    await transport.subscribe("policy", ["ConversationHeld"], 16, handle)
    await until(lambda: ready(runtime))
    await asyncio.to_thread(broker.delete, what.format(runtime.settings.namespace))
    await transport.publish(Message("ConversationHeld", b"{}", "i"))

    async def dead() -> bool:
        return (await transport.depths(["policy"]))["policy"] == (0, 1)

    await until(dead, seconds=40, every=0.2)
    assert tried == [1, 2]
    await until(lambda: ready(runtime), seconds=20)


@pytest.mark.timeout(120)
async def test_a_broker_that_takes_no_publications_is_told(runtime: Runtime, broker: RabbitMQ) -> None:
    """Its memory alarm; what was meant to be published meanwhile is published after."""
    transport = runtime.transport
    bodies: list[bytes] = []

    async def handle(delivery: Delivery) -> None:
        bodies.append(delivery.message.body)
        delivery.ack()

    await transport.subscribe("policy", ["ConversationHeld"], 16, handle)
    await until(lambda: ready(runtime))
    await asyncio.to_thread(broker.ctl, "set_vm_memory_high_watermark", TINY)
    try:
        waiting = asyncio.create_task(_publish_patiently(runtime, Message("ConversationHeld", b"{}", "i")))
        trouble = await until(transport.trouble, seconds=20)
        assert "takes no publications" in trouble
        assert "memory" in trouble
        assert (await runtime.checks())["broker"] == trouble
        await asyncio.sleep(7)  # longer than between two declarations, which it would not take either
        assert transport.trouble() == trouble
    finally:
        await asyncio.to_thread(broker.ctl, "set_vm_memory_high_watermark", NORMAL)
    await waiting
    await until(lambda: bodies)
    assert await ready(runtime)


async def _publish_patiently(runtime: Runtime, message: Message) -> None:
    while True:
        try:
            await runtime.transport.publish(message)
        except Unavailable:
            await asyncio.sleep(0.2)
        else:
            return


@pytest.mark.parametrize("way", ["retry", "dead_letter"])
async def test_a_failed_message_stays_until_its_copy_is_safe(runtime: Runtime, broker: RabbitMQ, way: str) -> None:
    """A copy that the broker does not take leaves the message where it was: it is delivered again."""
    answers: list[BaseException] = []

    async def fail(delivery: Delivery) -> None:
        gone = "retry.1s" if way == "retry" else "policy.dead"
        await asyncio.to_thread(broker.delete, f"queues/{runtime.settings.namespace}.{gone}")
        try:
            await (delivery.retry(1, FAULT) if way == "retry" else delivery.dead_letter(FAULT))
        except Unavailable as error:
            answers.append(error)

    again: list[Delivery] = []

    async def keep(delivery: Delivery) -> None:
        again.append(delivery)
        delivery.ack()

    async with Runtime.distributed(runtime.settings) as first:
        await first.transport.subscribe("policy", ["ConversationHeld"], 16, fail)
        await until(lambda: ready(first))
        await first.transport.publish(Message("ConversationHeld", b"{}", "i"))
        await until(lambda: answers, seconds=20)
        await asyncio.sleep(0.2)  # an acknowledgement would be with the broker by now
    await runtime.transport.subscribe("policy", ["ConversationHeld"], 16, keep)
    await until(lambda: again)
    assert (again[0].attempt, again[0].redelivered) == (1, True)
