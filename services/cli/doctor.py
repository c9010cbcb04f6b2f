"""`callcenter doctor`: what is wrong or insecure, and how to mend it."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from callcenter import telemetry
from callcenter.access.provider.settings import ProviderSettings
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services.cli import checks, provider, safety, servers
from services.cli.checks import Check, skipped
from services.cli.client import Client
from services.cli.interactions import Json, Url, connect
from services.cli.program import FAILED, INSECURE, OUT, Failed

_STYLES = {"ok": "green", "failed": "bold red", "insecure": "bold magenta", "skipped": "dim"}


def doctor(
    *,
    through: Annotated[bool, typer.Option("--try", help="Also send a sample request through all five desks.")] = False,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Look at everything that has to be well, and for what is insecure; each finding says how to mend it."""
    telemetry.configure("CRITICAL" if as_json else "ERROR", "text")
    found = list(_checks(url, through=through))
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in found], indent=2))
    else:
        OUT.print(_table(found))
    states = {check.state for check in found}
    if "insecure" in states:
        raise typer.Exit(INSECURE)
    if "failed" in states:
        raise typer.Exit(FAILED)


def _checks(url: str | None, *, through: bool) -> Iterator[Check]:
    yield checks.python()
    settings = checks.settings()
    yield settings
    if settings.state == "failed":
        yield from safety.files()
        yield skipped("everything else", "the settings come first")
        return
    folders = checks.businesses()
    yield from folders
    if any(check.state == "failed" for check in folders):
        yield skipped("accounts", "the business folders come first")
    else:
        yield asyncio.run(servers.accounts())
    with connect(url) as client:
        yield from servers.intake(client)
        yield servers.demo(client)
        yield servers.auth(client)
        yield from asyncio.run(provider.checks(ProviderSettings.read(), client.url))
        if embedded := _embedded(client):
            yield skipped("broker, store", "not needed: all five services run in one process")
        else:
            yield from asyncio.run(_servers())
        yield from safety.look(embedded=embedded)
        if through:
            yield servers.walk(client)


async def _servers() -> list[Check]:
    return await servers.servers(Runtime.distributed(RuntimeSettings.read()))


def _embedded(client: Client) -> bool:
    try:
        return bool(client.about()["mode"] == "embedded")
    except (Failed, KeyError):
        return False


def _table(found: list[Check]) -> Table:
    table = Table.grid(padding=(0, 2))
    for check in found:
        table.add_row(Text(check.state, _STYLES[check.state]), Text(check.name, "bold"), Text(check.detail))
        if check.fix:
            table.add_row("", "", Text(f"-> {check.fix}", "yellow"))
    return table
