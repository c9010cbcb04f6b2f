"""Groups of digits as people write long numbers: `4111 1111 1111 1111`, `(512) 555-0142`, `01.84.17.61.18`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Place = tuple[int, int]
"""Where in the text: first character, and the one after the last."""

_GAP = r"(?:[ \u00a0]?[-.\u2010-\u2013][ \u00a0]?|\s{1,2})"
_RUN = re.compile(rf"[+(]{{0,2}}\d+\)?(?:{_GAP}?\(\d+\)|{_GAP}\d+\)?)*")
_GROUP = re.compile(r"[+(]{0,2}(\d+)\)?")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without a gap, with the sign or brackets around them."""

    start: int
    end: int
    digits: str


Window = Sequence[Group]


def windows(text: str, digits: range, fits: Callable[[str, Window], bool]) -> Iterator[Place]:
    """Neighbouring groups with so many digits that fit; the longest first, no group twice."""
    for run in _RUN.finditer(text):
        groups = [Group(*group.span(), group[1]) for group in _GROUP.finditer(text, *run.span())]
        first = 0
        while first < len(groups):
            last = next((last for last in _ends(groups, first, digits) if fits(text, groups[first:last])), None)
            if last:
                yield groups[first].start, groups[last - 1].end
            first = last or first + 1


def _ends(groups: Window, first: int, digits: range) -> list[int]:
    """Where a window from `first` can end, the farthest first."""
    ends, count = [], 0
    for place in range(first, len(groups)):
        count += len(groups[place].digits)
        if count >= digits.stop:
            break
        if count >= digits.start:
            ends.append(place + 1)
    return ends[::-1]


def joined(window: Window) -> str:
    """All digits."""
    return "".join(group.digits for group in window)


def gaps(text: str, window: Window) -> str:
    """Everything between the groups."""
    return "".join(text[one.end : two.start] for one, two in pairwise(window))
