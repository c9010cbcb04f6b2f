"""What says of a thing that it is to stay as it is: it is left out of what is to be done."""

import re
from collections.abc import Collection, Iterator, Sequence

from services.agent.hearing.cues import Expression, any_of, joined

NEVER = ("(?!)",)
"""What fits nothing, where a language has no such words."""


class Staying:
    """The clauses that say so, in one language.

    `stays` say it outright; `needed`, where something would end; `unwanted` denies either. Clauses end at
    `clauses` and at signs; `ending` are the words of a request for an end.
    """

    def __init__(
        self,
        stays: Sequence[Expression],
        needed: Sequence[Expression],
        unwanted: Sequence[Expression],
        clauses: Sequence[Expression],
        ending: Collection[str],
    ) -> None:
        self._ending = set(ending)
        self._clause = re.compile(rf"[.,;!?\n]+|(?<!\w)(?:{joined(clauses or NEVER)})(?!\w)", re.IGNORECASE)
        self._stays, self._needed, self._unwanted = (any_of(said or NEVER) for said in (stays, needed, unwanted))

    def ends(self, words: Collection[str]) -> bool:
        """Whether one of them asks for something to end, so that what is needed is not meant by it."""
        return not self._ending.isdisjoint(words)

    def spans(self, text: str, *, ends: bool) -> list[tuple[int, int]]:
        """The clauses that say of something that it is to stay; where something `ends`, also that it is needed."""
        text = text.replace("\u2019", "'")
        return [span for span in self._clauses(text) if self._stays_in(text[slice(*span)], ends=ends)]

    def _stays_in(self, clause: str, *, ends: bool) -> bool:
        said = self._stays.search(clause) or (ends and self._needed.search(clause))
        return bool(said) and not self._unwanted.search(clause)

    def _clauses(self, text: str) -> Iterator[tuple[int, int]]:
        cuts = [found.span() for found in self._clause.finditer(text)]
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
        for start, end in zip(starts, ends, strict=True):
            yield end - len(text[start:end].lstrip()), end
