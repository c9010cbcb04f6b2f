"""What the customer of a conversation sees of it where AUTH is on: what was said, and nothing that we think.

Where nobody is told from anybody, the console shows more, as `told.py` has it.
"""

from collections.abc import Mapping
from typing import Any

from callcenter.access.principal import Principal

SEEN: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"channel", "follows", "initiated_at", "ended_at"}),
    "request": frozenset({"business", "mode", "text"}),
    "ticket": frozenset({"ticket_id"}),
    "summary": frozenset({"reply_to_customer"}),
}
"""Of each section of the record what they see, beside the conversation itself."""


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
