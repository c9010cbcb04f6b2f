"""Finding personal data: the table of recognisers over a text, and the values that are known."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from callcenter.privacy.digits import Place
from callcenter.privacy.recognisers import KINDS, RECOGNISERS, Kind
from callcenter.privacy.seen import seen

SHORTEST_KNOWN = 3
"""Characters of a known value: a shorter one stands in too many words by chance."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` of a text are personal data of this kind."""

    start: int
    end: int
    kind: Kind


def find(text: str, *, kinds: Collection[Kind] = KINDS, known: Sequence[str] = ()) -> tuple[Span, ...]:
    """Identifiers in the order in which they stand; `known` values wherever they stand as words of their own.

    Other kinds are not even looked for, so that none can take what belongs to one of `kinds`.
    """
    shown = seen(text)
    taken: list[tuple[Place, Kind | None]] = []
    for kind, place in _candidates(shown.text, kinds, [seen(value).text for value in known]):
        if all(place[1] <= start or place[0] >= end for (start, end), _ in taken):
            taken.append((place, kind))
    return tuple(sorted(Span(*shown.written(place), kind) for place, kind in taken if kind))


def _candidates(text: str, kinds: Collection[Kind], known: Iterable[str]) -> Iterator[tuple[Kind | None, Place]]:
    """What is hidden already comes first, then what is known, then the other rows of the table."""
    hidden, *others = RECOGNISERS
    yield from ((hidden.kind, place) for place in hidden.finder(text))
    yield from (("known value", place) for place in _known(text, known))
    for row in others:
        if row.kind is None or row.kind in kinds:
            yield from ((row.kind, place) for place in row.finder(text))


def _known(text: str, values: Iterable[str]) -> Iterator[Place]:
    """The longest first, so that a name within a longer one does not tear it apart."""
    for words in sorted(map(str.split, values), key=lambda words: -len(" ".join(words))):
        if len(" ".join(words)) >= SHORTEST_KNOWN:
            value = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
            yield from (match.span() for match in value.finditer(text))
