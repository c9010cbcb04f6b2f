"""`callcenter simulate`: simulated customers call a running demo, and every contact is judged."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import httpx2
import typer
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from callcenter.business import folders
from callcenter.events import utc_now
from callcenter.settings import BusinessSettings
from services.cli.client import bearer, checked
from services.cli.personas import personas_of
from services.cli.program import ERR, FAILED, OUT, USAGE, Failed
from services.cli.settings import CliSettings
from simulation import crowd, report
from simulation.casting import Part
from simulation.crowd import Plan, Played
from simulation.door import Door
from simulation.making import agendas_of, written
from simulation.personas import NAMES
from simulation.trade import Trade, read

COLUMNS = {
    "calls": "contacts",
    "right": "right",
    "harm": "harmful",
    "alarm": "alarmed",
    "denied": "refused",
    "other": "otherwise",
    "vain": "in_vain",
    "handed": "handed_over",
    "broke": "broken",
    "lines": "lines",
}
"""The heads of the table, and which figure stands below each."""

LONGEST = max(map(len, NAMES))


def simulate(
    against: Annotated[str, typer.Option(help="Where the API of a demo answers, such as http://localhost:8000.")],
    *,
    business: Annotated[list[str] | None, typer.Option(help="Name of a business folder; several are allowed.")] = None,
    contacts: Annotated[int, typer.Option(min=1, help="How many customers call.")] = 500,
    seed: Annotated[int, typer.Option(min=0, max=1_000_000, help="The same seed sends the same customers.")] = 1,
    persona: Annotated[list[str] | None, typer.Option(help="How customers behave; several are allowed.")] = None,
    agendas: Annotated[
        Path | None, typer.Option(help="YAML file of customers to send in place of the scenarios.")
    ] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write every contact into this file.")] = None,
    to_read: Annotated[int, typer.Option("--read", min=0, help="Print so many contacts in full, the worst first.")] = 6,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many call at a time.")] = 4,
) -> None:
    """Let simulated customers call a running demo, and judge what comes of it.

    Ends with exit code 1 where something harmful was done, or a contact broke off.
    """
    if as_json and not as_json.absolute().parent.is_dir():
        raise Failed(f"There is no folder {as_json.parent} to write {as_json.name} into.", USAGE)
    plan = Plan(contacts, personas_of(persona or NAMES), seed, utc_now().date())
    played = asyncio.run(_called(checked(against), _Customers(business, agendas), plan, jobs))
    if as_json:
        contents = {"seed": seed, "figures": report.figures(played), "contacts": [report.data(one) for one in played]}
        as_json.write_text(json.dumps(contents, indent=1), encoding="utf-8")
    _present(played, to_read)
    if any(one.judgement.kind in ("harmful", "broken") for one in played):
        raise typer.Exit(FAILED)


class _Customers(NamedTuple):
    """Whose customers call: those of these businesses, or of this file."""

    businesses: Sequence[str] | None
    file: Path | None


async def _called(url: str, customers: _Customers, plan: Plan, jobs: int) -> list[Played]:
    # Without trust_env the proxy of a network would be asked for localhost.
    async with httpx2.AsyncClient(
        base_url=url, timeout=httpx2.Timeout(60, connect=5), trust_env=False, headers=bearer(CliSettings.read().key)
    ) as http:
        door = Door(http)
        parts = _parts(_trades(customers.businesses, await door.businesses()), customers.file, plan)
        with Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("Customers call", total=len(parts))
            return await crowd.play_all(door, parts, plan.seed, jobs, lambda: progress.advance(task))


def _parts(trades: dict[str, Trade], file: Path | None, plan: Plan) -> list[Part]:
    made = [one for trade in trades.values() for one in agendas_of(trade, plan.today)] if file is None else []
    if parts := crowd.parts(trades, made if file is None else written(file, trades, plan.today), plan):
        return parts
    raise Failed("None of these personas has anything to play in these agendas; leave --persona out.", USAGE)


def _trades(names: Sequence[str] | None, there: Sequence[str]) -> dict[str, Trade]:
    """The businesses that are asked for, else all, each with the accounts and scenarios of its folder."""
    known = folders(BusinessSettings.read().businesses_dir)
    if unknown := sorted(set(names or ()) - set(there)):
        raise Failed(f"Nobody answers there for {', '.join(unknown)}; there are {', '.join(there)}.", USAGE)
    if lacking := sorted(set(names or there) - set(known)):
        raise Failed(f"There is no folder here for {', '.join(lacking)}; there are {', '.join(known)}.", USAGE)
    return {name: read(known[name]) for name in names or there}


def _present(played: Sequence[Played], to_read: int) -> None:
    figures = report.figures(played)
    rows = {**figures["personas"], **figures["businesses"], "all": figures["all"]}
    table = Table(Column(no_wrap=True, min_width=LONGEST), *COLUMNS, box=None, pad_edge=False)
    for name, row in rows.items():
        table.add_row(*(Text(str(cell)) for cell in (name, *(row[figure] for figure in COLUMNS.values()))))
    OUT.print(table)
    for one in report.worst_first(played)[:to_read]:
        OUT.print(Text(report.told(one)), soft_wrap=True)
        OUT.line()
