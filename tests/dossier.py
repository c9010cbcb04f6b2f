"""Events to test with: a dossier in any state, and five desks that only pass it on."""

import asyncio
import random
from datetime import datetime
from typing import Any
from uuid import uuid4

from callcenter.events import (
    Contact,
    ConversationHeld,
    Disposition,
    Event,
    InteractionCompleted,
    InteractionFailed,
    InteractionRequested,
    Metrics,
    Policy,
    PolicyDecided,
    Provenance,
    Request,
    Sentiment,
    ServiceLevel,
    Summary,
    Ticket,
    TicketOpened,
    Turn,
    Understanding,
    new_interaction_id,
    utc_now,
)
from callcenter.messaging import Worker, handles
from callcenter.storage.protocol import Store

CALM = Sentiment(start=0, end=0)


def requested(text: str = "Where is my order?", at: datetime | None = None, **changes: Any) -> InteractionRequested:
    """A fresh interaction."""
    at = at or utc_now()
    values = {
        "event_id": uuid4(),
        "interaction_id": new_interaction_id(),
        "rev": 1,
        "occurred_at": at,
        "contact": Contact(number=1001, initiated_at=at),
        "request": Request(business="retail", text=text),
    }
    return InteractionRequested(**(values | changes))


def held(event: InteractionRequested, text: str = "Let me look.") -> ConversationHeld:
    """The conversation, with `text` as the agent's turn."""
    turn = Turn(turn=0, at=event.occurred_at, speaker="agent", text=text)
    understanding = Understanding(engine="none", business_version="1")
    return event.then(
        ConversationHeld, transcript=(turn,), outcome="understood", sentiment=CALM, understanding=understanding
    ).sealed(utc_now())


def decided(event: ConversationHeld) -> PolicyDecided:
    """The decision."""
    policy = Policy(verdict="allow", decisions=(), policy_version="1", policy_hash="0")
    return event.then(PolicyDecided, policy=policy).sealed(utc_now())


def opened(event: PolicyDecided, ticket_id: str = "RET-1001") -> TicketOpened:
    """The ticket."""
    sla = ServiceLevel(first_response_due=event.occurred_at, resolution_due=event.occurred_at)
    ticket = Ticket(
        ticket_id=ticket_id,
        type="request",
        title="A request",
        priority="P3",
        impact="medium",
        urgency="medium",
        status="open",
        queue="general",
        sla=sla,
    )
    return event.then(TicketOpened, ticket=ticket).sealed(utc_now())


def completed(event: TicketOpened) -> InteractionCompleted:
    """The finished record."""
    texts = dict.fromkeys(("situation", "action", "resolution", "next_step", "short", "reply_to_customer"), "Done.")
    metrics = Metrics(handle_ms=1, queue_ms={}, work_ms={}, turns=1, contained=True, first_contact_resolution=None)
    provenance = Provenance(
        understanding="none", model=None, business="retail", business_version="1", policy_version="1", policy_hash="0"
    )
    return event.then(
        InteractionCompleted,
        summary=Summary(**texts, sentiment=CALM, satisfaction_estimate="neutral"),
        disposition=Disposition(code="done", path="/done"),
        metrics=metrics,
        provenance=provenance,
    ).sealed(utc_now())


def chain() -> list[Event]:
    """The five events of one interaction."""
    first = requested()
    second = held(first)
    third = decided(second)
    fourth = opened(third)
    return [first, second, third, fourth, completed(fourth)]


class Agent(Worker, name="agent"):
    """Says something different each time it is asked, as a language model would."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    @handles
    async def converse(self, event: InteractionRequested) -> ConversationHeld:
        await asyncio.sleep(random.random() * self.seconds)
        return held(event, f"Let me look, {uuid4().hex}.")


class PolicyDesk(Worker, name="policy"):
    """Allows everything."""

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided:
        return decided(event)


class Ticketing(Worker, name="ticketing"):
    """Draws another ticket number each time, so that a second ticket for the same interaction would show."""

    @handles
    async def open(self, event: PolicyDecided) -> TicketOpened:
        return opened(event, f"RET-{uuid4().hex}")


class SummaryDesk(Worker, name="summary"):
    """Wraps up."""

    @handles
    async def wrap_up(self, event: TicketOpened) -> InteractionCompleted:
        return completed(event)


class Intake(Worker, name="intake"):
    """Counts what has ended."""

    def __init__(self, store: Store) -> None:
        self.store, self.ended = store, 0

    @handles
    async def close(self, event: InteractionCompleted | InteractionFailed) -> None:
        await self.store.finish(event.interaction_id)
        self.ended += 1
