"""A text as the words, neighbors, pairs and pieces of words in it, weighted by how rare they are (TF-IDF).

scikit-learn counts the training texts. Calling it for one text costs some milliseconds, more than all the rest of the
lite engine, so the same arithmetic stands here for single texts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 2, 5
_OFTEN = {0: (1, 1, 1), 50: (1, 3, 2), 5_000: (2, 4, 3)}
"""From how many texts on: in how many of them a word, a pair and a piece must be to count. Rarer ones add only size."""

_KEPT, _USUAL = 1_024, 24
"""Words of which the pieces are kept, some 1.5 kB each, and how many letters they have at most."""

_STEM = 4
"""Letters of a word in a pair, so that a pair holds for all its endings."""

_MOST_PAIRED = 40
"""Words of a text that pairs are made of, as the pairs grow with their square."""

_PAIRS_SHARE = np.float32(0.7)
"""Weight of the pairs against the other two; more of it does harm where there are only some hundred texts."""


@dataclass(frozen=True)
class Block:
    """One kind of term: the column of each, and its weight."""

    columns: dict[str, int]
    weights: Floats

    def read(self, terms: Iterable[str]) -> tuple[npt.NDArray[np.intp], Floats]:
        """The columns of the known terms, and their values; the values have length 1 together."""
        counted = Counter(map(self.columns.get, terms))
        counted.pop(None, None)
        places = np.fromiter(counted, np.intp, len(counted))
        times = np.fromiter(counted.values(), np.float32, len(counted))
        values = (1 + np.log(times)) * self.weights[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)


@dataclass(frozen=True)
class Words:
    """The vocabulary of the training texts; columns of the words come first, then those of the pairs and pieces."""

    words: Block
    pairs: Block
    pieces: Block

    def read(self, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        """Columns and values of a normalized text."""
        first, one = self.words.read(_words(text))
        second, two = self.pairs.read(_pairs(text))
        third, three = self.pieces.read(_pieces(text))
        after_words, after_pairs = len(self.words.columns), len(self.words.columns) + len(self.pairs.columns)
        places = np.concatenate([first, second + after_words, third + after_pairs])
        return places, np.concatenate([one, two * _PAIRS_SHARE, three])


def learn(texts: Sequence[str]) -> tuple[Words, Any]:
    """The vocabulary, and the texts as a sparse matrix of scikit-learn."""
    from scipy.sparse import hstack  # noqa: PLC0415  # only training needs it, and a warm start must not wait for it
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # as above

    shared = {"lowercase": False, "sublinear_tf": True, "dtype": np.float32}
    often = max((least, often) for least, often in _OFTEN.items() if len(texts) >= least)[1]
    words = TfidfVectorizer(analyzer=_words, min_df=often[0], **shared)
    pairs = TfidfVectorizer(analyzer=_pairs, min_df=often[1], **shared)
    pieces = TfidfVectorizer(analyzer=_pieces, min_df=often[2], **shared)
    read = words.fit_transform(texts), pairs.fit_transform(texts) * _PAIRS_SHARE, pieces.fit_transform(texts)
    return Words(_block(words), _block(pairs), _block(pieces)), hstack(read).tocsr()


def _block(vectorizer: Any) -> Block:
    columns = {str(term): int(column) for term, column in vectorizer.vocabulary_.items()}
    return Block(columns, np.asarray(vectorizer.idf_, np.float32))


def _words(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def _pairs(text: str) -> Iterator[str]:
    """Any two words, wherever they stand: what a linear classifier could not learn from each alone."""
    stems = sorted({word[:_STEM] for word in _WORD.findall(text)[:_MOST_PAIRED]})
    for first, second in combinations_with_replacement(stems, 2):
        yield f"{first} {second}"


def _pieces(text: str) -> Iterator[str]:
    for word in text.split():
        yield from _kept_pieces(word) if len(word) <= _USUAL else _pieces_of(word)


def _pieces_of(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    lengths = range(_SHORTEST, min(_LONGEST, len(edged)) + 1)
    return tuple(edged[start : start + length] for length in lengths for start in range(len(edged) - length + 1))


_kept_pieces = lru_cache(_KEPT)(_pieces_of)
