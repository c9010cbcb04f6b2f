"""Closes what intake opened. InteractionCompleted | InteractionFailed -> nothing more."""

from callcenter.events import InteractionCompleted, InteractionFailed
from callcenter.messaging import Worker, handles
from callcenter.storage.protocol import Store
from callcenter.telemetry import emit


class IntakeWorker(Worker, name="intake"):
    """Stops watching over an interaction that has ended, and starts its retention time."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @handles
    async def close(self, event: InteractionCompleted | InteractionFailed) -> None:
        """The answer is in."""
        await self.store.finish(event.interaction_id)
        seconds = (event.occurred_at - event.contact.initiated_at).total_seconds()
        emit("interaction_finished", service=self.name, status=event.status, seconds=max(0.0, seconds))
