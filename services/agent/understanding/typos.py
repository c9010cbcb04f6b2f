"""Mistyped words, read as the word of the business's own vocabulary that is one slip away."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

_SHORTEST, _LONGEST = 4, 16
_SURE_LENGTH = 5
_USUAL = 2
_WORD = re.compile(rf"\b[a-z]{{{_SHORTEST},{_LONGEST}}}\b")


class Typos:
    """One slip is a letter too many, too few, wrong, or two swapped; the first letter is taken as right.

    Only words that the vocabulary uses more than once are put in place of another: the customer's word may well be
    a right one that the business never thought of.
    """

    def __init__(self, texts: Iterable[str] = (), *, counted: Mapping[str, int] | None = None) -> None:
        self.counted = Counter(counted or (word for text in texts for word in _WORD.findall(text)))
        self._near: dict[str, list[str]] = {}
        for word in (word for word, times in self.counted.items() if times >= _USUAL):
            for form in _forms(word):
                self._near.setdefault(form, []).append(word)

    def mended(self, text: str) -> str:
        """The text with each unknown word that is close to a usual one replaced by it."""
        return _WORD.sub(lambda word: self._closest(word[0]), text)

    def _closest(self, word: str) -> str:
        if word in self.counted:
            return word
        near = {known for form in _forms(word) for known in self._near.get(form, ()) if _one_slip(word, known)}
        return max(near, key=lambda known: (sorted(known) == sorted(word), self.counted[known], known), default=word)


def _one_slip(word: str, known: str) -> bool:
    """Whether words that share a form are close enough; another letter in a short word makes another word."""
    return len(known) > len(word) or len(word) >= _SURE_LENGTH or sorted(known) == sorted(word)


def _forms(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters but the first: words one slip apart share one."""
    yield word
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
