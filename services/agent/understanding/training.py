"""From examples to a model: the heads learn from all of them, the calibration from those held out."""

from collections.abc import Iterator, Sequence

import numpy as np

from services.agent.understanding.calibration import Calibration, HeldOut
from services.agent.understanding.engine import OUT_OF_SCOPE
from services.agent.understanding.examples import Examples
from services.agent.understanding.heads import Kernel, Linear
from services.agent.understanding.model import Heads, Model
from services.agent.understanding.phrases import normalized
from services.agent.understanding.sentences import Encoder, encode_all
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Floats, learn

_FOLDS = 5
_MANY = 5_000
"""Examples from which on one fold is enough to calibrate by."""

_MOST_ROWS = 16_000
"""Sentence vectors that the kernel takes, as its memory grows with their square (1 GB); beyond that a part of them."""


def train(examples: Examples, encoder: Encoder | None = None) -> Model:
    """The lite model without an encoder, the standard one with it; the same examples give the same model."""
    texts = [normalized(text) for text in examples.texts]
    vectors = None if encoder is None else encode_all(encoder, examples.texts)
    held_out = list(_held_out(examples, texts, vectors))
    everything = range(len(texts))
    return Model(_heads(examples, texts, vectors, everything), Calibration.fit(held_out), Typos(texts))


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


def _held_out(examples: Examples, texts: Sequence[str], vectors: Floats | None) -> Iterator[HeldOut]:
    """Every example, or a fifth of very many, as it comes out when it is not learnt from."""
    for learnt, asked in examples.folds(_FOLDS):
        heads = _heads(examples, texts, vectors, learnt)
        order = {code: number for number, code in enumerate(heads.classes)}
        for place in asked:
            scores, evidence = heads.judge(texts[place], None if vectors is None else vectors[place])
            label = examples.labels[place]
            if label == OUT_OF_SCOPE or label in order:
                yield HeldOut(scores, evidence, -1 if label == OUT_OF_SCOPE else order[label])
        if len(texts) > _MANY:
            return
