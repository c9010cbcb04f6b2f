"""`callcenter staff` and `callcenter keys`: who may sign in, and which programs may ask, where AUTH is on."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from callcenter.access.principal import ROLES, SCOPES
from callcenter.access.registry import Registry
from callcenter.business import folders
from callcenter.events import utc_now
from callcenter.settings import BusinessSettings, RuntimeSettings
from callcenter.storage.access import Key, RedisAccess, Staff
from callcenter.storage.audit import Act, RedisAudit
from services.cli.audit import typed
from services.cli.interactions import Json
from services.cli.program import OUT, USAGE, Failed

T = TypeVar("T")

_STAFF = ("name", "role", "businesses", "disabled")
_KEY = ("key_id", "name", "scopes", "businesses", "last_used")
"""What is shown as JSON; of what proves who they are, nothing."""

staff = typer.Typer(no_args_is_help=True, help="People who sign in, kept in Redis.")
keys = typer.Typer(no_args_is_help=True, help="Keys of programs, kept in Redis.")

Businesses = Annotated[list[str] | None, typer.Option("--business", help="For which business; several are allowed.")]
Everywhere = Annotated[bool, typer.Option("--all-businesses", help="For all of them, now and later.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@staff.command("add")
def add_staff(
    name: Annotated[str, typer.Argument(help="What they sign in with; it stands in histories of tickets.")],
    *,
    role: Annotated[str, typer.Option(help=f"What they may do: {', '.join(ROLES)}.")],
    business: Businesses = None,
    all_businesses: Everywhere = False,
    password_stdin: FromInput = False,
) -> None:
    """Let somebody sign in."""
    tied, password = _businesses(business, everywhere=all_businesses), _password(from_input=password_stdin)
    made = _on_redis(
        lambda registry: registry.add_staff(name, role, tied, password), typed("staff.add", name, role=role)
    )
    OUT.print(f"{made.name} can sign in, as {made.role} of {_told(made.businesses)}.", markup=False, soft_wrap=True)


@staff.command("list")
def list_staff(*, as_json: Json = False) -> None:
    """Name everybody who can, or could, sign in."""
    everybody = _on_redis(lambda registry: registry.store.all_staff())
    if as_json:
        _print([{name: getattr(one, name) for name in _STAFF} for one in everybody])
        return
    rows = [(one.name, one.role, _told(one.businesses), _how(one)) for one in everybody]
    _show(("name", "role", "businesses", ""), rows, "Nobody can sign in; `callcenter staff add` lets somebody.")


@staff.command("disable")
def disable_staff(
    name: Annotated[str, typer.Argument()],
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let them sign in again.")] = False,
) -> None:
    """Sign somebody out everywhere, and let them in no more."""
    _on_redis(lambda registry: registry.disable(name, disabled=not undo), typed("staff.disable", name, undo=undo))
    OUT.print(f"{name} {'can sign in again' if undo else 'is signed out, and cannot sign in'}.", markup=False)


@staff.command("remove")
def remove_staff(name: Annotated[str, typer.Argument()]) -> None:
    """Forget somebody, so that the name is free: for another person, or for them by the identity provider."""
    _on_redis(lambda registry: registry.remove(name), typed("staff.remove", name))
    OUT.print(f"{name} is signed out and forgotten; what they did stays in histories.", markup=False)


@staff.command("password")
def change_password(name: Annotated[str, typer.Argument()], *, password_stdin: FromInput = False) -> None:
    """Give somebody another password, and sign them out everywhere."""
    password = _password(from_input=password_stdin)
    _on_redis(lambda registry: registry.set_password(name, password), typed("staff.password", name))
    OUT.print(f"{name} has another password, and has to sign in again.", markup=False)


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Whose it is; it stands in histories of tickets.")],
    *,
    scope: Annotated[list[str], typer.Option(help=f"What it may do: {', '.join(SCOPES)}; several are allowed.")],
    business: Businesses = None,
    all_businesses: Everywhere = False,
) -> None:
    """Make a key; it is printed this once, and nowhere kept."""
    tied = _businesses(business, everywhere=all_businesses)
    _, secret = _on_redis(lambda registry: registry.add_key(name, scope, tied), typed("keys.add", name, scope=scope))
    typer.echo(secret)


@keys.command("list")
def list_keys(*, as_json: Json = False) -> None:
    """Name every key, and when it was used last."""
    found = _on_redis(lambda registry: registry.store.all_keys())
    if as_json:
        _print([{name: getattr(one, name) for name in _KEY} for one in found])
        return
    rows = [(one.key_id, one.name, ", ".join(one.scopes), _told(one.businesses), _when(one)) for one in found]
    head = ("id", "name", "scopes", "businesses", "last used")
    _show(head, rows, "There are no keys; `callcenter keys add` makes one.")


@keys.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `keys list` shows.")]) -> None:
    """Let a key count no more, from now on."""
    revoked = _on_redis(lambda registry: registry.revoke(key_id), typed("keys.revoke", key_id))
    OUT.print(f"The key {revoked.key_id} of {revoked.name} counts no more.", markup=False)


def _on_redis(act: Callable[[Registry], Awaitable[T]], noted: Act | None = None) -> T:
    """What comes of it; what is to be `noted` is in the audit log before it is done."""

    async def acted() -> T:
        settings = RuntimeSettings.read()
        store = RedisAccess(settings.record_store, settings.namespace)
        audit = RedisAudit(settings.record_store, settings.namespace)
        try:
            if noted:
                await audit.append(noted)
            return await act(Registry(store, utc_now))
        finally:
            await store.close()
            await audit.close()

    return asyncio.run(acted())


def _businesses(named: Sequence[str] | None, *, everywhere: bool) -> Sequence[str] | None:
    if bool(named) == everywhere:
        raise Failed("Say --business NAME, once or more, or --all-businesses.", USAGE)
    known = folders(BusinessSettings.read().businesses_dir)
    if unknown := sorted(set(named or ()) - set(known)):
        raise Failed(f"There is no business {', '.join(unknown)}. Choose among: {', '.join(known)}.", USAGE)
    return named or None


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _told(businesses: Sequence[str] | None) -> str:
    return "all businesses" if businesses is None else ", ".join(businesses)


def _how(one: Staff) -> str:
    by, closed = "by the provider" if one.subject else "", "disabled" if one.disabled else ""
    return ", ".join(filter(None, (by, closed)))


def _when(key: Key) -> str:
    return f"{key.last_used:%Y-%m-%d %H:%M} UTC" if key.last_used else "never"


def _print(found: list[dict[str, Any]]) -> None:
    typer.echo(json.dumps(found, indent=2, default=datetime.isoformat))


def _show(head: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> None:
    if not rows:
        OUT.print(nothing)
        return
    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    OUT.print(table)
