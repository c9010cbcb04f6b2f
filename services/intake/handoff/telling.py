"""Passing a step of a handoff on: its record is safe by then."""

from callcenter.errors import Unavailable
from callcenter.events import InteractionRequested
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.storage.protocol import Stored
from callcenter.telemetry import emit


async def tell(runtime: Runtime, event: InteractionRequested, stored: Stored) -> None:
    """Where the broker does not take it now, it is pending, and the sweeper publishes it a little later."""
    facts = {"state": event.handoff.state if event.handoff else "", "event_type": event.type}
    emit("handoff_changed", service="intake", interaction_id=event.interaction_id, **facts)
    try:
        await runtime.transport.publish(Message.of(event, stored))
        await runtime.store.published(event.interaction_id, event.rev)
    except Unavailable as error:
        emit("event_waiting", service="intake", interaction_id=event.interaction_id, error=str(error))
