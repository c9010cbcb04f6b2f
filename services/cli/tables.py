"""Tables for people, as wide as their terminal allows: where it is narrow, what matters less is left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

Line = Mapping[str, Any]
Shown = Callable[[Any], str]


def plain(value: Any) -> str:
    """As it is; nothing where there is nothing."""
    return "" if value is None else str(value)


def words(value: Any) -> str:
    """A code, as words."""
    return plain(value).replace("_", " ")


def when(value: Any) -> str:
    """A moment, as the clock of this machine has it."""
    return f"{datetime.fromisoformat(value).astimezone():%b %d, %H:%M}" if value else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of each line; shown from so many characters of the terminal on. What is `whole` is never cut."""

    name: str
    head: str
    shown: Shown = plain
    from_width: int = 0
    whole: bool = False


GAP, LEAST = 2, 5
"""Characters between two columns, and of one that is cut."""


class Listed:
    """Lines as a table, each on one line of the terminal."""

    def __init__(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        self.columns, self.lines = columns, lines

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        columns = [one for one in self.columns if options.max_width >= one.from_width]
        rows = [[" ".join(one.shown(line.get(one.name)).split()) for one in columns] for line in self.lines]
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
        for column, width in zip(columns, _widths(columns, rows, options.max_width), strict=True):
            table.add_column(column.head, no_wrap=True, overflow="ellipsis", width=width)
        for row in rows:
            table.add_row(*map(Text, row))
        yield table


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """As wide as what stands in them; where that is too much, the widest that may be cut are cut."""
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    widths = [max(map(cell_len, (one.head, *told))) for one, told in zip(columns, cells, strict=True)]
    over = sum(widths) + GAP * (len(widths) - 1) - room
    for _ in range(max(0, over)):
        widest = max(range(len(widths)), key=lambda place: 0 if columns[place].whole else widths[place])
        if columns[widest].whole or widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    return widths
