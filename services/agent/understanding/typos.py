"""Mistyped words, read as the word one slip away: one of the business's own, else a usual English one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"(?<![\w'\u2019@])[a-z]{4,16}(?![\w'\u2019@])")
"""Whole words: not the halves of `didn't`, nor of addresses."""

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Character for character, which `lower` is not in every script."""

_RARE = 1_000
"""Uses in the English word list, which counts film subtitles, below which a customer rather means a usual word."""

_USUAL = 2
"""Times from which on the business's own word is usual."""

_LISTED = 51
"""Uses from which on the list holds a word for having been met, and not only for being in a dictionary."""

_SURE_LENGTH = 5
"""Letters from which on any slip of an English word is taken for one; shorter words may be names, like `wifi`."""

_SWAPPED, _LEFT_OUT = 100, 10
"""How much likelier such a slip is taken to be than a wrong letter or one too many."""

_REMEMBERED = 4_096


class Lexicon:
    """Words with how often each is used; finds the one that was meant where a letter slipped.

    One slip is a letter too many, too few, wrong, or two neighbors swapped; the first letter is taken as right.
    """

    def __init__(self, counted: Counter[str]) -> None:
        self.counted = counted
        self._alike: dict[str, list[str]] = {}
        for word in counted:
            self._alike.setdefault(word[0], []).append(word)

    def nearest(self, typed: str, *, used: int = 1, likely: int = 1) -> str | None:
        """The likeliest of the words used so often at least, by a slip at least so likely; None where there is none."""
        alike = self._alike.get(typed[0], ())
        near = [word for word, _, _ in process.extract(typed, alike, scorer=OSA.distance, score_cutoff=1, limit=None)]
        slips = {word: _slip(typed, word) for word in near if self.counted[word] >= used}
        meant = [word for word, slip in slips.items() if slip >= likely]
        return max(meant, key=lambda word: (slips[word] * self.counted[word], word), default=None)


def _slip(typed: str, word: str) -> int:
    return _SWAPPED if sorted(word) == sorted(typed) else _LEFT_OUT if len(word) > len(typed) else 1


class Typos:
    """Reads texts as they were meant. Words that the business uses or English knows are left as they are."""

    def __init__(self, texts: Iterable[str] = (), *, counted: Mapping[str, int] | None = None) -> None:
        self.counted = Counter(counted or (word for text in texts for word in _WORD.findall(text)))
        self._own = Lexicon(self.counted)

    def mended(self, text: str) -> str:
        """The text in small letters, with each mistyped word replaced by the one that was meant."""
        return _WORD.sub(lambda word: self._meant(word[0]), text.translate(_SMALL))

    def slips(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a word is mistyped, and the one that was meant."""
        for word in _WORD.finditer(text.translate(_SMALL)):
            if (meant := self._meant(word[0])) != word[0]:
                yield *word.span(), meant

    def _meant(self, typed: str) -> str:
        if typed in self.counted:
            return typed
        uses = _english().counted[typed]
        if uses >= _RARE:
            return typed
        if uses:
            return self._own.nearest(typed, used=_USUAL) or typed
        return self._own.nearest(typed) or _nearest_english(typed) or typed


@lru_cache(_REMEMBERED)
def _nearest_english(typed: str) -> str | None:
    """Looked up once for all who read a text: a third of a millisecond."""
    return _english().nearest(typed, likely=1 if len(typed) >= _SURE_LENGTH else _LEFT_OUT)


@cache
def _english() -> Lexicon:
    """About 53,000 words, once for the whole process; `dont` is one of them, as many type it so."""
    from spellchecker import SpellChecker  # noqa: PLC0415  # a fifth of a second, and only where a word is unknown

    listed = SpellChecker("en").word_frequency.dictionary
    counted: Counter[str] = Counter()
    for word, uses in listed.items():
        if uses >= _LISTED and _WORD.fullmatch(typed := word.replace("'", "")):
            counted[typed] += uses
    return Lexicon(counted)
