"""Sizes among names that are a number and a unit, like `5 GB`: by the number alone, or as the larger or smaller one."""

import re
from collections.abc import Iterable, Iterator

from services.agent.facts.numerals import WHOLE, number

_SIZE = re.compile(r"(?P<number>\d{1,6})\s?(?P<unit>[^\W\d]{1,12})")
_SAID = re.compile(rf"(?<![\w.,$€£-])(?:(?P<digits>\d{{1,6}})|(?P<words>{WHOLE}))(?![\d.,-]*\d|-?\w*\d)", re.I)
_BIGGEST, _SMALLEST = r"(?:biggest|largest|greatest|highest)", r"(?:smallest|least|lowest)"
_BIGGER, _SMALLER = r"(?:bigger|larger|greater|higher)", r"(?:smaller|lesser|lower)"
_COMPARED = re.compile(
    rf"\b(?:(?P<most>{_BIGGEST})|(?P<least>{_SMALLEST})|the (?P<more>{_BIGGER})|the (?P<less>{_SMALLER}))\b", re.I
)
_TWO = 2


def _counted(words: str, text: str) -> int | None:
    """The number in words; in `the one` there is none."""
    return number(words) if words.lower() not in ("one", "a", "an") or words == text.strip(" .!") else None


class Sizes:
    """The names that are sizes of one unit; none are where they are of several, or where two have one number."""

    def __init__(self, names: Iterable[str]) -> None:
        found = [(int(size["number"]), size["unit"].lower(), name) for name in names if (size := _SIZE.fullmatch(name))]
        one_unit = len({unit for _, unit, _ in found}) == 1
        self._names = {count: name for count, _, name in found} if one_unit else {}

    def read(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where one is told, as (start, end, name)."""
        for match in _SAID.finditer(text):
            count = int(match["digits"]) if match["digits"] else _counted(match["words"], text)
            if count in self._names:
                yield *match.span(), self._names[count]
        for match in _COMPARED.finditer(text) if self._names else ():
            if name := self._compared(match):
                yield *match.span(), name

    def _compared(self, match: re.Match[str]) -> str | None:
        """The bigger one is one of two; with more of them it may be any."""
        if (match["more"] or match["less"]) and len(self._names) != _TWO:
            return None
        return self._names[max(self._names) if match["most"] or match["more"] else min(self._names)]
