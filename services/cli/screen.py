"""How an interaction looks on a terminal: the five desks at work, then the result."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

DESKS = ("intake", "agent", "policy", "ticketing", "summary")
VERDICTS = {
    "allow": ("Allowed", "bold green"),
    "deny": ("Declined", "bold red"),
    "needs_review": ("A person has to decide", "bold yellow"),
    "needs_info": ("More information is needed", "bold cyan"),
}
_STYLES = {"waiting": "dim", "working": "yellow", "done": "green", "failed": "bold red"}
_SPEAKERS = {"customer": "bold cyan", "agent": "bold green"}


class Progress:
    """The five desks, as the live events tell of them."""

    def __init__(self) -> None:
        self.states = dict.fromkeys(DESKS, "waiting")
        self.notes: dict[str, str] = {}
        self.work: dict[str, float] = {}

    def take(self, frame: dict[str, Any]) -> None:
        """Learn from one live event."""
        here = DESKS.index(frame["stage"])
        arrived = {"completed": "done", "failed": "failed"}.get(frame["status"], "working")
        self.states = {
            desk: "done" if place < here else arrived if place == here else "waiting"
            for place, desk in enumerate(DESKS)
        }
        self.work = {timing["service"]: timing["work_ms"] for timing in frame["timings"]}
        self.notes |= _notes(frame["sections"])

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for desk, state in self.states.items():
            took = f"{self.work[desk]:.0f} ms" if desk in self.work and state == "done" else ""
            note = self.notes.get(desk, "") if state in ("done", "failed") else ""
            table.add_row(Text(desk, "bold"), Text(state, _STYLES[state]), Text(took, "dim"), Text(note))
        return table


def _notes(sections: dict[str, Any]) -> dict[str, str]:
    """What each desk found, in a few words."""
    notes = {}
    if "outcome" in sections:
        reason = sections.get("contact_reason")
        notes["agent"] = reason["title"] if reason else str(sections["outcome"]).replace("_", " ")
    if "policy" in sections:
        notes["policy"] = VERDICTS[sections["policy"]["verdict"]][0]
    if "ticket" in sections:
        notes["ticketing"] = "; ".join(map(_ticket_line, _tickets(sections)))
    if "disposition" in sections:
        notes["summary"] = sections["disposition"]["path"]
    if "failure" in sections:
        notes[sections["failure"]["service"]] = sections["failure"]["error"]
    return notes


def result(view: dict[str, Any]) -> Group:
    """The interaction for a person to read, as far as it has come."""
    record = view["record"]
    parts: list[RenderableType] = [Text.assemble((view["id"], "bold"), f"  {view['status']}, at {view['stage']}")]
    parts += section("Conversation", _conversation(record.get("transcript") or [record["request"]]))
    if "policy" in record:
        parts += section("Decision", _decisions(record["policy"]["decisions"]))
    if "ticket" in record:
        opened = _tickets(record)
        parts += section("Ticket" if len(opened) == 1 else "Tickets", [facts(_ticket(one)) for one in opened])
    if "summary" in record:
        parts += section("Summary", [facts(_summary(record))])
        parts += section("Reply to the customer", [Text(record["summary"]["reply_to_customer"])])
    if view["failure"]:
        parts += section("Failed", [facts(_failure(view["failure"]))])
    return Group(*parts)


def section(title: str, parts: Iterable[RenderableType]) -> list[RenderableType]:
    """A part of a page under its heading."""
    return [Text(), Rule(title, align="left", style="dim"), Padding(Group(*parts), (0, 0, 0, 1))]


def _conversation(turns: list[dict[str, Any]]) -> list[RenderableType]:
    """Who said what; before the agent has worked there is only the request."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for turn in turns:
        speaker = turn.get("speaker", "customer")
        table.add_row(Text(speaker.replace("_", " "), _SPEAKERS.get(speaker, "bold")), Text(turn["text"]))
    return [table]


def _decisions(decisions: list[dict[str, Any]]) -> Iterator[RenderableType]:
    for decision in decisions:
        word, style = VERDICTS[decision["verdict"]]
        reason = str(decision["contact_reason"] or "no contact reason").replace("_", " ")
        about = ", ".join(decision.get("about", {}).values())
        yield Text.assemble((word, style), f"  {reason} {about}".rstrip())
        read = ", ".join(f"{name} = {value}" for name, value in decision["facts"].items())
        yield facts(
            {
                "to the customer": decision["reason_customer"],
                "why": decision["reason_internal"],
                "rule": decision["rule_id"] or "none applied",
                "facts": read,
                "missing": ", ".join(decision["missing"]),
            }
        )


def _tickets(record: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them, the main one first; records of older versions have that one alone."""
    return record.get("tickets") or [record["ticket"]]


def _ticket_line(ticket: dict[str, Any]) -> str:
    return f"{ticket['ticket_id']}, {ticket['priority']}, queue {ticket['queue']}"


def _ticket(ticket: dict[str, Any]) -> dict[str, str]:
    return {
        "number": ticket["ticket_id"],
        "title": ticket["title"],
        "priority": f"{ticket['priority']} (impact {ticket['impact']}, urgency {ticket['urgency']})",
        "queue": ticket["queue"],
        "status": ticket["status"],
        "first response": f"by {moment(ticket['sla']['first_response_due'])}",
        "resolution": f"by {moment(ticket['sla']['resolution_due'])}",
    }


def _summary(record: dict[str, Any]) -> dict[str, str]:
    summary = record["summary"]
    shown = {name: summary[name] for name in ("situation", "action", "resolution")}
    shown |= {"open questions": "\n".join(summary["open_questions"]), "next step": summary["next_step"]}
    return shown | {"wrap-up code": record["disposition"]["path"]}


def _failure(failure: dict[str, Any]) -> dict[str, str]:
    return {
        "at": f"{failure['service']}, after {failure['attempts']} attempts",
        "reason": failure["reason"],
        "error": failure["error"],
        "advice": failure["advice"],
    }


def facts(facts: dict[str, str]) -> Table:
    """Names and values; what is empty is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    for name, value in facts.items():
        if value:
            table.add_row(Text(name), Text(value))
    return table


def moment(at: str) -> str:
    """As a person reads it, by the clock of this machine."""
    return f"{datetime.fromisoformat(at).astimezone():%a %b %d, %H:%M %Z}"
