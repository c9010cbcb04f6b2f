"""`callcenter submit`, `callcenter show`, `callcenter watch` and `callcenter preview`."""

import json
import os
import sys
from collections import deque
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.live import Live

from services.cli.client import ENDED, Client, given
from services.cli.program import FAILED, OUT
from services.cli.screen import Progress, result
from services.cli.settings import CliSettings
from services.cli.typed import whole

Url = Annotated[str | None, typer.Option(help="Where the API answers. Default: CALLCENTER_URL, or localhost:8000.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def connect(url: str | None) -> Client:
    """The API at the address given, or at the one that is set."""
    settings = CliSettings.read()
    return Client(settings.callcenter_url if url is None else url, settings.key)


def submit(
    text: Annotated[str, typer.Argument(help="What the customer writes; - reads it from standard input.")],
    *,
    business: Annotated[str | None, typer.Option(help="Name of a business folder. Default: the first one.")] = None,
    customer_id: Annotated[str | None, typer.Option(help="Whose account it is about, such as C-1001.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In a demo: makes the conversation repeatable.")] = None,
    persona: Annotated[str | None, typer.Option(help="In a demo: how the customer behaves, such as forgetful.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it through the five desks.")] = False,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Send a customer's request."""
    text = whole() if text == "-" else text
    asked = {"text": text, "business": business, "customer_id": customer_id, "seed": seed, "persona": persona}
    with connect(url) as client:
        view = client.create(given(asked))
        if watch:
            _watch(client.follow(view["id"]), quiet=as_json)
            view = client.interaction(view["id"])
    if watch or as_json:
        _present(view, as_json=as_json)
        return
    OUT.print(f"Accepted as {view['id']}.\nRead it with: callcenter show {view['id']}", soft_wrap=True)


def show(
    interaction_id: Annotated[str, typer.Argument(metavar="ID", help="The id that submit answered.")],
    *,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Show an interaction: conversation, decision with its reasons, ticket, summary."""
    with connect(url) as client:
        view = client.interaction(interaction_id)
    _present(view, as_json=as_json)


def watch(
    interaction_id: Annotated[str, typer.Argument(metavar="ID", help="The id that submit answered.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print each step as a line of JSON, as it comes.")] = False,
    url: Url = None,
) -> None:
    """Follow an interaction until its end, however long its customer takes."""
    with connect(url) as client:
        client.interaction(interaction_id)  # one that there is not is told before anything is shown
        frames = client.follow(interaction_id, until=ENDED)
        if as_json:
            for frame in frames:
                typer.echo(json.dumps(frame))
        else:
            _watch(frames)
        view = client.interaction(interaction_id)
    _present(view, as_json=as_json, printed=as_json)


def preview(
    question: Annotated[
        str, typer.Argument(help='As JSON, such as {"reason": "refund_request"}; - reads it from standard input.')
    ],
    *,
    url: Annotated[
        str | None,
        typer.Option(help="Where policy answers. Default: CALLCENTER_URL, where a demo does."),
    ] = None,
) -> None:
    """Ask what the rules would decide, and why; nothing is stored."""
    asked = sys.stdin.buffer.read() if question == "-" else os.fsencode(question)
    with connect(url) as client:
        typer.echo(json.dumps(client.preview(asked), indent=2))


def _watch(frames: Iterable[dict[str, Any]], *, quiet: bool = False) -> None:
    """Show the desks at work, to the last frame."""
    if quiet:
        deque(frames, maxlen=0)
        return
    progress = Progress()
    with Live(progress, console=OUT, auto_refresh=False) as live:
        for frame in frames:
            progress.take(frame)
            live.refresh()
    OUT.line()


def _present(view: dict[str, Any], *, as_json: bool, printed: bool = False) -> None:
    """Print it, unless it is `printed` already; a failed interaction ends the command with exit code 1."""
    if not printed:
        typer.echo(json.dumps(view, indent=2)) if as_json else OUT.print(result(view))
    if view["status"] == "failed":
        raise typer.Exit(FAILED)
