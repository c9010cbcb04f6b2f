"""Every event of the house. An event is the dossier so far: each type extends the one before it by what its desk added.

InteractionRequested -> ConversationHeld -> PolicyDecided -> TicketOpened -> InteractionCompleted
         any of them may instead be followed by an InteractionFailed, which keeps the dossier as far as it came
"""

import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, TypeVar, cast
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, computed_field, model_validator

SCHEMA_VERSION = 1
"""The major version of all events. Fields are only ever added; a new meaning gets a new name."""

EVENT_IDS = UUID("6f1f7d0c-6a0e-5d57-9f0a-3c1f0c0de001")
"""Namespace of derived event ids (RFC 9562, version 5)."""

Speaker = Literal["customer", "agent", "human_agent", "system"]
Level = Literal["low", "medium", "high"]
Verdict = Literal["allow", "deny", "needs_review", "needs_info"]
Outcome = Literal["understood", "unclear", "human_requested", "abusive", "unsupported_language"]
Priority = Literal["P1", "P2", "P3", "P4"]
Persona = Literal["plain", "terse", "chatty", "angry", "forgetful", "impostor"]
Status = Literal["queued", "running", "completed", "failed"]

E = TypeVar("E", bound="Event")
EventType = type[E]  # named here, since inside Event the word `type` is the field


class Section(BaseModel):
    """A part of the dossier: immutable, and tolerant of fields that a newer version added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# --- what the customer brings -----------------------------------------------------------------------------------------


class Verification(Section):
    """Whether the customer is who they say, and how we know (`postcode+date_of_birth`)."""

    verified: bool = False
    method: str | None = None


class Contact(Section):
    """One customer interaction as the contact centre counts it; its id is the interaction id.

    `number` is short enough to say on the phone; the ticket number is made from it.
    """

    number: int = Field(ge=1)
    channel: str = "web"
    initiation_method: str = "inbound"
    customer_id: str | None = None
    verified: Verification = Verification()
    language: str = "en"
    initiated_at: AwareDatetime
    ended_at: AwareDatetime | None = None


class Request(Section):
    """What was asked, of which business; `seed` makes a simulated conversation repeatable."""

    business: str
    text: str
    mode: Literal["simulated"] = "simulated"
    seed: int = 0
    persona: Persona | None = None


# --- what the agent adds ----------------------------------------------------------------------------------------------


class Turn(Section):
    """One utterance; `turn` counts from 0."""

    turn: int
    at: AwareDatetime
    speaker: Speaker
    text: str


class Evidence(Section):
    """Where something was said: characters `start` to `end` of a customer turn."""

    turn: int
    start: int
    end: int


class ContactReason(Section):
    """Why the customer contacted us, from the closed vocabulary of the business.

    `impact` and `queue` come from the business, so that no later desk has to read the vocabulary.
    """

    code: str
    title: str
    path: str
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    impact: Level = "medium"
    queue: str = "general"
    identity_required: bool = False


class Entity(Section):
    """A fact that the customer stated, as text in its normal form, with where it was said."""

    name: str
    value: str
    type: str
    evidence: Evidence
    confidence: float = Field(ge=0, le=1)
    extractor: str


class MissingFact(Section):
    """A fact that was asked for and not obtained, and why."""

    name: str
    why: str


class Sentiment(Section):
    """Mood of the customer at the first and the last turn, from -1 (very negative) to 1 (very positive)."""

    start: float = Field(ge=-1, le=1)
    end: float = Field(ge=-1, le=1)


class Understanding(Section):
    """Which engine understood the customer, trained on which version of the business."""

    engine: str
    model: str | None = None
    business_version: str
    persona: str | None = None


# --- what policy adds -------------------------------------------------------------------------------------------------


class Action(Section):
    """What an allowed request sets in motion. Money comes from rules and account facts, never from a language model."""

    name: str
    amount: Decimal | None = None
    currency: str | None = None


class RuleCheck(Section):
    """One rule that was looked at: the facts it read and how it came out."""

    rule_id: str
    title: str
    result: Literal["applied", "not_applicable", "lacks_facts"]
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    note: str = ""


class Decision(Section):
    """What may be done about one contact reason, and why. `rule_id` is None where no rule applied."""

    contact_reason: str | None
    verdict: Verdict
    rule_id: str | None
    action: Action | None = None
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    reason_customer: str
    reason_internal: str
    missing: tuple[str, ...] = ()
    checks: tuple[RuleCheck, ...] = ()


class Policy(Section):
    """All decisions of one contact; `verdict` is the one of its main reason, `as_of` the moment it was judged for."""

    verdict: Verdict
    decisions: tuple[Decision, ...]
    policy_version: str
    policy_hash: str
    as_of: AwareDatetime | None = None


# --- what ticketing adds ----------------------------------------------------------------------------------------------


class ServiceLevel(Section):
    """When the SLA wants a first response and a resolution, counted in the opening hours of the business."""

    first_response_due: AwareDatetime
    resolution_due: AwareDatetime


class Ticket(Section):
    """The ticket as it was opened; `priority` is impact x urgency by the matrix of the business."""

    ticket_id: str
    type: str
    title: str
    priority: Priority
    impact: Level
    urgency: Level
    status: Literal["new", "open", "pending", "resolved", "closed", "reopened"]
    queue: str
    sla: ServiceLevel
    related: tuple[str, ...] = ()


class Escalation(Section):
    """Whether a human has to take over, and why."""

    state: Literal["none", "requested"] = "none"
    reason_code: str | None = None


# --- what summary adds ------------------------------------------------------------------------------------------------


class Summary(Section):
    """The wrap-up. Satisfaction is an estimate from the conversation; a CSAT score would be a survey answer."""

    situation: str
    action: str
    resolution: str
    open_questions: tuple[str, ...] = ()
    next_step: str
    short: str
    reply_to_customer: str
    sentiment: Sentiment
    satisfaction_estimate: Literal["very_low", "low", "neutral", "high", "very_high"]


class Disposition(Section):
    """The wrap-up code: how the contact ended, from the disposition tree of the business."""

    code: str
    path: str


class FollowUp(Section):
    """Something that has to happen after the contact."""

    title: str
    description: str
    due_at: AwareDatetime
    owner: str


class Metrics(Section):
    """Handling figures, in milliseconds by service. `first_contact_resolution` is None while nobody can know it."""

    handle_ms: float
    queue_ms: dict[str, float]
    work_ms: dict[str, float]
    turns: int
    contained: bool
    first_contact_resolution: bool | None


class Provenance(Section):
    """What made this record: engine, business, rules, schema."""

    understanding: str
    model: str | None
    business: str
    business_version: str
    policy_version: str
    policy_hash: str
    schema_version: int = SCHEMA_VERSION


# --- the events -------------------------------------------------------------------------------------------------------


class StageTiming(Section):
    """How long a service's input waited, and how long its handler worked, in milliseconds."""

    service: str
    queue_ms: float
    work_ms: float


class Event(Section):
    """The envelope: one numbered step of one interaction, made from exactly one input event."""

    terminal: ClassVar[bool] = False
    status: ClassVar[Status] = "running"
    stage: ClassVar[str]
    """The desk where the interaction lies once this event has happened."""

    event_id: UUID
    schema_version: int = SCHEMA_VERSION
    interaction_id: str
    rev: int = Field(ge=1)
    causation_id: UUID | None = None
    traceparent: str | None = None
    occurred_at: AwareDatetime
    timings: tuple[StageTiming, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def type(self) -> str:
        """The wire name of the event: the name of its class."""
        return self.__class__.__name__

    def then(self, successor: EventType[E], **sections: Any) -> E:
        """The next event of this interaction: this dossier plus `sections`, with an id derived from this event."""
        dossier = {**self.__dict__, **(self.__pydantic_extra__ or {}), **sections}
        dossier["rev"] = self.rev + 1
        dossier["causation_id"] = self.event_id
        dossier["event_id"] = uuid5(EVENT_IDS, f"{self.event_id}/{successor.__name__}")
        return successor(**dossier)

    def sealed(self, at: datetime, *timing: StageTiming) -> Self:
        """This event as it goes out: stamped with when it happened and what its making took."""
        return self.model_copy(update={"occurred_at": at, "timings": (*self.timings, *timing)})

    def encoded(self) -> bytes:
        """UTF-8 JSON, as it is stored and sent."""
        return self.__pydantic_serializer__.to_json(self)


class InteractionRequested(Event):
    """A customer wrote to us, and we accepted it."""

    status: ClassVar[Status] = "queued"
    stage = "agent"

    contact: Contact
    request: Request


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


class PolicyDecided(ConversationHeld):
    """Account facts and business rules have said what may be done."""

    stage = "ticketing"

    policy: Policy


class TicketOpened(PolicyDecided):
    """The work has a number, a priority, a queue and a clock."""

    stage = "summary"

    ticket: Ticket
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


class Failure(Section):
    """Which service gave up on which event, why, and after how many attempts."""

    service: str
    reason: str
    error: str
    attempts: int
    input_type: str
    advice: str = "Look into the dead letters of the service, mend the cause, then replay."


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
_ALL: tuple[type[Event], ...] = (*CHAIN, InteractionFailed)
EVENTS: dict[str, type[Event]] = {event.__name__: event for event in _ALL}


def sections(event: type[Event]) -> tuple[str, ...]:
    """The field names that an event type adds to the one it extends."""
    inherited = cast(EventType[Event], event.__mro__[1]).model_fields
    return tuple(name for name in event.model_fields if name not in inherited)


def new_interaction_id() -> str:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then random, so that ids sort by time of creation."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10))
    return str(UUID(int=(value & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62)))


def utc_now() -> datetime:
    """The clock of production; tests pass another."""
    return datetime.now(UTC)
