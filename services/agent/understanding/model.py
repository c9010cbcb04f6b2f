"""What was learnt from examples: vocabulary, heads and calibration; it ranks the classes for a text."""

from dataclasses import dataclass

import numpy as np

from services.agent.understanding.calibration import Calibration
from services.agent.understanding.engine import OUT_OF_SCOPE, Ranked
from services.agent.understanding.heads import Kernel, Linear
from services.agent.understanding.phrases import normalized
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Floats, Words

_WORDS_SHARE = np.float32(0.5)
_CLOSENESS = 3.0


@dataclass(frozen=True)
class Heads:
    """The classifiers as one; the last class is OUT_OF_SCOPE where there are examples of it."""

    classes: tuple[str, ...]
    words: Words
    linear: Linear
    kernel: Kernel | None

    def judge(self, text: str, vector: Floats | None) -> tuple[Floats, float]:
        """Scores of the classes without OUT_OF_SCOPE, and the evidence that the text is in scope."""
        scores, closeness = self.linear.scores(*self.words.read(text)), 0.0
        if self.kernel is not None and vector is not None:
            meant, closeness = self.kernel.scores(vector)
            scores = meant + _WORDS_SHARE * scores
        outside = 0.0
        if self.classes[-1] == OUT_OF_SCOPE:
            scores, outside = scores[:-1], float(scores[-1])
        return scores, float(scores.max()) - outside + _CLOSENESS * closeness


@dataclass(frozen=True)
class Model:
    """Heads with their calibration, and the reading of mistyped words."""

    heads: Heads
    calibration: Calibration
    typos: Typos

    def reads(self, text: str) -> str:
        """The text as the heads take it."""
        return self.typos.mended(normalized(text))

    def rank(self, text: str, vector: Floats | None = None) -> Ranked:
        """All classes and OUT_OF_SCOPE with their probabilities, the likeliest first."""
        scores, evidence = self.heads.judge(self.reads(text), vector)
        likely = self.calibration.shares(scores)
        ranked = [(code, float(share)) for code, share in zip(self.heads.classes, likely, strict=False)]
        return sorted([*ranked, (OUT_OF_SCOPE, 1 - self.calibration.in_scope(evidence))], key=lambda one: -one[1])
