"""Looking at dead letters: each is held unacknowledged while it is looked at, and goes back unless it is removed."""

from aiormq import spec
from aiormq.abc import DeliveredMessage
from aiormq.channel import Channel as RawChannel
from aiormq.exceptions import ChannelNotFoundEntity

from callcenter.messaging.rabbitmq.envelope import ATTEMPT, headers_of, messages_of, moment, number
from callcenter.messaging.transport import DeadLetter

MOST = 500
"""Dead letters that are looked at in one go."""


class OpenRabbitDeadLetters:
    """See OpenDeadLetters."""

    def __init__(self, service: str, channel: RawChannel) -> None:
        self.service, self._channel = service, channel
        self.letters: list[DeadLetter] = []
        self._tags: dict[str, int] = {}

    async def fetch(self, queue: str) -> None:
        """Read what lies there, up to MOST; a queue that was never declared is empty."""
        try:
            while len(self.letters) < MOST:
                delivered = await self._channel.basic_get(queue)
                if not isinstance(delivered.delivery, spec.Basic.GetOk):
                    return
                letters = _letters(self.service, delivered)
                self.letters += letters
                self._tags |= dict.fromkeys(
                    (letter.id for letter in letters), int(delivered.delivery.delivery_tag or 0)
                )
        except ChannelNotFoundEntity:
            return

    async def remove(self, letter: DeadLetter) -> None:
        """See OpenDeadLetters.remove."""
        tag = self._tags.pop(letter.id)
        if tag not in self._tags.values():  # the last of a bundle takes the bundle away
            await self._channel.basic_ack(tag)


def _letters(service: str, delivered: DeliveredMessage) -> list[DeadLetter]:
    """One for each event, with our reason, or the broker's where a crashing worker could not give one."""
    headers = headers_of(delivered)
    name = str(delivered.header.properties.message_id or "")[:12]
    messages = messages_of(delivered)
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
