"""What comes from standard input, which is UTF-8 whatever the terminal says."""

import sys
from collections.abc import Iterator

from services.cli.program import USAGE, Failed


def whole() -> str:
    """All of it."""
    return _text(sys.stdin.buffer.read())


def lines() -> Iterator[str]:
    """Line by line, as they come; without those that say nothing."""
    for line in sys.stdin.buffer:
        if said := _text(line).strip():
            yield said


def _text(said: bytes) -> str:
    try:
        return said.decode()
    except UnicodeDecodeError as error:
        raise Failed(f"Standard input is not UTF-8 ({error.reason} at byte {error.start}).", USAGE) from None
