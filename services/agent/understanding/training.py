"""From examples to a model: the heads learn from all of them, the calibration from those held out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.agent.understanding.calibration import Calibration, HeldOut, surprise
from services.agent.understanding.engine import OUT_OF_SCOPE
from services.agent.understanding.examples import Examples
from services.agent.understanding.heads import Kernel, Linear
from services.agent.understanding.model import Heads, Model, Opinions
from services.agent.understanding.phrases import normalized, to_the_matter, without_numbers
from services.agent.understanding.sentences import Encoder, encode_all
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Floats, learn

_FOLDS = 5
_MANY = 5_000
"""Examples from which on one fold is enough to calibrate by."""

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
"""What the words may count beside the meaning: the fewer examples a business has, the less they tell."""

_MOST_ROWS = 16_000
"""Sentence vectors that the kernel takes, as its memory grows with their square (1 GB); beyond that a part of them."""


def train(examples: Examples, encoder: Encoder | None = None) -> Model:
    """The lite model without an encoder, the standard one with it; the same examples give the same model."""
    texts = [normalized(text) for text in examples.texts]
    vectors = (
        None
        if encoder is None
        else encode_all(encoder, [without_numbers(to_the_matter(text)) for text in examples.texts])
    )
    held_out = list(_held_out(examples, texts, vectors))
    share = 1.0 if vectors is None else min(_SHARES, key=lambda one: surprise([text.at(one) for text in held_out]))
    heads = replace(_heads(examples, texts, vectors, range(len(texts))), words_share=share)
    return Model(heads, Calibration.fit([text.at(share) for text in held_out]), Typos(texts))


@dataclass(frozen=True)
class _Asked:
    """A text that was not learnt from: who heard it, what they made of it, and the number of its class or -1."""

    heads: Heads
    heard: Opinions
    wanted: int

    def at(self, words_share: float) -> HeldOut:
        """As it comes out where the words count so much."""
        return HeldOut(*replace(self.heads, words_share=words_share).judge(self.heard), self.wanted)


def _heads(examples: Examples, texts: Sequence[str], vectors: Floats | None, places: Sequence[int]) -> Heads:
    """From the examples at some places."""
    labels = [examples.labels[place] for place in places]
    present = set(labels)
    classes = (*examples.classes, *([OUT_OF_SCOPE] if OUT_OF_SCOPE in present else []))
    classes = tuple(code for code in classes if code in present)
    targets = np.array([classes.index(label) for label in labels])
    words, matrix = learn([texts[place] for place in places])
    kernel = None
    if vectors is not None:
        rows = np.random.default_rng(0).permutation(len(places))[:_MOST_ROWS]
        inside = np.array([label != OUT_OF_SCOPE for label in labels])
        kernel = Kernel.fit(vectors[list(places)][rows], targets[rows], inside[rows])
    return Heads(classes, words, Linear.fit(matrix, targets), kernel)


def _held_out(examples: Examples, texts: Sequence[str], vectors: Floats | None) -> Iterator[_Asked]:
    """Every example, or a fifth of very many, as it comes out when it is not learnt from."""
    for learnt, asked in examples.folds(_FOLDS):
        heads = _heads(examples, texts, vectors, learnt)
        order = {code: number for number, code in enumerate(heads.classes)}
        for place in asked:
            label = examples.labels[place]
            if label == OUT_OF_SCOPE or label in order:
                heard = heads.hear(texts[place], None if vectors is None else vectors[place])
                yield _Asked(heads, heard, -1 if label == OUT_OF_SCOPE else order[label])
        if len(texts) > _MANY:
            return
