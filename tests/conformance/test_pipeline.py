"""What happens to a delivery, seen from outside: the same in one process and on RabbitMQ with Redis."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from callcenter.errors import Permanent, Transient, Unavailable
from callcenter.events import (
    CHAIN,
    ConversationHeld,
    Event,
    InteractionCompleted,
    InteractionFailed,
    InteractionRequested,
    PolicyDecided,
)
from callcenter.messaging import Worker, handles
from callcenter.messaging.replay import replay
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import DeadLetter, Delivery, Message
from callcenter.settings import RuntimeSettings
from callcenter.storage.protocol import MAX_EVENT
from tests.dossier import Agent, Intake, PolicyDesk, SummaryDesk, Ticketing, decided, held, requested
from tests.waiting import listed, until


class Moody(Worker, name="policy"):
    """Does what the test tells it before it decides."""

    def __init__(self, mood: Callable[[int], Awaitable[None]]) -> None:
        self.mood, self.calls = mood, 0

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided:
        self.calls += 1
        await self.mood(self.calls)
        return decided(event)


class Audit:
    """Sees everything that is published."""

    def __init__(self) -> None:
        self.bodies: defaultdict[tuple[str, int], Counter[bytes]] = defaultdict(Counter)

    async def __call__(self, delivery: Delivery) -> None:
        event = delivery.message
        rev = CHAIN.index(_type(event.type)) + 1
        self.bodies[event.interaction_id, rev][event.body] += 1
        delivery.ack()

    def contradictions(self) -> list[tuple[str, int]]:
        """Steps of which two different versions were published."""
        return [step for step, bodies in self.bodies.items() if len(bodies) > 1]


def _type(name: str) -> type[Event]:
    return next(event for event in CHAIN if event.__name__ == name)


async def ready(runtime: Runtime) -> None:
    async def well() -> bool:
        return all(state == "ok" for state in (await runtime.checks()).values())

    await until(well)


async def started(runtime: Runtime, policy: Worker | None = None) -> Intake:
    """All five desks."""
    intake = Intake(runtime.store)
    for worker in (Agent(), policy or PolicyDesk(), Ticketing(), SummaryDesk(), intake):
        await runtime.add(worker)
    await ready(runtime)
    return intake


async def asked(runtime: Runtime, event: InteractionRequested | None = None) -> InteractionRequested:
    event = event or requested()
    await runtime.store.create(event)
    await runtime.transport.publish(Message.of(event))
    return event


async def record(runtime: Runtime, event: Event) -> Event:
    stored = await runtime.store.newest(event.interaction_id)
    assert stored
    return stored.event()


async def ended(runtime: Runtime, event: Event, status: str = "completed") -> Event:
    async def has_ended() -> bool:
        return (await record(runtime, event)).status == status

    await until(has_ended)
    return await record(runtime, event)


async def dead_letters(runtime: Runtime, service: str = "policy", count: int = 1) -> list[DeadLetter]:
    async def there() -> bool:
        return (await runtime.transport.depths([service]))[service][1] == count

    await until(there)
    async with runtime.transport.dead_letters(service) as opened:
        return await listed(opened.letters())


async def test_one_request_in_one_finished_record_out(runtime: Runtime) -> None:
    intake = await started(runtime)
    last = await ended(runtime, await asked(runtime))
    assert [timing.service for timing in last.timings] == ["agent", "policy", "ticketing", "summary"]
    await until(lambda: intake.ended == 1)
    assert await listed(runtime.store.idle(0)) == []


async def test_a_worker_is_released_after_its_last_event() -> None:
    class Holder(Worker, name="policy"):
        released = 0

        @handles
        async def decide(self, event: ConversationHeld) -> PolicyDecided:
            assert not self.released
            return decided(event)

        async def release(self) -> None:
            self.released += 1

    holder = Holder()
    async with Runtime.embedded(RuntimeSettings()) as runtime:
        await started(runtime, holder)
        await ended(runtime, await asked(runtime))
        assert holder.released == 0
    assert holder.released == 1


async def test_everything_delivered_three_times_has_one_effect(runtime: Runtime) -> None:
    await started(runtime)
    audit = Audit()
    await runtime.transport.subscribe("audit", [event.__name__ for event in CHAIN], 16, audit)
    await ready(runtime)
    events = [await asked(runtime) for _ in range(10)]
    for _ in range(2):
        for event in events:
            await runtime.transport.publish(Message.of(event))
            stored = await runtime.store.newest(event.interaction_id)
            assert stored
            await runtime.transport.publish(Message.of(stored.event(), stored))
    for event in events:
        await ended(runtime, event)
    await asyncio.sleep(0.5)
    assert audit.contradictions() == []
    assert {len(await runtime.store.history(event.interaction_id)) for event in events} == {5}


async def test_an_event_that_overtakes_its_record_waits_for_it(runtime: Runtime) -> None:
    await started(runtime)
    first = requested()
    second = held(first)
    third = decided(second)
    await runtime.transport.publish(Message.of(third))
    await asyncio.sleep(0.1)
    await runtime.store.create(first)
    await runtime.store.advance(second)
    await runtime.store.advance(third)
    assert (await ended(runtime, first)).rev == 5


async def test_a_record_that_never_comes_ends_with_the_dead_letters_and_can_be_restored(runtime: Runtime) -> None:
    await started(runtime)
    lost = held(requested())
    await runtime.transport.publish(Message.of(lost))
    (letter,) = await dead_letters(runtime)
    assert (letter.reason, letter.attempts) == ("record-behind", 3)
    (result,) = await replay(runtime.transport, runtime.store, "policy")
    assert result.done
    assert "restored" in result.outcome
    assert (await ended(runtime, lost)).rev == 5


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message("ConversationHeld", b"{not json", "nobody"), "bad-json"),
        (Message("ConversationHeld", b"", "nobody"), "bad-json"),
        (Message("ConversationHeld", b"\xff\xfe", "nobody"), "bad-json"),
        (Message("ConversationHeld", b'{"rev": 1}', "nobody"), "invalid-event"),
        (Message("ConversationHeld", b"[" * 100_000, "nobody"), "bad-json"),
        (Message("", b"{}", ""), "unknown-type"),
    ],
    ids=["not-json", "empty", "not-utf8", "no-event", "deep", "no-type"],
)
async def test_what_cannot_be_read_goes_to_the_dead_letters_at_once(
    runtime: Runtime, message: Message, reason: str
) -> None:
    await started(runtime)
    await runtime.transport.send("policy", message)
    (letter,) = await dead_letters(runtime)
    assert (letter.reason, letter.attempts, letter.message.body) == (reason, 1, message.body)
    await ended(runtime, await asked(runtime))  # and its neighbours keep flowing


async def test_an_unreadable_event_of_a_known_interaction_ends_it(runtime: Runtime) -> None:
    await runtime.add(PolicyDesk())
    await runtime.add(Intake(runtime.store))
    await ready(runtime)
    first = requested()
    await runtime.store.create(first)
    await runtime.transport.send("policy", Message("ConversationHeld", b"{not json", first.interaction_id))
    failed = await ended(runtime, first, "failed")
    assert isinstance(failed, InteractionFailed)
    assert failed.failure.reason == "bad-json"


async def test_a_newer_schema_is_kept_for_a_newer_version(runtime: Runtime) -> None:
    await started(runtime)
    newer = held(requested()).model_copy(update={"schema_version": 2})
    await runtime.transport.publish(Message.of(newer))
    (letter,) = await dead_letters(runtime)
    assert letter.reason == "schema-version"
    (result,) = await replay(runtime.transport, runtime.store, "policy")
    assert not result.done
    assert len(await dead_letters(runtime)) == 1


async def test_fields_of_a_newer_version_are_ignored(runtime: Runtime) -> None:
    await started(runtime)
    first = requested()
    await runtime.store.create(first)
    body = first.encoded()[:-1] + b',"mood_ring":"blue"}'
    await runtime.transport.publish(Message(first.type, body, first.interaction_id))
    await ended(runtime, first)


async def test_a_transient_failure_is_tried_again(runtime: Runtime) -> None:
    async def twice_bad(call: int) -> None:
        if call < 3:
            raise Transient("not yet")

    policy = Moody(twice_bad)
    await started(runtime, policy)
    await ended(runtime, await asked(runtime))
    assert policy.calls == 3


async def _never(_: int) -> None:
    raise Transient("never")


async def _forbidden(_: int) -> None:
    raise Permanent("this cannot be decided")


async def _bug(_: int) -> None:
    raise ZeroDivisionError("a bug")


async def _endless(_: int) -> None:
    await asyncio.Event().wait()


async def _busy(_: int) -> None:
    re.search("(?:a|aa)+!", "a" * 80)


@pytest.mark.parametrize(
    ("mood", "reason", "attempts", "error"),
    [
        (_never, "retries-exhausted", 3, "never"),
        (_forbidden, "permanent", 1, "this cannot be decided"),
        (_bug, "retries-exhausted", 3, "a bug"),
        (_endless, "retries-exhausted", 3, "TimeoutError"),
        (_busy, "too-much-work", 1, "It was given up after 0.5 s of processor time."),
    ],
)
async def test_a_failure_ends_the_interaction_with_its_reason(
    runtime: Runtime, mood: Callable[[int], Awaitable[None]], reason: str, attempts: int, error: str
) -> None:
    intake = await started(runtime, Moody(mood))
    failed = await ended(runtime, await asked(runtime), "failed")
    assert isinstance(failed, InteractionFailed)
    failure = failed.failure
    assert (failure.service, failure.reason, failure.attempts, failure.error) == ("policy", reason, attempts, error)
    assert failed.__pydantic_extra__
    assert failed.__pydantic_extra__["transcript"]  # the dossier is kept as far as it came
    (letter,) = await dead_letters(runtime)
    assert (letter.reason, letter.attempts, letter.message.type) == (reason, attempts, "ConversationHeld")
    await until(lambda: intake.ended == 1)


async def test_a_finished_record_stays_finished_whoever_fails_over_it(runtime: Runtime) -> None:
    class Clumsy(Intake, name="intake"):
        broken = True

        @handles
        async def close(self, event: InteractionCompleted | InteractionFailed) -> None:
            if self.broken:
                raise Permanent("broken")
            await super().close(event)

    intake = Clumsy(runtime.store)
    for worker in (Agent(), PolicyDesk(), Ticketing(), SummaryDesk(), intake):
        await runtime.add(worker)
    await ready(runtime)
    event = await asked(runtime)
    (letter,) = await dead_letters(runtime, "intake")
    assert (letter.reason, letter.message.type) == ("permanent", "InteractionCompleted")
    assert (await record(runtime, event)).status == "completed"
    intake.broken = False
    await replay(runtime.transport, runtime.store, "intake")
    await until(lambda: intake.ended == 1)
    assert (await record(runtime, event)).rev == 5


@pytest.mark.parametrize("size", [MAX_EVENT, 2 * MAX_EVENT])
async def test_an_answer_too_large_to_send_ends_the_interaction_and_holds_up_nobody(
    runtime: Runtime, size: int
) -> None:
    class Verbose(Worker, name="agent"):
        @handles
        async def converse(self, event: InteractionRequested) -> ConversationHeld:
            return held(event, "blah" * (size // 4) if event.request.text == "Tell me all" else "Yes.")

    for worker in (Verbose(), PolicyDesk(), Ticketing(), SummaryDesk(), Intake(runtime.store)):
        await runtime.add(worker)
    await ready(runtime)
    event = await asked(runtime, requested("Tell me all"))
    await ended(runtime, await asked(runtime))
    failed = await ended(runtime, event, "failed")
    assert isinstance(failed, InteractionFailed)
    assert (failed.rev, failed.failure.reason, failed.failure.service) == (2, "too-large", "agent")
    (letter,) = await dead_letters(runtime, "agent")
    assert letter.reason == "too-large"
    assert "larger than the limit" in letter.error


async def test_a_dossier_that_only_just_fits_can_still_be_told_to_have_failed(runtime: Runtime) -> None:
    """Policy cannot add its part to it; the failure is larger than the dossier, and fits."""
    room = MAX_EVENT - len(held(requested(), "").encoded())

    class Verbose(Worker, name="agent"):
        @handles
        async def converse(self, event: InteractionRequested) -> ConversationHeld:
            return held(event, "x" * (room - 64))

    for worker in (Verbose(), PolicyDesk(), Ticketing(), SummaryDesk(), Intake(runtime.store)):
        await runtime.add(worker)
    await ready(runtime)
    failed = await ended(runtime, await asked(runtime), "failed")
    assert isinstance(failed, InteractionFailed)
    assert (failed.rev, failed.failure.reason, failed.failure.service) == (3, "too-large", "policy")


async def test_a_mended_failure_is_replayed_to_the_end(runtime: Runtime) -> None:
    broken = [True]

    async def until_mended(_: int) -> None:
        if broken[0]:
            raise Permanent("broken")

    await started(runtime, Moody(until_mended))
    event = await asked(runtime)
    await ended(runtime, event, "failed")
    await dead_letters(runtime)
    broken[0] = False
    (result,) = await replay(runtime.transport, runtime.store, "policy")
    assert result.outcome == "resumed as rev 4"
    assert (await ended(runtime, event)).rev == 7
    assert [entry.type for entry in await runtime.store.history(event.interaction_id)] == [
        "InteractionRequested",
        "ConversationHeld",
        "InteractionFailed",
        "ConversationHeld",
        "PolicyDecided",
        "TicketOpened",
        "InteractionCompleted",
    ]
    assert await replay(runtime.transport, runtime.store, "policy") == []


async def test_a_dead_letter_replayed_twice_has_one_effect(runtime: Runtime) -> None:
    broken = [True]

    async def until_mended(_: int) -> None:
        if broken[0]:
            raise Permanent("broken")

    await started(runtime, Moody(until_mended))
    event = await asked(runtime)
    await ended(runtime, event, "failed")
    (letter,) = await dead_letters(runtime)
    broken[0] = False
    await replay(runtime.transport, runtime.store, "policy")
    await ended(runtime, event)
    await runtime.transport.send("policy", letter.message)
    await asyncio.sleep(0.3)
    assert len(await runtime.store.history(event.interaction_id)) == 7


async def test_a_server_that_is_away_costs_no_attempt(runtime: Runtime) -> None:
    async def away_three_times(call: int) -> None:
        if call < 4:
            raise Unavailable("the account system is away")

    policy = Moody(away_three_times)
    await started(runtime, policy)
    await ended(runtime, await asked(runtime))
    assert policy.calls == 4
    assert await runtime.transport.depths(["policy"]) == {"policy": (0, 0)}


async def test_whoever_finds_a_newer_dossier_thinks_again(runtime: Runtime) -> None:
    """While policy decides on rev 2, someone else makes another ConversationHeld of rev 3."""
    first = requested()
    second = held(first)
    third = held(second.model_copy(), "The customer added something.")
    interrupted = third.model_copy(update={"causation_id": requested().event_id})

    async def interrupt(call: int) -> None:
        if call == 1:
            await runtime.store.advance(interrupted)

    await started(runtime, Moody(interrupt))
    await runtime.store.create(first)
    await runtime.store.advance(second)
    await runtime.transport.publish(Message.of(second))
    last = await ended(runtime, first)
    assert isinstance(last, PolicyDecided)
    assert last.transcript == interrupted.transcript
    assert last.rev == 6


async def test_a_message_that_nobody_takes_yet_waits_for_its_consumer(runtime: Runtime) -> None:
    await runtime.add(Agent())
    await ready(runtime)
    event = await asked(runtime)
    await until(lambda: _rev(runtime, event, 2))
    for worker in (PolicyDesk(), Ticketing(), SummaryDesk(), Intake(runtime.store)):
        await runtime.add(worker)
    assert (await ended(runtime, event)).rev == 5


async def _rev(runtime: Runtime, event: Event, rev: int) -> Any:
    return (await record(runtime, event)).rev == rev
