"""`callcenter audit`: read who did what, see whether somebody changed the log, and take it away."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from getpass import getuser
from socket import gethostname
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import typer
from rich.table import Table
from rich.text import Text

from callcenter.events import utc_now
from callcenter.settings import RuntimeSettings
from callcenter.storage.audit import Act, Audit, Entry, RedisAudit, faults
from services.cli.interactions import Json
from services.cli.program import OUT, Failed

T = TypeVar("T")

LONGEST = 24
"""Characters of a fact that a table shows; `export` has all."""

app = typer.Typer(no_args_is_help=True, help="Read the audit log (on REDIS_URL), and check that nobody changed it.")


@app.command("list")
def list_entries(
    count: Annotated[int, typer.Option("--count", min=1, help="How many, the newest first.")] = 20,
    *,
    as_json: Json = False,
) -> None:
    """The newest entries."""
    found = _run(lambda audit: audit.newest(count))
    if as_json:
        typer.echo(json.dumps([json.loads(entry.written()) for entry in found], indent=2))
    elif found:
        OUT.print(_table(found))
    else:
        OUT.print("Nothing has been written to the audit log yet.")


@app.command()
def verify(
    *, digest: Annotated[str | None, typer.Option(help="A digest noted earlier, which has to be there still.")] = None
) -> None:
    """Whether each entry hangs on the one before. Note the digest that it prints: by it a shortened log is seen."""
    entries = _run(_all)
    if wrong := [*faults(entries)]:
        raise Failed("\n".join(wrong))
    if digest and digest not in {entry.digest for entry in entries}:
        raise Failed(f"No entry has the digest {digest}: the log was cut off, or written anew.")
    newest = f" The newest has the digest {entries[-1].digest}." if entries else ""
    OUT.print(Text(f"{len(entries)} entries, each as it was written.{newest}"), soft_wrap=True)


@app.command()
def export() -> None:
    """Every entry as a line of JSON, the first one first."""
    for entry in _run(_all):
        typer.echo(entry.written())


async def _all(audit: Audit) -> list[Entry]:
    try:
        return [entry async for entry in audit.entries()]
    except ValueError as error:
        raise Failed(f"{error} Somebody changed the log.") from error


def typed(what: str, about: str = "", **facts: Any) -> Act:
    """Something that somebody does at a terminal of this machine, to be written down before it is done."""
    return Act(f"{uuid4()}", utc_now(), f"{person()}@{gethostname()}", what, about, source="terminal", facts=facts)


def person(name: Callable[[], str] = getuser) -> str:
    """Whose terminal it is; in a container its user often has a number alone."""
    try:
        return name()
    except (KeyError, OSError):  # the one up to Python 3.12, the other from then on
        return f"user {os.getuid()}"


def _run(read: Callable[[Audit], Coroutine[Any, Any, T]]) -> T:
    async def work() -> T:
        settings = RuntimeSettings.read()
        audit = RedisAudit(settings.record_store, settings.namespace)
        try:
            return await read(audit)
        finally:
            await audit.close()

    return asyncio.run(work())


def _told(facts: dict[str, Any]) -> str:
    """What else is to be known; of a digest the beginning."""
    known = {name: value for name, value in facts.items() if value not in (None, [], "")}
    return ", ".join(f"{name} {str(value)[:LONGEST]}" for name, value in known.items())


def _table(entries: list[Entry]) -> Table:
    table = Table("#", "When (UTC)", "Who", "What", "About", "From", "With")
    for entry in entries:
        act = entry.act
        when = f"{act.at:%Y-%m-%d %H:%M:%S}"
        row = (f"{entry.number}", when, act.who, act.what, act.about, act.source, _told(act.facts))
        table.add_row(*map(Text, row))
    return table
