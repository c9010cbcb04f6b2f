"""The ticket as it stands, and the events that made it so: each with who and when."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from callcenter.events import FollowUp, Level, MailThread, Priority, Ticket, TicketStatus
from callcenter.events.words import Section

EventType = Literal[
    "ticket.opened",
    "ticket.wrapped_up",
    "ticket.updated",
    "ticket.commented",
    "ticket.merged",
    "ticket.absorbed",
    "ticket.sla_warning",
    "ticket.sla_breached",
]
TargetName = Literal["first_response", "resolution"]
SYSTEM = "system"
"""Who opens tickets, watches the clock and closes what was resolved long ago."""
ASSISTANT = "assistant"
"""Who notes on an earlier ticket what the customer said when they came back to it."""


class Target(Section):
    """One SLA target, running from `started_at` in opening hours; while the customer has the word it is paused.

    It is met at `met_at`. `warned_at` and `breached_at` tell when the clock noticed.
    """

    started_at: AwareDatetime
    due: AwareDatetime
    warn_at: AwareDatetime
    paused_at: AwareDatetime | None = None
    paused_for: timedelta = timedelta()
    met_at: AwareDatetime | None = None
    warned_at: AwareDatetime | None = None
    breached_at: AwareDatetime | None = None


class Targets(Section):
    """What the SLA wants of a ticket."""

    first_response: Target
    resolution: Target


class Comment(Section):
    """A note on a ticket; a public one is an answer that the customer was given. `key` is the client's name for it."""

    at: AwareDatetime
    by: str
    text: str
    public: bool = False
    key: str | None = None


class Task(FollowUp):
    """A follow-up, and whether it is done."""

    done_at: AwareDatetime | None = None
    done_by: str | None = None


class WrapUp(Section):
    """What the summary desk wrote about the contact."""

    short: str
    situation: str
    action: str
    resolution: str
    next_step: str
    reply_to_customer: str
    disposition: str


class FiledTicket(Section):
    """A ticket at its `rev`-th revision. Amounts, verdicts and words of the contact are in its interaction.

    `number` is that of the contact, `place` which of its tickets this is, counted from 1. Where the customer wrote a
    `mail`, public comments go out as answers to it.
    """

    ticket_id: str
    rev: int = Field(ge=1)
    as_opened: Ticket
    number: int
    place: int = 1
    business: str
    interaction_id: str
    channel: str
    customer_id: str | None = None
    reason: str | None = None
    subject: str = ""
    type: str
    title: str
    status: TicketStatus
    priority: Priority
    impact: Level
    urgency: Level
    queue: str
    assignee: str | None = None
    escalation: str | None = None
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    resolved_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    sla: Targets
    related: tuple[str, ...] = ()
    duplicate_of: str | None = None
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    wrap_up: WrapUp | None = None
    follow_ups: tuple[Task, ...] = ()
    comments: tuple[Comment, ...] = ()
    mail: MailThread | None = None


class Brief(Section):
    """The ticket as an event carries it: how it stood right after."""

    ticket_id: str
    business: str
    interaction_id: str
    customer_id: str | None
    reason: str | None
    type: str
    title: str
    status: TicketStatus
    priority: Priority
    queue: str
    assignee: str | None
    first_response_due: AwareDatetime
    resolution_due: AwareDatetime
    related: tuple[str, ...]
    duplicate_of: str | None
    merged_into: str | None


class TicketEvent(Section):
    """Something that happened to a ticket. `changes` are fields with their value before and after."""

    id: str
    type: EventType
    at: AwareDatetime
    by: str
    rev: int
    changes: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)
    comment: Comment | None = None
    target: TargetName | None = None
    note: str = ""
    ticket: Brief
