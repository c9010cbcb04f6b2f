"""What a client may ask of a ticket. Each names who is asking, since each becomes part of its history."""

from typing import Any

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    field_validator,
)

from callcenter.access.acting import Acting, Name
from callcenter.events import Priority, TicketStatus
from callcenter.http.bodies import Text
from callcenter.privacy import CARDS, mask

MAX_COMMENT = 8000
"""Characters of a comment."""


class _Asked(Acting):
    """Who is asking for what."""

    def wish(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "by"}


class TicketPatch(_Asked):
    """Other values for a ticket; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "status": "pending", "assignee": "dana"}]})

    status: TicketStatus = "open"
    priority: Priority = "P3"
    queue: str = Field("", max_length=64)
    assignee: Name | None = Field(None, description="null: nobody")


class NewComment(_Asked):
    """A note; a public one is an answer that the customer was given, and counts as first response."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "text": "Called back.", "public": True}]})

    text: Text = Field(max_length=MAX_COMMENT)
    public: bool = False

    @field_validator("text")
    @classmethod
    def _without_cards(cls, text: str) -> str:
        return mask(text, only=CARDS)


class Merge(_Asked):
    """Into which other ticket."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "into": "RET-1001"}]})

    into: str = Field(max_length=64)


class FollowUpPatch(_Asked):
    """Other values for a follow-up; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "done": True}]})

    done: bool = True
    owner: Name = ""
    due_at: AwareDatetime | None = None

    @field_validator("due_at")
    @classmethod
    def _some_day(cls, due_at: AwareDatetime | None) -> AwareDatetime:
        if due_at is None:
            raise ValueError("is empty; leave it out to keep the date")
        return due_at


class Redelivery(_Asked):
    """From which revision on every hook is told again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "from_rev": 1}]})

    from_rev: int = Field(1, ge=1)
