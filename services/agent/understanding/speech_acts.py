"""What a sentence does, whatever it is about: affirms, refuses, asks, corrects, tells of danger; learnt.

Kernel ridge regression over sentence vectors and words together, for all acts at once. Each act has a threshold of its
own, chosen on sentences that were left out. Whether a yes may be acted upon is not decided here but by its words.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, get_args

import numpy as np

from callcenter.events import Danger
from services.agent.understanding.narrow import Rows
from services.agent.understanding.phrases import without_numbers
from services.agent.understanding.sentences import Encoder
from services.agent.understanding.speech_space import Space, near
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Block, Floats, Words

DANGERS: tuple[Danger, ...] = get_args(Danger)
ACTS = (
    *("affirm", "deny", "undecided", "hold", "withdraw", "resolved", "correction", "instead", "condition"),
    *("cannot_tell", "ask_back", "ask_why", "ask_where", "ask_who"),
    *("request", "question", "general", "negated", "statement", "person", "thanks", "bye", "greet", "insult"),
    *DANGERS,
)
"""The closed list; `general` is a question about how such things are, `negated` refuses a thing or denies a state."""

_BLOCKS = ("words", "pairs", "pieces")
_LARGE, _SMALL = ("by_words", "learnt", "duals"), ("bias", "slopes", "offsets")
_SPACE = ("center", "axes")


@dataclass(frozen=True)
class Acts:
    """How likely each act is in one sentence, and from where on it counts as said."""

    likely: Mapping[str, float]
    thresholds: Mapping[str, float]

    def says(self, *acts: str) -> bool:
        """Whether the sentence surely does one of these."""
        return any(self.likely[act] >= self.thresholds[act] for act in acts)

    def may(self, *acts: str, share: float = 0.5) -> bool:
        """Whether it may well do one of these: it comes that near to its threshold."""
        return any(self.likely[act] >= share * self.thresholds[act] for act in acts)


@dataclass(frozen=True)
class SpeechActs:
    """The trained heads: words under a linear one, sentence vectors under a kernel one, and what scores are worth.

    `known` are the places of the sentences that were learnt from in `space`, one row each, and the kernel is `near`;
    `duals` are rows x acts, as is `learnt`, what the meaning of each adds to the scores; `rows` tells which row is that
    of a meaning. All are empty where there is no encoder.
    """

    words: Words
    by_words: Floats
    space: Space
    known: Rows | None
    duals: Floats
    learnt: Floats
    bias: Floats
    slopes: Floats
    offsets: Floats
    thresholds: Mapping[str, float]
    rows: Mapping[str, int]

    def read(self, texts: Sequence[str], by_meaning: Floats | float = 0.0) -> list[Acts]:
        """The acts of some sentences in their written form, by their words and by what their meanings add to these."""
        by_words = np.array([self._by_words(text) for text in texts]).reshape(-1, len(ACTS))
        scores = by_words + self.bias + by_meaning
        likely = 1 / (1 + np.exp(-np.clip(self.slopes * scores + self.offsets, -40, 40)))
        return [Acts(dict(zip(ACTS, map(float, row), strict=True)), self.thresholds) for row in likely]

    def by_meaning(self, meanings: Sequence[str], vectors: Mapping[str, Floats]) -> Floats:
        """What each adds to the scores; a learnt sentence needs no vector."""
        found: dict[str, Floats] = {}
        if self.known is not None and vectors:
            places = self.space.places(np.array(list(vectors.values())))
            found = dict(zip(vectors, near(self.known.times(places)) @ self.duals, strict=True))
        return np.array([found[text] if text in found else self.learnt[self.rows[text]] for text in meanings])

    def _by_words(self, text: str) -> Floats:
        columns, values = self.words.read(plain(text))
        scores: Floats = values @ self.by_words[columns]
        return scores

    def to_bytes(self) -> bytes:
        """As it is kept on disk."""
        blocks = {name: getattr(self.words, name) for name in _BLOCKS}
        terms = {name: sorted(block.columns, key=block.columns.__getitem__) for name, block in blocks.items()}
        told = {"thresholds": dict(self.thresholds), "rows": dict(self.rows), **terms}
        arrays = {name: block.weights for name, block in blocks.items()}
        arrays |= {name: getattr(self, name).astype(np.float16) for name in _LARGE}
        arrays |= {name: getattr(self, name) for name in _SMALL} | {name: getattr(self.space, name) for name in _SPACE}
        arrays["known"] = np.frombuffer(self.known.form if self.known else b"", np.uint8)
        out = io.BytesIO()
        np.savez(out, told=np.frombuffer(json.dumps(told).encode(), np.uint8), **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """What `to_bytes` made; raises ValueError or KeyError where it is something else."""
        with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
            told = json.loads(arrays["told"].tobytes())
            columns = {name: {term: place for place, term in enumerate(told[name])} for name in _BLOCKS}
            words = Words(*(Block(columns[name], arrays[name]) for name in _BLOCKS))
            space = Space(*(arrays[name] for name in _SPACE))
            heads: Any = {name: arrays[name].astype(np.float32) for name in (*_LARGE, *_SMALL)}
            known = Rows(arrays["known"].tobytes()) if arrays["known"].size else None
        return cls(words, known=known, space=space, thresholds=told["thresholds"], rows=told["rows"], **heads)


class Listening:
    """Speech acts of the sentences of a turn; each text is encoded where there is an encoder."""

    def __init__(self, heads: SpeechActs, encoder: Encoder | None) -> None:
        self._heads, self._encoder, self._typos = heads, encoder, Typos()

    async def read(self, texts: Sequence[str]) -> list[Acts]:
        """The acts of each; the event loop goes on while those are encoded that were not learnt word for word."""
        if self._encoder is None or not texts:
            return self._heads.read(texts)
        meanings = [meant(text, self._typos) for text in texts]
        vectors = await self._encoder.vectors(text for text in meanings if text not in self._heads.rows)
        return self._heads.read(texts, self._heads.by_meaning(meanings, vectors))


def plain(text: str) -> str:
    """For the words: small letters, typographic quotes undone, signs apart from words, figures all alike."""
    lowered = text[:1_000].lower().replace("\u2019", "'").replace("\u2018", "'")
    spaced = "".join(f" {sign} " if sign in "?!,.;:" else "0" if sign.isdigit() else sign for sign in lowered)
    return " ".join(spaced.split())


def meant(text: str, typos: Typos) -> str:
    """For the meaning: mistyped words as they were meant, without long numbers."""
    return without_numbers(typos.mended(text))
