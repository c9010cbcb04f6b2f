"""Every event, each extending the one before it by the sections of one desk."""

from typing import Any, ClassVar, cast
from uuid import uuid5

from pydantic import ConfigDict, model_validator

from callcenter.events.case import (
    Disposition,
    Escalation,
    Failure,
    FollowUp,
    Metrics,
    Policy,
    Provenance,
    Summary,
    Ticket,
)
from callcenter.events.conversation import (
    ContactReason,
    Dialogue,
    Entity,
    MissingFact,
    Pending,
    Sentiment,
    Settled,
    Turn,
    Understanding,
    facts_of,
)
from callcenter.events.envelope import EVENT_IDS, Event, EventType, InteractionRequested
from callcenter.events.handoff_steps import HANDOFF
from callcenter.events.orders import ActionOrder
from callcenter.events.standing import Decision, Question, Standing
from callcenter.events.words import Level, Outcome, Status

# --- the events -------------------------------------------------------------------------------------------------------


class AgentSpoke(InteractionRequested):
    """The agent said something in a live conversation, and the customer has the word."""

    status: ClassVar[Status] = "waiting"

    transcript: tuple[Turn, ...]
    dialogue: Dialogue


class CustomerSpoke(InteractionRequested):
    """The customer said something more in a live conversation; the agent has not answered it yet."""

    status: ClassVar[Status] = "running"

    transcript: tuple[Turn, ...]
    dialogue: Dialogue = Dialogue()


class CustomerLeft(InteractionRequested):
    """The customer of a live conversation has said nothing for so long that it is taken for ended."""

    status: ClassVar[Status] = "running"

    transcript: tuple[Turn, ...] = ()
    dialogue: Dialogue = Dialogue()
    silent_seconds: float


class ConversationHeld(InteractionRequested):
    """The agent knows what the customer wants, or knows that it does not."""

    status: ClassVar[Status] = "running"
    stage = "policy"

    transcript: tuple[Turn, ...]
    outcome: Outcome
    contact_reason: ContactReason | None = None
    secondary_reasons: tuple[ContactReason, ...] = ()
    entities: tuple[Entity, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    sentiment: Sentiment
    urgency: Level = "medium"
    understanding: Understanding
    dialogue: Dialogue | None = None

    @property
    def reasons(self) -> tuple[ContactReason, ...]:
        """All that the customer contacted us for, the main reason first."""
        return (self.contact_reason, *self.secondary_reasons) if self.contact_reason else self.secondary_reasons

    @property
    def settled(self) -> tuple[Settled, ...]:
        """What was decided while the contact went on."""
        return self.dialogue.settled if self.dialogue else ()

    @property
    def open_reasons(self) -> tuple[ContactReason, ...]:
        """What is not decided yet."""
        return self.reasons[len(self.settled) :]

    def new_of(self, policy: Policy) -> tuple[Decision, ...]:
        """The decisions on what was open."""
        return policy.decisions[len(self.settled) :]

    @property
    def said(self) -> tuple[Entity, ...]:
        """What the customer stated; of what was settled before only who they are."""
        return self.dialogue.entities if self.dialogue and self.settled else self.entities

    @property
    def stated(self) -> dict[str, str]:
        """The same by name; the last value counts."""
        return {entity.name: entity.value for entity in self.said}

    def stated_for(self, reason: ContactReason | None) -> dict[str, str]:
        """What the customer stated that one of the reasons stands on; all that they stated, where there is none."""
        if reason is None:
            return {entity.name: entity.value for entity in self.entities}
        return facts_of(reason, self.open_reasons, self.stated)


class InformationNeeded(ConversationHeld):
    """Policy cannot decide yet: the agent goes back to the customer with a question."""

    stage = "agent"

    question: Question


class CaseStated(ConversationHeld):
    """The conversation so far: the agent asks policy what it would decide, before the customer agrees to anything."""

    pending: Pending


class CaseDecided(CaseStated):
    """What policy would decide, and what the agent may see of the account: the conversation goes on with it."""

    stage = "agent"

    standing: Standing


class CaseAgreed(ConversationHeld):
    """The customer agreed to what was read back, or has to be told something: the contact goes on after that."""

    pending: Pending


class CaseSettled(CaseAgreed):
    """What was decided about the requests that were open: the agent tells it, and asks for more."""

    stage = "agent"

    decisions: tuple[Decision, ...]


class ActionsAgreed(ConversationHeld):
    """It is decided, and a machine does its part now: from here on nothing of it is judged again.

    Where the contact goes on after it, the agent's turn is `pending`.
    """

    agreed: Policy
    orders: tuple[ActionOrder, ...]
    pending: Pending | None = None


class PolicyDecided(ConversationHeld):
    """Account facts and business rules have said what may be done."""

    stage = "ticketing"

    policy: Policy


class TicketOpened(PolicyDecided):
    """The work has a number, a priority, a queue and a clock: a ticket for each team that acts, the main one first."""

    stage = "summary"

    ticket: Ticket
    tickets: tuple[Ticket, ...] = ()
    escalation: Escalation = Escalation()


class InteractionCompleted(TicketOpened):
    """The contact is wrapped up: this is the finished record."""

    terminal = True
    status: ClassVar[Status] = "completed"

    summary: Summary
    disposition: Disposition
    follow_ups: tuple[FollowUp, ...] = ()
    metrics: Metrics
    provenance: Provenance


class InteractionFailed(InteractionRequested):
    """The chain stopped; the dossier is kept as far as it came, in the same fields."""

    model_config = ConfigDict(extra="allow")
    terminal = True
    status: ClassVar[Status] = "failed"

    failure: Failure

    @model_validator(mode="before")
    @classmethod
    def _without_type(cls, data: Any) -> Any:
        """The type is computed; kept as an extra field it would be written twice."""
        return {name: value for name, value in data.items() if name != "type"} if isinstance(data, dict) else data

    def resumed(self) -> Event:
        """The event whose handling failed, as a new step: the chain goes on from there."""
        dossier = self.model_dump(exclude={"failure", "type"})
        successor = EVENTS[self.failure.input_type].model_validate(
            {**dossier, "rev": self.rev + 1, "causation_id": self.event_id}
        )
        return successor.model_copy(update={"event_id": uuid5(EVENT_IDS, f"{self.event_id}/{successor.type}")})


CHAIN: tuple[type[Event], ...] = (
    InteractionRequested,
    ConversationHeld,
    PolicyDecided,
    TicketOpened,
    InteractionCompleted,
)
LIVE: tuple[type[Event], ...] = (AgentSpoke, CustomerSpoke, CustomerLeft, *HANDOFF)
_ASIDE: tuple[type[Event], ...] = (CaseStated, CaseDecided, CaseAgreed, CaseSettled, InformationNeeded, ActionsAgreed)
_ALL: tuple[type[Event], ...] = (*CHAIN, *LIVE, *_ASIDE, InteractionFailed)
EVENTS: dict[str, type[Event]] = {event.__name__: event for event in _ALL}


def sections(event: type[Event]) -> tuple[str, ...]:
    """The field names that an event type adds to the one it extends."""
    inherited = cast(EventType[Event], event.__mro__[1]).model_fields
    return tuple(name for name in event.model_fields if name not in inherited)
