"""What a client may ask of a ticket. Each names who is asking, since each becomes part of its history."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from callcenter.access.principal import Principal
from callcenter.events import Priority, TicketStatus
from callcenter.http.bodies import Text
from callcenter.privacy import CARDS, mask
from services.ticketing.office.ticket import ASSISTANT, SYSTEM

MAX_COMMENT = 8000
"""Characters of a comment."""

_OURS = {SYSTEM: "the clock", ASSISTANT: "the assistant"}


def _somebody(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise ValueError("is not a name; please say who you are, for example dana")
    if name in _OURS:
        raise ValueError(f"{name} is the name of {_OURS[name]}; please say who you are, for example dana")
    return name


Name = Annotated[str, AfterValidator(_somebody), Field(max_length=64)]


class _Asked(BaseModel):
    """Who is asking, and nothing that we do not know."""

    model_config = ConfigDict(extra="forbid")

    by: Name = Field(description="Who you are; kept in the history. Where AUTH is on, the server knows, and says so")

    @model_validator(mode="before")
    @classmethod
    def _as_who_they_are(cls, body: Any, info: ValidationInfo) -> Any:
        """Whoever said who they are is nobody else."""
        known = info.context.name if isinstance(info.context, Principal) else ""
        return {**body, "by": known} if known and isinstance(body, dict) else body

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
