"""The envelope of every event, and the first of them: what a customer asked of us."""

from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field, computed_field

from callcenter.events.case import StageTiming
from callcenter.events.conversation import Contact, Request
from callcenter.events.handoff import Handoff, OnDuty
from callcenter.events.words import SCHEMA_VERSION, Section, Status

EVENT_IDS = UUID("6f1f7d0c-6a0e-5d57-9f0a-3c1f0c0de001")
"""Namespace of derived event ids (RFC 9562, version 5)."""

E = TypeVar("E", bound="Event")
EventType = type[E]  # named here, since inside Event the word `type` is the field


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
    """A customer wrote to us, and we accepted it. From then on `on_duty` says which teams a person could come from, and
    `handoff` how the newest one stands, in which a person was wanted.
    """

    status: ClassVar[Status] = "queued"
    stage = "agent"

    contact: Contact
    request: Request
    on_duty: tuple[OnDuty, ...] = ()
    handoff: Handoff | None = None
