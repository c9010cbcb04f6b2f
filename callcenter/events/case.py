"""What policy, ticketing and summary add: the sections of the dossier from the decision to the wrap-up."""

from typing import Literal

from pydantic import AwareDatetime

from callcenter.events.conversation import Sentiment
from callcenter.events.standing import Decision
from callcenter.events.words import SCHEMA_VERSION, Level, Priority, Section, TicketStatus, Verdict

# --- what policy adds -------------------------------------------------------------------------------------------------


class Policy(Section):
    """All decisions of one contact; `verdict` is the one of its main reason, `as_of` the moment it was judged for."""

    verdict: Verdict
    decisions: tuple[Decision, ...]
    policy_version: str
    policy_hash: str
    as_of: AwareDatetime | None = None


# --- what ticketing adds ----------------------------------------------------------------------------------------------


class ServiceLevel(Section):
    """When the SLA wants a first response and a resolution, counted in opening hours from `started_at`."""

    first_response_due: AwareDatetime
    resolution_due: AwareDatetime
    started_at: AwareDatetime | None = None


class Ticket(Section):
    """The ticket as it was opened; `priority` is impact x urgency by the matrix of the business.

    `related` are earlier tickets of the same customer about the same reason, newest first, then the other tickets of
    the same contact. For a repeat contact the priority is one step higher. `duplicate_of` is the earlier one of the
    very same thing: still being worked on, or resolved lately and the customer came back to it. `decisions` are the
    places in the policy of those that it is about, `reasons` their codes, `subject` the thing of the first of them;
    `escalation` is why a person has to take it over. Records of older versions have one ticket for all decisions.
    """

    ticket_id: str
    type: str
    title: str
    priority: Priority
    impact: Level
    urgency: Level
    status: TicketStatus
    queue: str
    sla: ServiceLevel
    related: tuple[str, ...] = ()
    raised_for: Literal["repeat_contact"] | None = None
    duplicate_of: str | None = None
    decisions: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    subject: str = ""
    escalation: str | None = None


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
    """Something that has to happen after the contact; `ticket_id` is the ticket that it belongs to."""

    title: str
    description: str
    due_at: AwareDatetime
    owner: str
    ticket_id: str | None = None


class Metrics(Section):
    """Handling figures, in milliseconds by service. `first_contact_resolution` is None while nobody can know it."""

    handle_ms: float
    queue_ms: dict[str, float]
    work_ms: dict[str, float]
    turns: int
    contained: bool
    first_contact_resolution: bool | None


class Provenance(Section):
    """What made this record: engine, business, rules, schema; `wording` is the language model that worded the notes."""

    understanding: str
    model: str | None
    wording: str | None = None
    business: str
    business_version: str
    policy_version: str
    policy_hash: str
    schema_version: int = SCHEMA_VERSION


# --- what the machinery notes ----------------------------------------------------------------------------------------


class StageTiming(Section):
    """How long a service's input waited, and how long its handler worked, in milliseconds."""

    service: str
    queue_ms: float
    work_ms: float


class Failure(Section):
    """Which service gave up on which event, why, and after how many attempts."""

    service: str
    reason: str
    error: str
    attempts: int
    input_type: str
    advice: str = "Look into the dead letters of the service, mend the cause, then replay."
