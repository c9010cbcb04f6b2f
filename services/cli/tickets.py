"""`callcenter tickets`: what people do with tickets in the console, at a terminal."""

from getpass import getuser
from itertools import islice
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

from callcenter.events import Priority, TicketStatus
from services.cli.client import given
from services.cli.interactions import Json, Url, connect
from services.cli.listing import Limit, present
from services.cli.program import USAGE, Failed
from services.cli.tables import Column, when, words
from services.cli.ticket_screen import HISTORY, history_line, show_ticket
from services.cli.typed import whole

app = typer.Typer(no_args_is_help=True, help="List, read and work on tickets, over the API.")

Id = Annotated[str, typer.Argument(metavar="TICKET", help="Its number, such as RET-1001.")]
By = Annotated[
    str | None, typer.Option(help="Who you are; it stands in the history. Default: your name on this machine.")
]
Sla = Literal["running", "warning", "breached", "paused", "met"]

COLUMNS = (
    Column("ticket_id", "Ticket", whole=True),
    Column("priority", "Prio", whole=True),
    Column("status", "Status", whole=True),
    Column("sla", "SLA", whole=True),
    Column("next_due", "Due", when, 60, whole=True),
    Column("queue", "Queue", words, 80),
    Column("assignee", "Assignee", from_width=90),
    Column("customer_id", "Customer", from_width=120),
    Column("title", "Title", from_width=70),
)


@app.command("list")
def list_tickets(
    *,
    business: Annotated[str | None, typer.Option(help="Only those of this business.")] = None,
    status: Annotated[TicketStatus | None, typer.Option(help="Only those that stand like this.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Only those of this priority.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only those of this team, such as returns.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Only those that they have.")] = None,
    customer_id: Annotated[str | None, typer.Option(help="Only those of this customer, such as C-1001.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only those with this contact reason.")] = None,
    sla: Annotated[Sla | None, typer.Option(help="Only those whose worse target stands like this.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """List tickets, the newest first."""
    filters = {"business": business, "status": status, "priority": priority, "queue": queue, "assignee": assignee}
    filters |= {"customer_id": customer_id, "reason": reason, "sla": sla}
    with connect(url) as client:
        asked = {"limit": min(limit, 100), **filters}
        found = [*islice(client.pages("/v1/tickets", asked), limit)]
    present(found, COLUMNS, "There are no such tickets.", as_json=as_json)


@app.command()
def show(ticket_id: Id, *, as_json: Json = False, url: Url = None) -> None:
    """Show a ticket as it stands, and what it can be given now."""
    with connect(url) as client:
        view = client.ask("GET", _address(ticket_id))
    show_ticket(view, as_json=as_json)


@app.command("history")
def show_history(ticket_id: Id, *, as_json: Json = False, url: Url = None) -> None:
    """Show all that happened to a ticket, the first first."""
    with connect(url) as client:
        found = client.listed(f"{_address(ticket_id)}/events")
    present(found if as_json else [*map(history_line, found)], HISTORY, "Nothing happened to it.", as_json=as_json)


@app.command()
def comment(
    ticket_id: Id,
    text: Annotated[str, typer.Argument(help="The note; - reads it from standard input.")],
    *,
    public: Annotated[bool, typer.Option("--public", help="The customer was given this answer.")] = False,
    by: By = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Add a note; a public one counts as first response."""
    said = whole() if text == "-" else text
    _do("POST", f"{_address(ticket_id)}/comments", {"text": said, "public": public}, by, as_json=as_json, url=url)


@app.command()
def change(
    ticket_id: Id,
    *,
    status: Annotated[TicketStatus | None, typer.Option(help="`show` tells what is possible from here.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="P1 is the most pressing.")] = None,
    queue: Annotated[str | None, typer.Option(help="Another team, such as returns.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Who works on it.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Nobody works on it any more.")] = False,
    by: By = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Give a ticket another status, priority, queue or assignee."""
    wish = given({"status": status, "priority": priority, "queue": queue, "assignee": assignee})
    wish |= {"assignee": None} if nobody else {}
    if not wish or (nobody and assignee):
        raise Failed("Say what to change: --status, --priority, --queue, and one of --assignee and --nobody.", USAGE)
    _do("PATCH", _address(ticket_id), wish, by, as_json=as_json, url=url)


@app.command()
def take(ticket_id: Id, *, by: By = None, as_json: Json = False, url: Url = None) -> None:
    """Work on a ticket yourself; a new one is open then."""
    with connect(url) as client:
        name = client.whoami() or by or getuser()
    _do("PATCH", _address(ticket_id), {"assignee": name}, by, as_json=as_json, url=url)


@app.command()
def resolve(
    ticket_id: Id,
    *,
    note: Annotated[str | None, typer.Option(help="A note to write first.")] = None,
    public: Annotated[bool, typer.Option("--public", help="The customer was given the note as an answer.")] = False,
    by: By = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Mark a ticket as resolved."""
    if note:
        body = {"text": note, "public": public, "by": by or getuser()}
        with connect(url) as client:
            client.ask("POST", f"{_address(ticket_id)}/comments", body)
    _do("PATCH", _address(ticket_id), {"status": "resolved"}, by, as_json=as_json, url=url)


@app.command()
def close(ticket_id: Id, *, by: By = None, as_json: Json = False, url: Url = None) -> None:
    """Close a ticket."""
    _do("PATCH", _address(ticket_id), {"status": "closed"}, by, as_json=as_json, url=url)


@app.command()
def reopen(ticket_id: Id, *, by: By = None, as_json: Json = False, url: Url = None) -> None:
    """Open a ticket again that was resolved or closed."""
    _do("PATCH", _address(ticket_id), {"status": "reopened"}, by, as_json=as_json, url=url)


@app.command()
def merge(
    ticket_id: Id,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The ticket in which its matter goes on.")],
    *,
    by: By = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Merge a duplicate into another ticket of the same customer, which is shown then."""
    _do("POST", f"{_address(ticket_id)}/merge", {"into": into}, by, as_json=as_json, url=url)


@app.command()
def follow_up(
    ticket_id: Id,
    number: Annotated[int, typer.Argument(min=1, help="Which one, counted from 1 as `show` has them.")],
    *,
    done: Annotated[bool | None, typer.Option("--done/--not-done", help="Whether it is done.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who does it.")] = None,
    due: Annotated[str | None, typer.Option(help="Until when, such as 2026-12-24T17:00:00Z.")] = None,
    by: By = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Mark a follow-up as done, or give it another owner or date."""
    wish = given({"done": done, "owner": owner, "due_at": due})
    if not wish:
        raise Failed("Say what to change: --done or --not-done, --owner, --due.", USAGE)
    _do("PATCH", f"{_address(ticket_id)}/follow-ups/{number}", wish, by, as_json=as_json, url=url)


def _do(method: str, address: str, wish: dict[str, Any], by: str | None, *, as_json: bool, url: str | None) -> None:
    """Do it, and show the ticket as it stands then. Where AUTH is on, the server knows better who we are."""
    with connect(url) as client:
        view = client.ask(method, address, {**wish, "by": by or getuser()})
    show_ticket(view, as_json=as_json)


def _address(ticket_id: str) -> str:
    return f"/v1/tickets/{quote(ticket_id, safe='')}"
