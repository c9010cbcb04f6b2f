"""How an interaction looks to a client: its state, and the record as far as it has come."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal, Optional

import orjson
from pydantic import AwareDatetime, BaseModel, Field, create_model

from callcenter.events import EVENTS, Event, Failure, InteractionCompleted, StageTiming, Status, sections
from callcenter.storage.post import Fate, Posted
from callcenter.storage.protocol import Card, Page, Stored

Stage = Literal["intake", "agent", "policy", "ticketing", "summary"]
_ENVELOPE = {*Event.model_fields, "type", "failure", "on_duty"}

_fields: dict[str, Any] = {
    name: (Optional[field.annotation], None)  # noqa: UP045 - the annotation is a value here
    for name, field in InteractionCompleted.model_fields.items()
    if name not in _ENVELOPE
}
Record = create_model("Record", **_fields)
"""Every section that a record can hold; the ones whose desk has not worked yet are absent."""


class Links(BaseModel):
    """Where to look further."""

    self: str
    events: str
    messages: str


class InteractionView(BaseModel):
    """One interaction. `stage` is the desk where it lies, or lay last; `rev` counts its steps; `follows` is the ended
    interaction that it continues.
    """

    id: str
    follows: str | None
    status: Status
    stage: Stage
    rev: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    links: Links
    record: Record
    timings: list[StageTiming]
    failure: Failure | None
    token: str | None = Field(None, description="Told once where AUTH is on: by it the customer of it goes on")


class CardView(BaseModel):
    """One line of a list."""

    id: str
    status: str
    stage: str
    business: str
    text: str
    reason: str | None
    verdict: str | None
    priority: str | None
    ticket_id: str | None
    follows: str | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class PageView(BaseModel):
    """A page of a list, newest first; give `next` as `cursor` to go on. It is null at the end."""

    items: list[CardView]
    next: str | None


class MailView(BaseModel):
    """A mail to a customer, as it stands. `name` is the last turn that it tells (`turn-3`), or ticket and revision of a
    comment (`RET-1240-r5`); `by` the person who says it, null where it is the assistant.
    """

    name: str
    by: str | None
    state: Fate
    at: AwareDatetime
    attempts: int
    why: str


def interaction_view(stored: Stored) -> dict[str, Any]:
    """InteractionView as JSON data, made from the stored bytes as they are."""
    event = orjson.loads(stored.body)
    kind = EVENTS[stored.type]
    failure = event.get("failure")
    address = f"/v1/interactions/{event['interaction_id']}"
    return {
        "id": event["interaction_id"],
        "follows": event["contact"].get("follows"),
        "status": kind.status,
        "stage": failure["service"] if failure else kind.stage,
        "rev": event["rev"],
        "created_at": event["contact"]["initiated_at"],
        "updated_at": event["occurred_at"],
        "links": {"self": address, "events": f"{address}/events", "messages": f"{address}/messages"},
        "record": {name: value for name, value in event.items() if _is_shown(name, value)},
        "timings": event["timings"],
        "failure": failure,
    }


def business_of(stored: Stored) -> str:
    """Whose customer it is."""
    return str(orjson.loads(stored.body)["request"]["business"])


def _is_shown(name: str, value: Any) -> bool:
    return name not in _ENVELOPE and not (name == "handoff" and value is None)


def frame_data(rev: int, kind: str, at: str, view: dict[str, Any]) -> dict[str, Any]:
    """What one live event carries: the state after it, and the sections it added."""
    event = EVENTS[kind]
    dossier = {**view["record"], "failure": view["failure"]}
    names = ("contact", "handoff", *(("transcript",) if event is InteractionCompleted else ()), *sections(event))
    added = {name: dossier[name] for name in names if dossier.get(name) is not None}
    return {
        "id": view["id"],
        "rev": rev,
        "type": kind,
        "status": event.status,
        "stage": view["stage"] if event.terminal else event.stage,
        "at": utc(at),
        "timings": view["timings"],
        "sections": added,
    }


def page_view(page: Page) -> dict[str, Any]:
    """PageView as JSON data."""
    return {"items": [card_view(card) for card in page.cards], "next": page.cursor}


def mails_view(mails: Sequence[Posted]) -> list[dict[str, Any]]:
    """A list of MailView as JSON data."""
    return [{**asdict(mail), "by": mail.by or None, "at": utc(mail.at.isoformat())} for mail in mails]


def card_view(card: Card) -> dict[str, Any]:
    """CardView as JSON data."""
    return asdict(card) | {"created_at": utc(card.created_at), "updated_at": utc(card.updated_at)}


def utc(moment: str) -> str:
    """A UTC time in the one spelling that all views share, `...Z`."""
    return moment.replace("+00:00", "Z")
