"""Finished records to take away: one JSON document a line, a table for a spreadsheet, or a page to print."""

import codecs
import csv
import html
import io
import re
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Literal

import orjson

from callcenter.storage.protocol import Filters, Store
from services.intake.views import interaction_view

Format = Literal["ndjson", "csv"]
MEDIA: dict[Format, str] = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}

COLUMNS: dict[str, str] = {
    "id": "id",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "status": "status",
    "business": "record.request.business",
    "customer_id": "record.contact.customer_id",
    "follows": "follows",
    "text": "record.request.text",
    "outcome": "record.outcome",
    "reason": "record.contact_reason.code",
    "verdict": "record.policy.verdict",
    "ticket_id": "record.ticket.ticket_id",
    "tickets": "record.tickets",
    "priority": "record.ticket.priority",
    "queue": "record.ticket.queue",
    "first_response_due": "record.ticket.sla.first_response_due",
    "resolution_due": "record.ticket.sla.resolution_due",
    "disposition": "record.disposition.code",
    "short": "record.summary.short",
    "sentiment_start": "record.summary.sentiment.start",
    "sentiment_end": "record.summary.sentiment.end",
    "satisfaction_estimate": "record.summary.satisfaction_estimate",
    "turns": "record.metrics.turns",
    "handle_ms": "record.metrics.handle_ms",
    "contained": "record.metrics.contained",
    "first_contact_resolution": "record.metrics.first_contact_resolution",
}
"""The columns of the table, and where in a view their values lie."""

_PAGE = 50
_SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - a spreadsheet reads the wide ones, too
"""Signs by which a spreadsheet takes a text for a formula."""
_SEPARATORS = "\n\r\t,;|"
"""Where the next cell begins, if a spreadsheet cuts otherwise than we do."""
_FORMULA = re.compile(r"[=@＝＠]|[^\n\r\t,;]*[(!|]")  # noqa: RUF001
"""What may well be computed. Other text behind a minus is a list, or a telephone number behind a plus."""


async def exported(store: Store, filters: Filters, form: Format) -> AsyncIterator[bytes]:
    """All interactions that the filters admit, newest first, in parts as they are read."""
    if form == "csv":
        yield codecs.BOM_UTF8 + _line(COLUMNS)  # by which a spreadsheet knows that it is UTF-8
    cursor: str | None = None
    while True:
        page = await store.page(filters, cursor, _PAGE)
        for card in page.cards:
            if stored := await store.newest(card.id):
                view = interaction_view(stored)
                yield orjson.dumps(view) + b"\n" if form == "ndjson" else _line(_cells(view))
        cursor = page.cursor
        if cursor is None:
            return


def printable(view: Mapping[str, Any]) -> str:
    """One record as a page that needs nothing else, with every text of it escaped."""
    record, title = view["record"], html.escape(str(value_at(view, COLUMNS["ticket_id"]) or view["id"]))
    summary, decisions = record.get("summary") or {}, value_at(view, "record.policy.decisions") or []
    body = "".join(
        [
            _list("Contact", {label: value_at(view, path) for label, path in _SHOWN.items()}),
            _list("Tickets", {one["ticket_id"]: _lies_with(one) for one in record.get("tickets") or []}),
            _list("Wrap-up", {label: summary.get(name) for label, name in _WRITTEN.items()}),
            _list("Decisions", {_matter(decision): decision["reason_internal"] for decision in decisions}),
            _list("Follow-ups", {task["title"]: task["description"] for task in record.get("follow_ups") or []}),
            _conversation(record.get("transcript") or []),
        ]
    )
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{body}'


def _lies_with(ticket: Mapping[str, Any]) -> str:
    """What a ticket is about, and which team has it."""
    return f"{ticket['title']} ({ticket['queue'].replace('_', ' ')}, {ticket['priority']})"


def _matter(decision: Mapping[str, Any]) -> str:
    """What was decided about, with the thing where others of the contact are about another."""
    return " ".join([str(decision["contact_reason"]).replace("_", " "), *decision.get("about", {}).values()])


_SHOWN = {
    "Number": "record.contact.number",
    "Began": "created_at",
    "Ended": "updated_at",
    "State": "status",
    "Business": "record.request.business",
    "Customer": "record.contact.customer_id",
    "Asked for": "record.contact_reason.title",
    "Decision": "record.policy.verdict",
    "Ticket": "record.ticket.ticket_id",
    "Priority": "record.ticket.priority",
    "Team": "record.ticket.queue",
    "Interaction": "id",
    "Continues": "follows",
}
_WRITTEN = {
    "In short": "short",
    "Situation": "situation",
    "What was done": "action",
    "Outcome": "resolution",
    "Next": "next_step",
    "Reply to the customer": "reply_to_customer",
    "Satisfaction, estimated": "satisfaction_estimate",
}
"""What the page to print calls a field of the view, or of the wrap-up."""
_SPEAKERS = {"customer": "Customer", "agent": "Agent", "human_agent": "Agent (a person)", "system": "System"}


def value_at(view: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, None where there is nothing."""
    value: Any = view
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _list(heading: str, entries: Mapping[Any, Any]) -> str:
    rows = [(name, str(value)) for name, value in entries.items() if value is not None]
    told = "".join(f"<dt>{html.escape(name)}<dd>{html.escape(value)}" for name, value in rows)
    return f"<h2>{heading}</h2><dl>{told}</dl>" if told else ""


def _conversation(turns: list[dict[str, Any]]) -> str:
    said = [f"<p><b>{_SPEAKERS[turn['speaker']]}</b> {html.escape(turn['text'])}" for turn in turns]
    return f"<h2>Conversation</h2>{''.join(said)}" if said else ""


def _cells(view: Mapping[str, Any]) -> Iterator[str]:
    for path in COLUMNS.values():
        value = value_at(view, path)
        if isinstance(value, list):
            value = " ".join(one["ticket_id"] for one in value)
        text = "" if value is None else str(value)
        yield harmless(text) if isinstance(value, str) else text


def harmless(text: str) -> str:
    """The text with an apostrophe before all that could be a formula: at its start, or where a cell could begin."""
    told, begins, nothing_yet = [], True, True
    for place, character in enumerate(text):
        if character in _SIGNS and begins and (nothing_yet or _FORMULA.match(text, place)):
            told.append("'")
        if character in _SEPARATORS:
            begins = True
        elif not _unseen(character):
            begins = nothing_yet = False
        told.append(character)
    return ("'" if text[:1] in ("\t", "\r", "\n") else "") + "".join(told)


def _unseen(character: str) -> bool:
    """Space, quotes, and what has no width: a spreadsheet may pass over it."""
    return character.isspace() or character in "\"'" or unicodedata.category(character) in ("Cc", "Cf")


def _line(cells: Any) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
