"""Sentence vectors from all-MiniLM-L6-v2, in int8, on onnxruntime."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from services.agent.understanding.narrow import session
from services.agent.understanding.words import Floats

_MOST_TOKENS = 128
_KEPT = 256
"""Texts of which the vectors are kept: a few kilobytes each, and some conversations have as many clauses."""


class Encoder(Protocol):
    """Turns texts into vectors; `fingerprint` names the weights."""

    fingerprint: str

    def encode(self, text: str) -> Floats:
        """[mean, highest] over the tokens of a text."""


class MiniLM:
    """One text at a time: a batch saves a fifth at best, and makes a vector depend a little on its neighbors."""

    def __init__(self, model: bytes, tokenizer: Path, fingerprint: str) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415  # the lite engine does not need it

        self.fingerprint, self._session = fingerprint, session(model)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def encode(self, text: str) -> Floats:
        """[mean, highest] over the tokens; the parts after the 128th are not read."""
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        tokens = self._session.run(None, {"input_ids": ids})[0][0]
        vector: Floats = np.concatenate([tokens.mean(axis=0), tokens.max(axis=0)]).astype(np.float32)
        return vector


class Remembering:
    """An encoder that keeps what it was last asked: a clause is read for what it does and for what it is about."""

    def __init__(self, encoder: Encoder, texts: int = _KEPT) -> None:
        self.fingerprint = encoder.fingerprint
        self.encode: Callable[[str], Floats] = lru_cache(texts)(encoder.encode)


def encode_all(encoder: Encoder, texts: Iterable[str]) -> Floats:
    """The vectors of many texts, on two threads: onnxruntime lets go of the interpreter while it works."""
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as threads:
        return np.array(list(threads.map(encoder.encode, texts)), np.float32)
