"""What does the customer want, and what must we know to decide?  InteractionRequested -> ConversationHeld."""

from collections.abc import Mapping

from callcenter.errors import Permanent
from callcenter.events import ConversationHeld, InteractionRequested
from callcenter.messaging.worker import Worker, handles
from services.agent.conversation import Desk, hold


class AgentWorker(Worker, name="agent"):
    """Talks to the customer until the request and the facts it needs are known, or cannot be known."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self.desks = desks

    @handles
    async def converse(self, event: InteractionRequested) -> ConversationHeld:
        """Raises Permanent if nobody here serves the business."""
        desk = self.desks.get(event.request.business)
        if desk is None:
            known = ", ".join(sorted(self.desks))
            raise Permanent(f"There is no business {event.request.business!r}; this agent serves {known}.")
        return event.then(ConversationHeld, **hold(desk, event))
