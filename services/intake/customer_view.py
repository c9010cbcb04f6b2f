"""The customer's part of a record as /docs describes it: what `told.py` lets out of it."""

from typing import Any, Optional

from pydantic import BaseModel, create_model

from callcenter.events import Contact, Request, Summary, Ticket, Turn
from services.intake.told import MEANT
from services.intake.views import InteractionView


def _described(section: type[BaseModel], seen: tuple[str, ...]) -> type[BaseModel]:
    """What is left of a section."""
    fields: dict[str, Any] = {
        name: (section.model_fields[name].annotation, section.model_fields[name]) for name in sorted(seen)
    }
    return create_model(f"Customer{section.__name__}", **fields)


_left: dict[str, Any] = {
    name: (Optional[_described(section, MEANT[name])], None)  # noqa: UP045 - the annotation is a value here
    for name, section in (("contact", Contact), ("request", Request), ("ticket", Ticket), ("summary", Summary))
}
CustomerRecord = create_model("CustomerRecord", transcript=(Optional[tuple[Turn, ...]], None), **_left)  # noqa: UP045
CustomerView = create_model("CustomerView", __base__=InteractionView, record=(CustomerRecord, ...))
"""InteractionView, as whoever may read no records is shown it."""
