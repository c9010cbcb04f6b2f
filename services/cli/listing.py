"""`callcenter list` and `callcenter export`: interactions in short, and all of them to take away."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from services.cli.interactions import Json, Url, connect
from services.cli.program import ERR, OUT, USAGE, Failed
from services.cli.tables import Column, Listed, when, words


class State(StrEnum):
    """Where an interaction stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"


class Verdict(StrEnum):
    """What the rules said."""

    ALLOW = "allow"
    DENY = "deny"
    NEEDS_REVIEW = "needs_review"
    NEEDS_INFO = "needs_info"


class Format(StrEnum):
    """How records are written: a line of JSON each, or a table for a spreadsheet."""

    NDJSON = "ndjson"
    CSV = "csv"


Status = Annotated[State | None, typer.Option(help="Only those that stand like this.")]
Business = Annotated[str | None, typer.Option(help="Only those of this business.")]
Reason = Annotated[str | None, typer.Option(help="Only those with this contact reason, such as refund_request.")]
Decided = Annotated[Verdict | None, typer.Option(help="Only those with this decision.")]
Limit = Annotated[int, typer.Option(min=1, help="How many, the newest first.")]

COLUMNS = (
    Column("id", "ID", whole=True),
    Column("created_at", "Began", when, 72, whole=True),
    Column("status", "Status", whole=True),
    Column("business", "Business", from_width=120),
    Column("reason", "Reason", words, 90),
    Column("verdict", "Decision", words, 100),
    Column("ticket_id", "Ticket", from_width=60, whole=True),
    Column("text", "Text", from_width=110),
)


def list_interactions(
    *,
    status: Status = None,
    business: Business = None,
    reason: Reason = None,
    verdict: Decided = None,
    limit: Limit = 20,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """List interactions in short, the newest first."""
    filters = {"status": status, "business": business, "reason": reason, "verdict": verdict}
    with connect(url) as client:
        found = [*islice(client.cards(limit=min(limit, 100), **filters), limit)]
    present(found, COLUMNS, "There are no such interactions.", as_json=as_json)


def export(
    *,
    form: Annotated[Format, typer.Option("--format", help="A line of JSON each, or a table.")] = Format.NDJSON,
    output: Annotated[Path | None, typer.Option(help="The file to write. Default: standard output.")] = None,
    status: Status = None,
    business: Business = None,
    reason: Reason = None,
    verdict: Decided = None,
    url: Url = None,
) -> None:
    """Take whole records away, the newest first, as they are read; where AUTH is on this is for who may export."""
    filters = {"format": form, "status": status, "business": business, "reason": reason, "verdict": verdict}
    with connect(url) as client:
        parts = client.download("/v1/interactions/export", filters)
        first = next(parts, b"")  # a refusal comes before anything is written
        with _written(output) as file:
            _write(file, first, parts)
    if output:
        ERR.print(f"Written: {output}", markup=False, soft_wrap=True)


def present(found: list[dict[str, Any]], columns: Iterable[Column], nothing: str, *, as_json: bool) -> None:
    """Lines as one JSON document, or as a table."""
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif found:
        OUT.print(Listed([*columns], found))
    else:
        OUT.print(nothing)


def _write(file: BinaryIO, first: bytes, parts: Iterator[bytes]) -> None:
    file.write(first)
    for part in parts:
        file.write(part)
        file.flush()


@contextmanager
def _written(output: Path | None) -> Iterator[BinaryIO]:
    """The file has its name once it is whole, so that half of it is never taken for all."""
    if output is None:
        yield sys.stdout.buffer
        return
    half = output.with_name(f"{output.name}.part")
    try:
        with half.open("wb") as file:
            yield file
        half.replace(output)
    except OSError as error:
        raise Failed(f"{output} cannot be written: {error.strerror}.", USAGE) from None
    finally:
        half.unlink(missing_ok=True)
