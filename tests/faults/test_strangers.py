"""Messages whose headers cannot be read: dead letters at once, and the connection goes on."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiormq import spec

from callcenter.messaging.serve import Runtime
from tests import strangers
from tests.dossier import Agent, PolicyDesk, SummaryDesk, Ticketing, held, requested
from tests.faults.census import Census
from tests.waiting import listed, until

EARLY = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
UNREADABLE = {
    "name-of-header": {"headers": {strangers.MARK: "x"}},
    "nested-name": {"headers": {"table": {strangers.MARK: "x"}}},
    "type": {"message_type": f"Conversation{strangers.MARK}"},
    "correlation": {"correlation_id": strangers.MARK},
    "time": {"timestamp": EARLY},
    "time-in-headers": {"headers": {"at": EARLY}},
}


@pytest.mark.parametrize("properties", UNREADABLE.values(), ids=UNREADABLE)
async def test_headers_that_cannot_be_read_make_a_dead_letter_at_once(
    runtime: Runtime, properties: dict[str, object]
) -> None:
    for worker in (Agent(), PolicyDesk(), Ticketing(), SummaryDesk()):
        await runtime.add(worker)
    census = Census(runtime)
    await census.begin()
    body = held(requested()).encoded()
    interruptions = asyncio.create_task(_interruptions(runtime))
    queue = f"{runtime.settings.namespace}.policy"
    sent = spec.Basic.Properties(**properties)  # type: ignore[arg-type]
    await strangers.publish(runtime.settings.amqp_url, queue, body, sent)
    await census.accept(20)
    await until(census.all_completed)

    async def there() -> bool:
        return (await runtime.transport.depths(["policy"]))["policy"] == (0, 1)

    await until(there)
    async with runtime.transport.dead_letters("policy") as opened:
        (letter,) = await listed(opened.letters())
    assert (letter.reason, letter.message.body, letter.attempts) == ("bad-headers", body, 1)
    interruptions.cancel()
    assert not interruptions.done() or interruptions.cancelled()


async def _interruptions(runtime: Runtime) -> str:
    """Ends when a connection does."""
    trouble: str = await until(runtime.transport.trouble, seconds=600, every=0.01)
    return trouble


async def test_header_values_of_any_kind_are_no_harm(runtime: Runtime) -> None:
    """Bytes that are not UTF-8 may stand in a value, and our own headers may hold anything."""
    await runtime.add(PolicyDesk())
    await until(lambda: runtime.transport.trouble() is None)
    odd = {"x": strangers.MARK, "x-cc-attempt": "many", "x-cc-bundle": 7, "x-delivery-count": "x", "traceparent": 1}
    await strangers.publish(
        runtime.settings.amqp_url,
        f"{runtime.settings.namespace}.policy",
        b"{}",
        spec.Basic.Properties(message_type="ConversationHeld", headers=odd),
    )

    async def there() -> bool:
        return (await runtime.transport.depths(["policy"]))["policy"] == (0, 1)

    await until(there)
    async with runtime.transport.dead_letters("policy") as opened:
        (letter,) = await listed(opened.letters())
    assert letter.reason == "invalid-event"


async def test_dead_letters_with_such_headers_are_listed_and_can_be_removed(runtime: Runtime) -> None:
    """As they lie there where a broker put them: the same message twice, and none has a message id."""
    await runtime.add(PolicyDesk())
    await until(lambda: runtime.transport.trouble() is None)
    for _ in range(2):
        await strangers.publish(
            runtime.settings.amqp_url,
            f"{runtime.settings.namespace}.policy.dead",
            b"what they said",
            spec.Basic.Properties(headers={strangers.MARK: "x"}),
        )
    for left in (2, 1, 0):
        async with runtime.transport.dead_letters("policy") as opened:
            letters = await listed(opened.letters())
            assert [letter.message.body for letter in letters] == [b"what they said"] * left
            assert len({letter.id for letter in letters}) == left
            assert all(letter.id and "utf-8" in letter.message.unreadable for letter in letters)
            for letter in letters[:1]:
                await opened.remove(letter)
