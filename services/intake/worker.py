"""Closes what intake opened, notes how fast the agent answers and who needs a person, and has the mails written.

It publishes nothing.
"""

from callcenter.events import (
    AgentSpoke,
    HandoffAccepted,
    HandoffOffered,
    InteractionCompleted,
    InteractionFailed,
    TurnAdded,
)
from callcenter.messaging import Worker, handles
from callcenter.storage.switchboard import Switchboard
from callcenter.telemetry import emit
from services.intake.keeping import Keeping
from services.intake.mail.letters import Letters


class IntakeWorker(Worker, name="intake"):
    """Stops watching over an interaction that has ended, and starts its retention time."""

    def __init__(self, keeping: Keeping, switchboard: Switchboard, letters: Letters) -> None:
        self.keeping, self.switchboard, self.letters = keeping, switchboard, letters

    @handles
    async def close(self, event: InteractionCompleted | InteractionFailed) -> None:
        """The answer is in."""
        await self.letters.write(event)
        await self.keeping.finish(event)
        seconds = (event.occurred_at - event.contact.initiated_at).total_seconds()
        emit("interaction_finished", service=self.name, status=event.status, seconds=max(0.0, seconds))

    @handles
    async def note_answer(self, event: AgentSpoke) -> None:
        """The customer has the word; they see the answer by themselves, or get it by mail."""
        await self.letters.write(event)
        asked = [turn.at for turn in event.transcript if turn.speaker == "customer"]
        since = asked[-1] if asked else event.contact.initiated_at
        seconds = (event.occurred_at - since).total_seconds()
        emit("message_answered", service=self.name, interaction_id=event.interaction_id, seconds=max(0.0, seconds))

    @handles
    async def note_handoff(self, event: HandoffOffered | HandoffAccepted | TurnAdded) -> None:
        """A person is awaited, or there: whoever is on duty sees it, and it is not forgotten."""
        await self.letters.write(event)
        await self.switchboard.note(event.interaction_id)
