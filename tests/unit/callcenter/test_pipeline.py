"""The last resort of the pipeline: a dead letter that cannot be put away yet."""

from dataclasses import dataclass, field

from callcenter.errors import Unroutable
from callcenter.events import Event
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.pipeline import Pipeline
from callcenter.messaging.transport import Fault, Message
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Step
from tests.dossier import PolicyDesk, held, requested


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
