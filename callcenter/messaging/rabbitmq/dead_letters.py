"""Looking at dead letters: each is held unacknowledged while it is looked at, and goes back unless it is removed."""

from collections import Counter
from collections.abc import AsyncIterator, Container
from hashlib import sha256

from aiormq import spec
from aiormq.abc import DeliveredMessage
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import ChannelNotFoundEntity

from callcenter.messaging.rabbitmq.envelope import ATTEMPT, headers_of, messages_of, moment, number
from callcenter.messaging.transport import DeadLetter


class OpenRabbitDeadLetters:
    """See OpenDeadLetters."""

    def __init__(self, service: str, channel: RawChannel, queue: str) -> None:
        self.service, self.queue, self._channel = service, queue, channel
        self._tags: dict[str, int] = {}
        self._held: Counter[int] = Counter()
        """How many letters of a delivery are not removed: a bundle has several."""

    async def letters(self) -> AsyncIterator[DeadLetter]:
        """See OpenDeadLetters.letters. What comes in meanwhile is left there, or a replay might never end."""
        left: int | None = None
        while left != 0:
            delivered = await self._next()
            if delivered is None:
                return
            left = (_behind(delivered) if left is None else left) - 1
            for letter in self._hold(delivered):
                yield letter

    async def remove(self, letter: DeadLetter) -> None:
        """See OpenDeadLetters.remove."""
        tag = self._tags.pop(letter.id)
        self._held[tag] -= 1
        if not self._held[tag]:  # the last of a bundle takes the bundle away
            await self._channel.basic_ack(tag)

    async def _next(self) -> DeliveredMessage | None:
        """One delivery more; a queue that was never declared is empty."""
        try:
            delivered = await self._channel.basic_get(self.queue)
        except ChannelNotFoundEntity:
            return None
        return delivered if isinstance(delivered.delivery, spec.Basic.GetOk) else None

    def _hold(self, delivered: DeliveredMessage) -> list[DeadLetter]:
        letters = _letters(self.service, delivered, self._tags)
        tag = int(delivered.delivery.delivery_tag or 0)  # type: ignore[union-attr]
        self._held[tag] = len(letters)
        self._tags |= {letter.id: tag for letter in letters}
        return letters


def _behind(first: DeliveredMessage) -> int:
    """How many deliveries there are, this one included."""
    return 1 + int(first.delivery.message_count or 0)  # type: ignore[union-attr]


def _letters(service: str, delivered: DeliveredMessage, taken: Container[str]) -> list[DeadLetter]:
    """One for each event, with our reason, or the broker's where a crashing worker could not give one."""
    headers = headers_of(delivered)
    messages = messages_of(delivered)
    name = _name(delivered, taken)
    return [
        DeadLetter(
            id=name if len(messages) == 1 else f"{name}-{place}",
            service=service,
            message=message,
            reason=str(headers.get("x-cc-reason") or headers.get("x-first-death-reason") or "unknown"),
            error=str(headers.get("x-cc-error", "The broker gave it up: a worker died over it again and again.")),
            error_type=str(headers.get("x-cc-error-type", "")),
            attempts=number(headers, ATTEMPT, 1),
            failed_at=moment(headers, "x-cc-failed-at"),
        )
        for place, message in enumerate(messages, 1)
    ]


def _name(delivered: DeliveredMessage, taken: Container[str]) -> str:
    """The beginning of its message id; a stranger's message may have none, or one that another has, too."""
    name = str(delivered.header.properties.message_id or sha256(delivered.body).hexdigest())[:12]
    while name in taken or f"{name}-1" in taken:
        name += "x"
    return name
