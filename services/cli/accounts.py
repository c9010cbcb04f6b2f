"""`callcenter accounts`: the customers of a business in PostgreSQL, where ACCOUNTS_URL names one."""

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from callcenter.business import Profile, folders, load
from services.cli.program import OUT, USAGE, Failed

app = typer.Typer(no_args_is_help=True, help="Keep customers in PostgreSQL (on ACCOUNTS_URL).")


@app.command()
def migrate() -> None:
    """Make the tables, or bring them to the newest version; twice is as good as once."""
    url, _ = _settings()
    _part("accounts.migrations").migrate(url)
    OUT.print("The tables are there, in the newest version.")


@app.command("load")
def load_accounts(
    business: Annotated[str, typer.Argument(help="The name of its folder, such as retail.")],
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help='The day that "20 days ago" counts from. Default: today.'),
    ] = None,
) -> None:
    """Write the customers of its accounts.yaml, in place of those with the same id; others stay as they are."""
    url, root = _settings()
    known = folders(root)
    if business not in known:
        raise Failed(f"There is no business {business!r}. Choose one of: {', '.join(known)}.", USAGE)
    folder = known[business]
    today = (as_of or datetime.now(ZoneInfo(load(folder, "business.yaml", Profile).time_zone))).date()
    customers = load(folder, "accounts.yaml", _part("accounts").AccountsSheet).customers
    _part("accounts.loading").load_customers(url, business, customers, today)
    OUT.print(f"{len(customers)} customers of {business}, as they stand on {today}.")


def _settings() -> tuple[str, Path]:
    settings = _part("settings").PolicySettings.read()
    if not (settings.accounts_url or "").startswith("postgres"):
        raise Failed("Set ACCOUNTS_URL to the database, like postgresql://user:password@host:5432/name.", USAGE)
    return settings.accounts_url, settings.businesses_dir


def _part(name: str) -> Any:
    """By name and only when called: the service takes seconds to import, which no other command should wait for."""
    return import_module(f"services.policy.{name}")
