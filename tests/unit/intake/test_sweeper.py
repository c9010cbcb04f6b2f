"""The sweeper: what was accepted comes to an end, whatever gets lost on the way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from callcenter.errors import Unavailable
from callcenter.events import (
    AgentSpoke,
    Contact,
    ConversationHeld,
    Dialogue,
    InteractionFailed,
    InteractionRequested,
    Request,
    Sentiment,
    Turn,
    Understanding,
    new_interaction_id,
    utc_now,
)
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.transport import Message
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import MAX_EVENT, Stored
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.waiting import listed

NOW = {"republish_after": 0.001, "nudge_after": 0.001, "sweep_every": 0.01}
LATER = {"republish_after": 60.0, "nudge_after": 60.0}
AHEAD = timedelta(minutes=40)


class Clock:
    """The store's, which stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.seconds


class Listener(MemoryTransport):
    """Memory that remembers what was published; some types nobody takes."""

    def __init__(self) -> None:
        super().__init__()
        self.published: Counter[tuple[str, str]] = Counter()
        self.troubles: list[Exception] = []

    async def publish(self, message: Message) -> None:
        """Remembered, unless it meets trouble."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.published[message.interaction_id, message.type] += 1


def requested(age: float = 0.0) -> InteractionRequested:
    at = datetime.now(UTC) - timedelta(seconds=age)
    return InteractionRequested(
        event_id=uuid4(),
        interaction_id=new_interaction_id(),
        rev=1,
        occurred_at=at,
        contact=Contact(number=1, initiated_at=at),
        request=Request(business="retail", text="Where is my order?"),
    )


def held(event: InteractionRequested) -> ConversationHeld:
    return event.then(
        ConversationHeld,
        transcript=(),
        outcome="unclear",
        sentiment=Sentiment(start=0, end=0),
        understanding=Understanding(engine="none", business_version="1"),
    )


def sweeper(store: MemoryStore, transport: MemoryTransport, **settings: Any) -> Sweeper:
    return Sweeper(store, transport, IntakeSettings(**settings))


async def test_a_request_that_was_not_published_is_published_once() -> None:
    store, transport, event = MemoryStore(), Listener(), requested()
    await store.create(event)
    await asyncio.sleep(0.01)
    watch = sweeper(store, transport, **{**LATER, "republish_after": 0.001})
    await watch.sweep()
    await watch.sweep()
    assert transport.published == {(event.interaction_id, "InteractionRequested"): 1}


async def test_a_young_request_is_left_alone() -> None:
    store, transport = MemoryStore(), Listener()
    await store.create(requested())
    await sweeper(store, transport, **LATER).sweep()
    assert not transport.published


async def test_a_published_request_is_left_alone() -> None:
    store, transport, event = MemoryStore(), Listener(), requested()
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    await asyncio.sleep(0.01)
    await sweeper(store, transport, **{**LATER, "republish_after": 0.001}).sweep()
    assert not transport.published


async def test_an_interaction_without_progress_gets_its_newest_event_again() -> None:
    store, transport, event = MemoryStore(), Listener(), requested()
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    await store.advance(held(event))
    await asyncio.sleep(0.01)
    await sweeper(store, transport, **NOW).sweep()
    assert transport.published == {(event.interaction_id, "ConversationHeld"): 1}


async def test_it_is_not_nudged_at_every_sweep() -> None:
    store, transport, event = MemoryStore(), Listener(), requested()
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    await asyncio.sleep(0.3)
    watch = sweeper(store, transport, nudge_after=0.2)
    for _ in range(10):
        await watch.sweep()
    assert transport.published.total() == 1
    await asyncio.sleep(0.25)
    await watch.sweep()
    assert transport.published.total() == 2


async def test_an_interaction_that_stalls_for_too_long_has_failed() -> None:
    clock = Clock()
    store, transport, event = MemoryStore(clock=clock), Listener(), requested()
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    await store.advance(held(event))
    clock.seconds += 90
    await sweeper(store, transport, **NOW, give_up_after=60).sweep()

    stored = await store.newest(event.interaction_id)
    assert stored
    failed = stored.event()
    assert isinstance(failed, InteractionFailed)
    assert failed.rev == 3
    assert (failed.failure.service, failed.failure.reason) == ("policy", "stalled")
    assert failed.failure.input_type == "ConversationHeld"
    assert "90 seconds at policy" in failed.failure.error
    assert "policy" in failed.failure.advice
    assert transport.published == {(event.interaction_id, "InteractionFailed"): 1}
    assert isinstance(failed.resumed(), ConversationHeld)

    clock.seconds += 1
    await sweeper(store, transport, **NOW, give_up_after=60).sweep()
    assert await listed(store.idle(0)) == []
    assert transport.published.total() == 1


async def test_an_old_interaction_with_fresh_progress_is_not_given_up() -> None:
    clock = Clock()
    store, transport, event = MemoryStore(clock=clock), Listener(), requested(age=3600)
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    clock.seconds += 3600
    await store.advance(held(event))
    clock.seconds += 1
    await sweeper(store, transport, **NOW, give_up_after=60).sweep()
    stored = await store.newest(event.interaction_id)
    assert stored
    assert stored.type == "ConversationHeld"


async def test_an_interaction_whose_end_was_not_noticed_is_closed() -> None:
    store, transport, event = MemoryStore(), Listener(), requested()
    await store.create(event)
    await asyncio.sleep(0.01)
    await sweeper(store, transport, **NOW, give_up_after=0.001).sweep()
    await asyncio.sleep(0.01)
    await sweeper(store, transport, **NOW).sweep()
    assert await listed(store.idle(0)) == []
    assert await listed(store.pending(0)) == []


async def test_two_sweepers_at_once_end_it_only_once() -> None:
    clock = Clock()
    store, transport, event = MemoryStore(clock=clock), Listener(), requested()
    await store.create(event)
    await store.published(event.interaction_id, event.rev)
    clock.seconds += 90
    await asyncio.gather(*(sweeper(store, transport, **NOW, give_up_after=60).sweep() for _ in range(2)))
    assert [line.type for line in await store.history(event.interaction_id)] == [
        "InteractionRequested",
        "InteractionFailed",
    ]


@pytest.mark.parametrize("ahead", [AHEAD, -AHEAD])
async def test_clocks_that_disagree_fail_nothing(ahead: timedelta) -> None:
    """Neither an event from a machine whose clock is behind or ahead, nor an intake whose own clock is."""
    clock = Clock()
    store, transport = MemoryStore(clock=clock), Listener()
    running, talking = requested(age=ahead.total_seconds()), requested(age=ahead.total_seconds())
    for event in (running, talking):
        await store.create(event)
        await store.published(event.interaction_id, event.rev)
    await store.advance(held(running).sealed(running.occurred_at))
    await store.advance(talking.then(AgentSpoke, transcript=(), dialogue=Dialogue()).sealed(talking.occurred_at))
    clock.seconds += 299
    watch = Sweeper(store, transport, IntakeSettings(), now=lambda: utc_now() + ahead)
    await watch.sweep()
    assert await types(store, running, talking) == ["ConversationHeld", "AgentSpoke"]
    clock.seconds += 2
    await watch.sweep()
    assert await types(store, running, talking) == ["ConversationHeld", "CustomerLeft"]
    clock.seconds += 1500
    await watch.sweep()
    assert await types(store, running) == ["InteractionFailed"]


async def types(store: MemoryStore, *events: InteractionRequested) -> list[str]:
    newest = [await store.newest(event.interaction_id) for event in events]
    return [stored.type for stored in newest if stored]


async def test_a_silence_that_cannot_be_told_ends_the_interaction() -> None:
    """The dossier of this conversation only just fits: there is no room to say that its customer has left."""
    clock, talking = Clock(), requested()
    store, transport = MemoryStore(clock=clock), Listener()
    await store.create(talking)
    await store.published(talking.interaction_id, talking.rev)
    spoke = talking.then(AgentSpoke, transcript=(said("")), dialogue=Dialogue()).sealed(utc_now())
    full = said("x" * (MAX_EVENT - len(spoke.encoded())))
    await store.advance(talking.then(AgentSpoke, transcript=full, dialogue=Dialogue()).sealed(spoke.occurred_at))
    clock.seconds += 301
    await sweeper(store, transport).sweep()
    assert transport.published == {(talking.interaction_id, "InteractionFailed"): 1}
    failed = (await types(store, talking))[0]
    assert failed == "InteractionFailed"
    clock.seconds += 301
    await sweeper(store, transport).sweep()
    assert await listed(store.idle(0)) == await listed(store.pending(0)) == []


def said(text: str) -> tuple[Turn, ...]:
    return (Turn(turn=0, at=datetime(2026, 11, 30, tzinfo=UTC), speaker="agent", text=text),)


async def test_a_step_that_is_taken_while_it_looks_is_no_silence() -> None:
    """Between the list of the idle and the look at one of them, its customer was answered."""

    class Busy(MemoryStore):
        async def newest(self, interaction_id: str) -> Stored | None:
            if interaction_id == talking.interaction_id:
                spoke = talking.then(AgentSpoke, transcript=(), dialogue=Dialogue())
                await self.advance(spoke.sealed(utc_now()))
            return await super().newest(interaction_id)

    clock, talking = Clock(), requested()
    store = Busy(clock=clock)
    await store.create(talking)
    await store.published(talking.interaction_id, talking.rev)
    clock.seconds += 400
    await sweeper(store, Listener()).sweep()
    assert await types(store, talking) == ["AgentSpoke"]


async def test_what_nobody_takes_yet_does_not_keep_the_others_waiting() -> None:
    clock = Clock()
    store, transport = MemoryStore(clock=clock), MemoryTransport()
    waiting, stalled = requested(), requested()
    await store.create(stalled)
    await store.published(stalled.interaction_id, stalled.rev)
    clock.seconds += 90
    await store.create(waiting)
    clock.seconds += 1
    await sweeper(store, transport, **NOW, give_up_after=60).sweep()
    assert set(await listed(store.pending(0))) == {waiting.interaction_id, stalled.interaction_id}, (
        "and its failure will be told"
    )
    newest = await store.newest(stalled.interaction_id)
    assert newest
    assert newest.type == "InteractionFailed"


async def test_a_broker_that_is_away_ends_the_round_and_keeps_everything_pending() -> None:
    store, transport = MemoryStore(), Listener()
    events = [requested() for _ in range(3)]
    for event in events:
        await store.create(event)
    await asyncio.sleep(0.01)
    transport.troubles = [Unavailable("RabbitMQ is away.")]
    watch = sweeper(store, transport, **{**LATER, "republish_after": 0.001})
    with pytest.raises(Unavailable):
        await watch.sweep()
    assert len(await listed(store.pending(0))) == 3
    await watch.sweep()
    assert transport.published.total() == 3


class Stumbling(MemoryStore):
    """Memory that meets a bug at the first look."""

    stumbled = False

    def pending(self, older_than: float) -> AsyncIterator[str]:
        """See Store."""
        if not self.stumbled:
            self.stumbled = True
            raise RuntimeError("a bug")
        return super().pending(older_than)


async def test_it_goes_on_sweeping_after_any_trouble() -> None:
    store, transport, event = Stumbling(), Listener(), requested()
    await store.create(event)
    transport.troubles = [Unavailable("away"), RuntimeError("a bug"), TimeoutError()]
    running = asyncio.create_task(sweeper(store, transport, **{**NOW, "nudge_after": 60.0}).run())
    async with asyncio.timeout(5):
        while not store.stumbled or await listed(store.pending(0)):
            assert not running.done()
            await asyncio.sleep(0.01)
    running.cancel()
    assert transport.published == {(event.interaction_id, "InteractionRequested"): 1}
