"""The ends of the pipeline: a dead letter that cannot be put away yet, and what comes of an erased interaction."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from callcenter.errors import Unroutable
from callcenter.events import ConversationHeld, Event, InteractionCompleted, PolicyDecided, utc_now
from callcenter.messaging import Worker, handles
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.pipeline import Pipeline
from callcenter.messaging.transport import Fault, Message
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Step
from tests.dossier import PolicyDesk, chain, decided, held, requested


@dataclass
class Kept:
    """A delivery whose dead letters have no queue at first."""

    message: Message
    attempt: int = 1
    redelivered: bool = True
    acked: bool = False
    faults: list[Fault] = field(default_factory=list)

    def ack(self) -> None:
        self.acked = True

    async def retry(self, delay: float, fault: Fault) -> None:
        raise AssertionError(f"not retried: {delay}, {fault}")

    async def dead_letter(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) == 1:
            raise Unroutable("No queue takes it.")


class Broken(MemoryStore):
    """Memory with a bug."""

    async def recall(self, event: Event) -> Step | None:
        raise ZeroDivisionError(f"over {event.type}")


async def test_an_unexpected_error_ends_with_the_dead_letters_even_if_they_are_away_at_first() -> None:
    delivery = Kept(Message.of(held(requested())))
    await Pipeline(PolicyDesk(), Broken(), MemoryTransport())(delivery)
    assert [fault.error_type for fault in delivery.faults] == ["ZeroDivisionError"] * 2
    assert not delivery.acked


class Counting(Worker, name="policy"):
    """Does something of its own for each event."""

    def __init__(self) -> None:
        self.done = list[str]()

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided:
        self.done.append(event.type)
        return decided(event)

    @handles
    async def remember(self, event: InteractionCompleted) -> None:
        self.done.append(event.type)


@pytest.mark.parametrize("erased", [True, False])
@pytest.mark.parametrize("kind", ["ConversationHeld", "InteractionCompleted"])
async def test_nothing_is_done_for_what_comes_late_of_an_erased_interaction(kind: str, *, erased: bool) -> None:
    store, worker = MemoryStore(), Counting()
    events = chain()
    await store.create(events[0])
    for step in events[1:]:
        await store.advance(step)
    event = next(one for one in events if one.type == kind)
    if erased:
        await store.erase(event.interaction_id)
    old = event.model_copy(update={"occurred_at": utc_now() - timedelta(minutes=1)})
    delivery = Kept(Message.of(old), redelivered=False)
    await Pipeline(worker, store, MemoryTransport())(delivery)
    assert (delivery.acked, delivery.faults) == (True, [])
    assert worker.done == ([] if erased else [kind])
