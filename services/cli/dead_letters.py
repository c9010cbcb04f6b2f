"""`callcenter dead-letters`: look at what was given up, and give it back once the cause is mended."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from callcenter import telemetry
from callcenter.messaging.replay import Replayed, replay
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import DeadLetter
from callcenter.settings import RuntimeSettings
from services.cli.audit import typed
from services.cli.program import FAILED, OUT, USAGE, Failed
from services.cli.screen import DESKS

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help="Look at what was given up (on AMQP_URL), and replay it.")

Service = Annotated[str | None, typer.Option(help=f"One of: {', '.join(DESKS)}. Default: all of them.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("list")
def list_letters(*, service: Service = None, as_json: Json = False) -> None:
    """Every dead letter: where it lies and why."""
    letters = _run(_letters(_desks(service), _without_event))
    if as_json:
        typer.echo(json.dumps([facts(letter) for letter in letters], indent=2))
    elif letters:
        OUT.print(_table(letters))
    else:
        OUT.print("There are no dead letters.")


@app.command()
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="As listed.")]) -> None:
    """One dead letter, with the event that could not be handled, as JSON."""
    found = _run(_letters(DESKS, lambda letter: letter if letter.id == letter_id else None))
    if not found:
        raise _unknown([letter_id])
    for letter in found:
        typer.echo(json.dumps({**facts(letter), "event": _readable(letter.message.body)}, indent=2))


@app.command("replay")
def replay_letters(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As listed.")] = None,
    *,
    service: Service = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, or all of --service.")] = False,
) -> None:
    """Give dead letters back to their service. Mend the cause first; twice is as good as once."""
    if bool(ids) == everything:
        raise Failed("Please name the dead letters to replay, or give --all.", USAGE)
    results = _run(_replay(_desks(service), set(ids) if ids else None))
    for result in results:
        OUT.print(Text(f"{result.letter.service} {result.letter.id}: {result.outcome}"), soft_wrap=True)
    if ids and (unknown := sorted(set(ids) - {result.letter.id for result in results})):
        raise _unknown(unknown)
    if not results:
        OUT.print("There are no dead letters.")
    if not all(result.done for result in results):
        raise typer.Exit(FAILED)


def facts(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter as JSON data, without its event."""
    return {
        "id": letter.id,
        "service": letter.service,
        "reason": letter.reason,
        "error": letter.error,
        "error_type": letter.error_type,
        "attempts": letter.attempts,
        "failed_at": letter.failed_at.isoformat() if letter.failed_at else None,
        "interaction_id": letter.message.interaction_id,
        "event_type": letter.message.type,
    }


async def _letters(services: tuple[str, ...], kept: Callable[[DeadLetter], DeadLetter | None]) -> list[DeadLetter]:
    """What is kept of each letter, however many there are."""
    transport = Runtime.distributed(RuntimeSettings.read()).transport
    letters: list[DeadLetter] = []
    for service in services:
        async with transport.dead_letters(service) as opened:
            letters += [found async for letter in opened.letters() if (found := kept(letter))]
    return letters


def _without_event(letter: DeadLetter) -> DeadLetter:
    return replace(letter, message=replace(letter.message, body=b""))


async def _replay(services: tuple[str, ...], ids: set[str] | None) -> list[Replayed]:
    results: list[Replayed] = []
    runtime = Runtime.distributed(RuntimeSettings.read())
    await runtime.transport.depths(services)  # a broker that is away is told here, before anything waits for it
    async with runtime:
        await runtime.audit.append(typed("dead_letters.replay", services=list(services), ids=sorted(ids or ["all"])))
        for service in services:
            results += await replay(runtime.transport, runtime.store, service, ids)
    return results


def _run(work: Coroutine[Any, Any, T]) -> T:
    """The servers' own connection messages are no news to whoever waits for the answer."""
    telemetry.configure("ERROR", "text")
    return asyncio.run(work)


def _desks(service: str | None) -> tuple[str, ...]:
    if service is None:
        return DESKS
    if service not in DESKS:
        raise Failed(f"There is no service {service!r}. Choose one of: {', '.join(DESKS)}.", USAGE)
    return (service,)


def _unknown(ids: list[str]) -> Failed:
    return Failed(f"There is no dead letter {', '.join(ids)}. `callcenter dead-letters list` shows what there is.")


def _readable(body: bytes) -> Any:
    """The event, or its text where it is not even JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _table(letters: list[DeadLetter]) -> Table:
    table = Table("ID", "Service", "Event", "Reason", "Tries", "Failed at", "Error")
    for letter in letters:
        at = f"{letter.failed_at.astimezone():%Y-%m-%d %H:%M:%S}" if letter.failed_at else ""
        row = (letter.id, letter.service, letter.message.type, letter.reason, str(letter.attempts), at, letter.error)
        table.add_row(*(Text(cell) for cell in row))
    return table
