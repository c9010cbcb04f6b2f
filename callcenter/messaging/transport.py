"""What every transport promises. Held to by one conformance suite over memory and over RabbitMQ.

At least once: a message that was published is delivered to every service that subscribed to its type, and again until
it is settled. Nothing is promised about order, nor that a message comes only once.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callcenter.errors import TooLarge
from callcenter.events import Event, Failure
from callcenter.storage.protocol import MAX_EVENT, ROOM_TO_FAIL, Stored

MAX_BODY = MAX_EVENT + ROOM_TO_FAIL
"""Bytes of one event: whatever may be stored may be sent."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event on its way: the stored bytes, and what a transport has to know of them."""

    type: str
    body: bytes
    interaction_id: str
    event_id: str = ""
    traceparent: str | None = None
    unreadable: str = ""
    """Why its envelope could not be read, where that is so."""

    @classmethod
    def of(cls, event: Event, stored: Stored | None = None) -> "Message":
        """The message that carries this event; `stored`, where its bytes are already at hand."""
        body = stored.body if stored else event.encoded()
        return cls(event.type, body, event.interaction_id, str(event.event_id), event.traceparent)

    def sendable(self) -> "Message":
        """This message; raises TooLarge where no broker should be asked to take it."""
        if len(self.body) > MAX_BODY:
            raise TooLarge(len(self.body), MAX_BODY)
        return self


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up, with the reason."""

    id: str
    service: str
    message: Message
    reason: str
    error: str
    error_type: str = ""
    attempts: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a delivery failed: goes with it, into the retry ladder or to the dead letters."""

    reason: str
    error: str
    error_type: str

    @classmethod
    def of(cls, error: BaseException) -> "Fault":
        """In at most 500 characters, since it travels in a header."""
        reason = str(getattr(error, "reason", "error"))
        return cls(reason, (str(error) or type(error).__name__)[:500], type(error).__name__)

    @classmethod
    def noted(cls, failure: Failure) -> "Fault":
        """The fault that an InteractionFailed tells of."""
        return cls(failure.reason, failure.error, "")


class Delivery(Protocol):
    """One message in the hands of one worker. Settle it once; unsettled, it will be delivered again."""

    message: Message
    attempt: int
    """1 for the first try, one more after each trip up the retry ladder."""
    redelivered: bool
    """Whether an earlier delivery of this attempt may have been worked on."""

    def ack(self) -> None:
        """Done: never deliver it again. Takes effect soon, not at once."""

    async def retry(self, delay: float, fault: Fault) -> None:
        """Deliver it again to this service, as the next attempt, after about `delay` seconds."""

    async def dead_letter(self, fault: Fault) -> None:
        """Put it with the dead letters of this service."""


OnDelivery = Callable[[Delivery], Awaitable[None]]


class Consumer(Protocol):
    """A running subscription."""

    async def drain(self, grace: float) -> None:
        """Take no more, wait up to `grace` seconds for what is in hand, leave the rest to be delivered again."""


class OpenDeadLetters(Protocol):
    """The dead letters of one service, held while the context lasts."""

    def letters(self) -> AsyncIterator[DeadLetter]:
        """All that lay there when the reading began, oldest first, read one by one."""

    async def remove(self, letter: DeadLetter) -> None:
        """Take it away for good; the others go back."""


class Transport(Protocol):
    """Carries events between services. `publish` and `send` return once the message is safe."""

    async def open(self) -> None:
        """Start connecting; returns even when the broker is away, so that a service can start before it."""

    async def close(self) -> None:
        """Let go of everything; what was not settled is delivered again."""

    def trouble(self) -> str | None:
        """What keeps the transport from working now, in words; None when all is well."""

    def unheard(self) -> Sequence[str]:
        """Types of events that were published lately and that nobody takes."""

    async def publish(self, message: Message) -> None:
        """To every subscriber of its type. Raises Unroutable, Unavailable when not confirmed, or TooLarge."""

    async def send(self, service: str, message: Message) -> None:
        """To one service only, as a first attempt."""

    async def subscribe(self, service: str, types: Sequence[str], prefetch: int, on_delivery: OnDelivery) -> Consumer:
        """Call `on_delivery` for each message of these types, at most `prefetch` at once."""

    def dead_letters(self, service: str) -> AbstractAsyncContextManager[OpenDeadLetters]:
        """Look at the dead letters of a service."""

    async def depths(self, services: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Waiting messages and dead letters by service."""
