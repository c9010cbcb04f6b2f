"""Sentence vectors from all-MiniLM-L6-v2, in int8, on onnxruntime."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
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

    async def vectors(self, texts: Iterable[str]) -> dict[str, Floats]:
        """Those of some texts; the event loop goes on while they are encoded, all in one go."""
        return await asyncio.to_thread(self._encoded, list(dict.fromkeys(texts)))

    def _encoded(self, texts: Sequence[str]) -> dict[str, Floats]:
        return {text: self.encode(text) for text in texts}


class MiniLM(Encoder):
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


class Remembering(Encoder):
    """An encoder that keeps what it was last asked: a clause is read for what it does and for what it is about."""

    def __init__(self, encoder: Encoder, texts: int = _KEPT) -> None:
        self.fingerprint = encoder.fingerprint
        self._encoder, self._most = encoder, texts
        self._kept: dict[str, Floats] = {}
        self._lock = Lock()

    def encode(self, text: str) -> Floats:
        """Anew only where it is not kept."""
        kept = self._recalled(text)
        return self._keep(text, self._encoder.encode(text)) if kept is None else kept

    async def vectors(self, texts: Iterable[str]) -> dict[str, Floats]:
        """The same of some texts; the event loop waits for none of them to be encoded."""
        recalled = {text: self._recalled(text) for text in texts}
        known = {text: vector for text, vector in recalled.items() if vector is not None}
        new = [text for text in recalled if text not in known]
        return known | {text: self._keep(text, vector) for text, vector in (await self._new(new)).items()}

    async def _new(self, texts: Sequence[str]) -> dict[str, Floats]:
        """In another thread, which takes a third of a millisecond by itself, only where there is something to do."""
        return await self._encoder.vectors(texts) if texts else {}

    def _recalled(self, text: str) -> Floats | None:
        """As what was asked last, where it is kept."""
        with self._lock:
            vector = self._kept.pop(text, None)
            if vector is not None:
                self._kept[text] = vector
            return vector

    def _keep(self, text: str, vector: Floats) -> Floats:
        with self._lock:
            self._kept[text] = vector
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return vector


def encode_all(encoder: Encoder, texts: Iterable[str]) -> Floats:
    """The vectors of many texts, on two threads: onnxruntime lets go of the interpreter while it works."""
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as threads:
        return np.array(list(threads.map(encoder.encode, texts)), np.float32)
