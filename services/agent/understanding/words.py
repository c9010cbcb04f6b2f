"""A text as the words, pairs of words and pieces of words in it, weighted by how rare they are (TF-IDF).

scikit-learn counts the training texts. Calling it for one text costs some milliseconds, more than all the rest of the
lite engine, so the same arithmetic stands here for single texts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 2, 5
_FEW = 50
"""Texts, below which a piece that was seen once counts, too."""


@dataclass(frozen=True)
class Block:
    """One kind of term: the column of each, and its weight."""

    columns: dict[str, int]
    weights: Floats

    def read(self, terms: Iterable[str]) -> tuple[npt.NDArray[np.intp], Floats]:
        """The columns of the known terms, and their values; the values have length 1 together."""
        counted = Counter(column for column in map(self.columns.get, terms) if column is not None)
        places = np.fromiter(counted, np.intp, len(counted))
        times = np.fromiter(counted.values(), np.float32, len(counted))
        values = (1 + np.log(times)) * self.weights[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)


@dataclass(frozen=True)
class Words:
    """The vocabulary of the training texts; the columns of the pieces follow those of the words."""

    words: Block
    pieces: Block

    def read(self, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        """Columns and values of a normalized text."""
        first, one = self.words.read(_words(text))
        second, two = self.pieces.read(_pieces(text))
        return np.concatenate([first, second + len(self.words.columns)]), np.concatenate([one, two])


def learn(texts: Sequence[str]) -> tuple[Words, Any]:
    """The vocabulary, and the texts as a sparse matrix of scikit-learn."""
    from scipy.sparse import hstack  # noqa: PLC0415  # only training needs it, and a warm start must not wait for it
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # as above

    shared = {"lowercase": False, "sublinear_tf": True, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, 2), tokenizer=_WORD.findall, token_pattern=None, **shared)
    often = 1 if len(texts) < _FEW else 2
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(_SHORTEST, _LONGEST), min_df=often, **shared)
    matrix = hstack([words.fit_transform(texts), pieces.fit_transform(texts)]).tocsr()
    return Words(_block(words), _block(pieces)), matrix


def _block(vectorizer: Any) -> Block:
    columns = {str(term): int(column) for term, column in vectorizer.vocabulary_.items()}
    return Block(columns, np.asarray(vectorizer.idf_, np.float32))


def _words(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def _pieces(text: str) -> Iterator[str]:
    for word in text.split():
        edged = f" {word} "
        for length in range(_SHORTEST, min(_LONGEST, len(edged)) + 1):
            for start in range(len(edged) - length + 1):
                yield edged[start : start + length]
