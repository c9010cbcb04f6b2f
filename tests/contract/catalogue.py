"""The catalogue of events, made from the code: the golden JSON Schemas and docs/events.md.

`python -m tests.contract.catalogue` writes both anew. It refuses a change that would break a reader of older events.
"""

import inspect
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from callcenter.events import EVENTS, Event, Section, sections
from callcenter.messaging.worker import Worker, flow
from services.agent.worker import AgentWorker
from services.intake.worker import IntakeWorker
from services.policy.worker import PolicyWorker
from services.summary.worker import SummaryWorker
from services.ticketing.worker import TicketingWorker

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "events.md"
GOLDEN = Path(__file__).parent / "schemas"

WORKERS: tuple[type[Worker], ...] = (AgentWorker, PolicyWorker, TicketingWorker, SummaryWorker, IntakeWorker)
NOT_BY_A_HANDLER = {
    "InteractionRequested": "intake, when its API accepts a request",
    "InteractionFailed": "the service that gave up; intake, for an interaction that stalled",
    "CustomerSpoke": "intake, when its API takes a message of a live conversation",
    "CustomerLeft": "intake, when the customer of a live conversation has been silent for too long",
    "HandoffAccepted": "intake, when a person takes a contact",
    "TurnAdded": "intake, when a person or their customer says something",
    "HandoffReturned": "intake, when a person hands a contact back",
    "HandoffClosed": "intake, when a person ends a contact",
    "HandoffLapsed": "intake, when nobody came in time, or nobody spoke any more",
}
"""Events that no handler returns, and who publishes them."""

PLAIN = {"string": "text", "integer": "whole number", "boolean": "true or false", "date-time": "time", "uuid": "UUID"}

Schema = dict[str, Any]


def schema_of(event: type[Event]) -> Schema:
    """The JSON Schema of an event as it lies on the wire."""
    return event.model_json_schema(mode="serialization")


def encoded(schema: Schema) -> str:
    """A golden schema as its file holds it."""
    return json.dumps(schema, indent=2) + "\n"


def golden(event: type[Event]) -> Path:
    """The file with the golden schema of an event."""
    return GOLDEN / f"{event.__name__}.json"


def publishers(event: type[Event]) -> list[str]:
    """Who publishes an event."""
    by_handler = dict.fromkeys(name for name, _, published in flow(WORKERS) if event in published)
    named = NOT_BY_A_HANDLER.get(event.__name__)
    return [*by_handler, *([named] if named else [])]


def consumers(event: type[Event]) -> list[str]:
    """Which services take an event."""
    return [name for name, consumed, _ in flow(WORKERS) if consumed is event]


# --- the rule that events only grow -----------------------------------------------------------------------------------


def breaches(before: Schema, now: Schema) -> Iterator[str]:
    """What of `before` is not kept by `now`: in words, one for each break."""
    objects = _objects(now)
    for name, was in _objects(before).items():
        if name in objects:
            yield from (f"{name}.{breach}" for breach in _in_object(was, objects[name]))
        else:
            yield f"{name} has vanished"


def _objects(schema: Schema) -> dict[str, Schema]:
    """The event and every object within it, by name."""
    named = {schema["title"]: schema, **schema.get("$defs", {})}
    return {name: part for name, part in named.items() if part.get("type") == "object"}


def _in_object(was: Schema, now: Schema) -> Iterator[str]:
    for field, kind in was.get("properties", {}).items():
        if field not in now.get("properties", {}):
            yield f"{field} has vanished"
        elif lost := _kinds(kind) - _kinds(now["properties"][field]):
            yield f"{field} is no longer {' or '.join(sorted(lost))}"
    for field in sorted(set(now.get("required", ())) - set(was.get("required", ()))):
        yield f"{field} has become required"


def _kinds(field: Schema) -> set[str]:
    """Everything that a field may be: types, sections, and the words of a closed list."""
    if "anyOf" in field:
        return {kind for one in field["anyOf"] for kind in _kinds(one)}
    if "enum" in field or "const" in field:
        return {json.dumps(word) for word in field.get("enum", [field.get("const")])}
    if field.get("type") == "array":
        return {f"list of {kind}" for kind in _kinds(field.get("items", {}))}
    return {str(field.get("$ref", field.get("type", "anything"))).rpartition("/")[2]}


# --- the page ---------------------------------------------------------------------------------------------------------


def page() -> str:
    """docs/events.md."""
    told: set[str] = set()
    chapters = [chapter for event in EVENTS.values() for chapter in _chapter(event, told)]
    return "\n".join([*_opening(), *chapters]).rstrip() + "\n"


def _opening() -> Iterable[str]:
    yield from (
        "# Events",
        "",
        "This page is made from the code by `python -m tests.contract.catalogue`, and a test fails when it is stale.",
        "",
        "An event is the dossier of one interaction so far. Each type has all fields of the one before it, and adds",
        "the sections of one desk. Events are JSON in UTF-8, at most 1 MiB. On RabbitMQ they go to the topic exchange",
        "`cc.events` with their type as routing key, and wait in the queue `cc.<service>` of each service that takes",
        "them. Fields are only ever added, so a reader has to ignore the ones that it does not know.",
        "",
        "The JSON Schemas of all events are in [tests/contract/schemas](../tests/contract/schemas/).",
        "",
        "```mermaid",
        "flowchart LR",
        '  client([client]) -->|"POST /v1/interactions"| intake',
        *_arrows(),
        "```",
        "",
        "Any service may publish `InteractionFailed` instead of its own event; intake takes that one.",
        "",
        "| Event | Published by | Taken by | Adds |",
        "|---|---|---|---|",
        *(_line(event) for event in EVENTS.values()),
        "",
        "## The envelope",
        "",
        "Every event has these fields. `type` is the name of the event; `event_id` is derived from the input event, so",
        "the same step has the same id however often it is taken. `rev` numbers the steps of one interaction from 1.",
        "",
        *_table(Event),
        "",
        "### StageTiming",
        "",
        *_described(Event, "StageTiming"),
    )


def _arrows() -> Iterable[str]:
    for event in EVENTS.values():
        sources = list(dict.fromkeys(name for name, _, published in flow(WORKERS) if event in published))
        if event.__name__ in NOT_BY_A_HANDLER and not event.terminal:
            sources = ["intake"]
        yield from (f"  {one} -->|{event.__name__}| {other}" for one in sources for other in consumers(event))


def _line(event: type[Event]) -> str:
    name, adds = event.__name__, ", ".join(f"`{name}`" for name in sections(event))
    return f"| [{name}](#{name.lower()}) | {'; '.join(publishers(event))} | {', '.join(consumers(event))} | {adds} |"


def _chapter(event: type[Event], told: set[str]) -> Iterable[str]:
    yield from ("", f"## {event.__name__}", "", *_prose(event), "")
    yield from _table(event, sections(event))
    schema = schema_of(event)
    for name in _named_by(schema, sections(event)):
        if name not in told:
            told.add(name)
            yield from ("", f"### {name}", "", *_described(event, name))


def _named_by(schema: Schema, fields: Iterable[str]) -> list[str]:
    """The objects that these fields are made of, each after the one that names it."""
    found: list[str] = []
    open_ = [schema["properties"][field] for field in fields]
    while open_:
        for name in _references(open_.pop(0)):
            part = schema["$defs"][name]
            if name not in found and part.get("type") == "object":
                found.append(name)
                open_.extend(part.get("properties", {}).values())
    return found


def _references(field: Any) -> Iterator[str]:
    if isinstance(field, dict):
        if "$ref" in field:
            yield field["$ref"].rpartition("/")[2]
        for value in field.values():
            yield from _references(value)
    elif isinstance(field, list):
        for value in field:
            yield from _references(value)


def _described(event: type[Event], name: str) -> Iterable[str]:
    part = schema_of(event)["$defs"][name]
    yield from (part.get("description", ""), "")
    yield from _rows(part, part["properties"])


def _prose(model: type[Section]) -> Iterable[str]:
    return (inspect.getdoc(model) or "").splitlines()


def _table(event: type[Event], fields: Iterable[str] | None = None) -> Iterable[str]:
    schema = schema_of(event)
    return _rows(schema, list(fields) if fields is not None else list(schema["properties"]))


def _rows(part: Schema, fields: Iterable[str]) -> Iterable[str]:
    yield from ("| Field | Type | Default |", "|---|---|---|")
    for name in fields:
        field = part["properties"][name]
        default = "required" if name in part.get("required", ()) else f"`{json.dumps(field.get('default'))}`"
        yield f"| `{name}` | {_shown(field)} | {default} |"


def _shown(field: Schema) -> str:
    """A type in words: `list of Turn`, `text or null`."""
    if "anyOf" in field:
        return " or ".join(_shown(one) for one in field["anyOf"])
    if "enum" in field or "const" in field:
        return ", ".join(f"`{word}`" for word in field.get("enum", [field.get("const")]))
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return "any JSON" if name == "JsonValue" else f"[{name}](#{name.lower()})"
    if field.get("type") == "array":
        return f"list of {_shown(field['items'])}"
    if field.get("type") == "object":
        return f"object of {_shown(field['additionalProperties'])}"
    return _plain(field)


def _plain(field: Schema) -> str:
    kind = str(field.get("format", field.get("type", "anything")))
    low, high = field.get("minimum"), field.get("maximum")
    lowest = f" from {low:g}" if low is not None else ""
    highest = f" to {high:g}" if high is not None else ""
    return PLAIN.get(kind, kind) + lowest + highest


# --- writing ----------------------------------------------------------------------------------------------------------


def main() -> None:
    """Write schemas and page; a breach of the rule ends the process with a sentence, and nothing is written."""
    broken = [
        breach
        for event in EVENTS.values()
        if golden(event).exists()
        for breach in breaches(json.loads(golden(event).read_text()), schema_of(event))
    ]
    if broken:
        listed = "\n  ".join(sorted(set(broken)))
        sys.exit(f"Older events could not be read any more. Give the new meaning a new name:\n  {listed}")
    GOLDEN.mkdir(exist_ok=True)
    for event in EVENTS.values():
        golden(event).write_text(encoded(schema_of(event)))
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
