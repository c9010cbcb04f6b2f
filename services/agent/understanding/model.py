"""What was learnt from examples: vocabulary, heads and calibration; it ranks the classes for a text."""

from dataclasses import dataclass

import numpy as np

from services.agent.understanding.calibration import Calibration
from services.agent.understanding.engine import OUT_OF_SCOPE, Ranked
from services.agent.understanding.heads import Kernel, Linear
from services.agent.understanding.phrases import normalized, to_the_matter, without_numbers
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Floats, Words

_CLOSENESS = 3.0


@dataclass(frozen=True)
class Opinions:
    """What each classifier makes of a text: scores of all classes, and how close the nearest known texts are."""

    by_words: Floats
    by_meaning: Floats | None = None
    closeness: float = 0.0


@dataclass(frozen=True)
class Heads:
    """The classifiers as one; the last class is OUT_OF_SCOPE where there are examples of it.

    `words_share` is what the score of the words counts beside the score of the meaning, where there is one.
    """

    classes: tuple[str, ...]
    words: Words
    linear: Linear
    kernel: Kernel | None
    words_share: float = 1.0

    def hear(self, text: str, vector: Floats | None) -> Opinions:
        """Each classifier by itself."""
        by_words = self.linear.scores(*self.words.read(text))
        if self.kernel is None or vector is None:
            return Opinions(by_words)
        return Opinions(by_words, *self.kernel.scores(vector))

    def judge(self, heard: Opinions) -> tuple[Floats, float]:
        """Scores of the classes without OUT_OF_SCOPE, and the evidence that the text is in scope."""
        scores, outside = heard.by_words, 0.0
        if heard.by_meaning is not None:
            scores = heard.by_meaning + np.float32(self.words_share) * scores
        if self.classes[-1] == OUT_OF_SCOPE:
            scores, outside = scores[:-1], float(scores[-1])
        return scores, float(scores.max()) - outside + _CLOSENESS * heard.closeness


@dataclass(frozen=True)
class Read:
    """A text made ready to be ranked: what the words are taken from, and what the meaning."""

    words: str
    meaning: str


@dataclass(frozen=True)
class Model:
    """Heads with their calibration, and the reading of mistyped words."""

    heads: Heads
    calibration: Calibration
    typos: Typos

    def reads(self, text: str) -> str:
        """The text as the words are taken from it."""
        return self.typos.mended(normalized(text))

    def means(self, text: str) -> str:
        """The text as the meaning is taken from it."""
        return without_numbers(self.typos.mended(to_the_matter(text)))

    def read(self, text: str) -> Read:
        """All that patterns do with a text: what is left is arithmetic."""
        return Read(self.reads(text), self.means(text))

    def rank(self, text: str, vector: Floats | None = None) -> Ranked:
        """All classes and OUT_OF_SCOPE with their probabilities, the likeliest first."""
        return self.ranked(self.reads(text), vector)

    def ranked(self, words: str, vector: Floats | None = None) -> Ranked:
        """The same, for a text that is ready."""
        scores, evidence = self.heads.judge(self.heads.hear(words, vector))
        likely = self.calibration.shares(scores)
        ranked = [(code, float(share)) for code, share in zip(self.heads.classes, likely, strict=False)]
        return sorted([*ranked, (OUT_OF_SCOPE, 1 - self.calibration.in_scope(evidence))], key=lambda one: -one[1])
