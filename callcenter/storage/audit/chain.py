"""What an entry holds, and how one hangs on the other. Pure: acts in, entries out."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

START = "0" * 64
"""What stands in place of a digest before the first entry."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done. `id` is the same however often it is told, and other for every other act.

    `who` did `what` (`ticket.changed`) to `about` (`RET-1001`), coming from `source`; `facts` is what else is to be
    known, as JSON data: before and after, a filter, a reason. No words of customers and no personal data stand in it.
    """

    id: str
    at: datetime
    who: str
    what: str
    about: str = ""
    business: str = ""
    source: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An act at its place: `digest` is SHA-256, in hex, over number, act and the digest of the entry before."""

    number: int
    act: Act
    previous: str
    digest: str

    @classmethod
    def sealed(cls, act: Act, after: "Entry | None") -> "Entry":
        """The act behind another entry, or as the first."""
        number, previous = (after.number + 1, after.digest) if after else (1, START)
        return cls(number, act, previous, _digest(number, act, previous))

    @classmethod
    def read(cls, body: bytes) -> "Entry":
        """From the bytes that it was written as; raises ValueError where they are none of ours."""
        try:
            data = orjson.loads(body)
            act = data["act"]
            return cls(**{**data, "act": Act(**{**act, "at": datetime.fromisoformat(act["at"])})})
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"This is no entry of an audit log: {body[:80]!r}.") from error

    def written(self) -> bytes:
        """One line of JSON; the same entry gives the same bytes."""
        return _line(asdict(self))


def faults(entries: Iterable[Entry]) -> Iterator[str]:
    """What is wrong with a log that is read from its first entry on, in sentences; nothing where all is well."""
    number, previous = 1, START
    for entry in entries:
        if (entry.number, entry.previous) != (number, previous):
            yield f"Entry {entry.number} does not hang on the one before: one was taken out, put in or moved."
        if entry.digest != _digest(entry.number, entry.act, entry.previous):
            yield f"Entry {entry.number} was changed after it was written."
        number, previous = entry.number + 1, entry.digest


def _digest(number: int, act: Act, previous: str) -> str:
    return sha256(_line({"number": number, "act": asdict(act), "previous": previous})).hexdigest()


def _line(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
