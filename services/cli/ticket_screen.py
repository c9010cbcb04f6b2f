"""How a ticket and its history look on a terminal."""

import json
from collections.abc import Iterable
from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from services.cli.program import OUT
from services.cli.screen import facts, moment, section
from services.cli.tables import Column, when, words

HISTORY = (
    Column("rev", "Rev", whole=True),
    Column("at", "When", when, whole=True),
    Column("by", "Who"),
    Column("type", "What", lambda value: words(value).removeprefix("ticket."), whole=True),
    Column("details", "Details", from_width=60),
)


def show_ticket(view: dict[str, Any], *, as_json: bool) -> None:
    """Print it."""
    typer.echo(json.dumps(view, indent=2)) if as_json else OUT.print(ticket_page(view))


def history_line(event: dict[str, Any]) -> dict[str, Any]:
    """What happened, on one line: the comment, or what was so before and after."""
    changed = [f"{words(name)}: {was or '-'} > {now or '-'}" for name, (was, now) in event["changes"].items()]
    said = [event["comment"]["text"]] if event["comment"] else []
    return {**event, "details": "; ".join([*changed, *said, *filter(None, (event["note"], words(event["target"])))])}


def ticket_page(view: dict[str, Any]) -> Group:
    """A ticket for a person to read."""
    head = Text.assemble((view["ticket_id"], "bold"), f"  {view['status']}, {view['priority']}, {view['title']}")
    parts: list[RenderableType] = [head, Text(), facts(_standing(view))]
    if view["wrap_up"]:
        parts += section("Wrap-up", [facts({words(name): text for name, text in view["wrap_up"].items()})])
    parts += _part("Follow-ups", (_follow_up(*one) for one in enumerate(view["follow_ups"], 1)))
    parts += _part("Comments", map(_comment, view["comments"]))
    return Group(*parts)


def _standing(view: dict[str, Any]) -> dict[str, str]:
    choices = view["choices"]
    return {
        "queue": words(view["queue"]),
        "assignee": view["assignee"] or "nobody",
        "customer": view["customer_id"] or "",
        "business": view["business"],
        "opened": moment(view["opened_at"]),
        "first response": _target(view["sla"]["first_response"]),
        "resolution": _target(view["sla"]["resolution"]),
        "targets": view["sla_state"],
        "related": ", ".join(view["related"]),
        "repeats": view["duplicate_of"] or "",
        "merged into": view["merged_into"] or "",
        "interaction": view["interaction_id"],
        "can become": ", ".join(choices["status"]),
        "other queues": ", ".join(name for name in choices["queue"] if name != view["queue"]),
    }


def _target(target: dict[str, Any]) -> str:
    if target["met_at"]:
        return f"met {moment(target['met_at'])}"
    missed = ", missed" if target["breached_at"] else ""
    return f"by {moment(target['due'])}{missed}{', paused' if target['paused_at'] else ''}"


def _follow_up(number: int, task: dict[str, Any]) -> Text:
    state = f"done by {task['done_by']}" if task["done_at"] else f"by {moment(task['due_at'])}"
    return Text.assemble((f"{number}. {task['title']}", "bold"), f"  {words(task['owner'])}, {state}")


def _comment(comment: dict[str, Any]) -> Text:
    told = ", told to the customer" if comment["public"] else ""
    return Text.assemble((comment["by"], "bold"), f"  {moment(comment['at'])}{told}\n{comment['text']}")


def _part(title: str, lines: Iterable[Text]) -> list[RenderableType]:
    shown = [*lines]
    return section(title, shown) if shown else []
