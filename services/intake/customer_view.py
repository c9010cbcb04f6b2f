"""What the customer of a conversation sees of it where AUTH is on: what was said, and nothing that we think.

Where nobody is told from anybody, the console shows more, as `told.py` has it.
"""

from collections.abc import Mapping
from typing import Any, Optional

from pydantic import BaseModel, create_model

from callcenter.access.principal import Principal
from callcenter.events import Contact, Request, Summary, Ticket, Turn
from services.intake.views import InteractionView

SEEN: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"channel", "follows", "initiated_at", "ended_at"}),
    "request": frozenset({"business", "mode", "text"}),
    "ticket": frozenset({"ticket_id"}),
    "summary": frozenset({"reply_to_customer"}),
}
"""Of each section of the record what they see, beside the conversation itself."""


def _described(section: type[BaseModel], seen: frozenset[str]) -> type[BaseModel]:
    """What is left of a section, for /docs."""
    fields: dict[str, Any] = {
        name: (section.model_fields[name].annotation, section.model_fields[name]) for name in sorted(seen)
    }
    return create_model(f"Customer{section.__name__}", **fields)


_left: dict[str, Any] = {
    name: (Optional[_described(section, SEEN[name])], None)  # noqa: UP045 - the annotation is a value here
    for name, section in (("contact", Contact), ("request", Request), ("ticket", Ticket), ("summary", Summary))
}
CustomerRecord = create_model("CustomerRecord", transcript=(Optional[tuple[Turn, ...]], None), **_left)  # noqa: UP045
CustomerView = create_model("CustomerView", __base__=InteractionView, record=(CustomerRecord, ...))
"""InteractionView, as whoever may read no records is shown it."""


def seen_by(who: Principal, view: dict[str, Any]) -> dict[str, Any]:
    """The view as it is, for who may read records; else what a customer sees."""
    return view if "read" in who.may else customer_view(view)


def customer_view(view: dict[str, Any]) -> dict[str, Any]:
    """The same view with less in it."""
    record = view["record"]
    kept = {name: _part(record[name], fields) for name, fields in SEEN.items() if record.get(name)}
    said = {"transcript": record["transcript"]} if "transcript" in record else {}
    return {**view, "record": kept | said, "timings": [], "failure": None}


def _part(section: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in section.items() if name in fields}
