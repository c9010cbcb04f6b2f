"""The engines that run in the process itself: `lite` reads words, `standard` reads sentences as well."""

from collections.abc import Mapping, Sequence
from typing import Self

from services.agent.understanding.engine import Ranked
from services.agent.understanding.examples import Examples
from services.agent.understanding.model import Model, Read
from services.agent.understanding.sentences import Encoder
from services.agent.understanding.training import train
from services.agent.understanding.words import Floats


class LiteEngine:
    """Words, pairs of words and pieces of words under a linear classifier: no weights to fetch, below a millisecond."""

    name = "lite"

    def __init__(self, trained: Model, model: str | None = None) -> None:
        self.model, self.trained = model, trained

    @classmethod
    def of(cls, examples: Examples) -> Self:
        """Trained in this moment."""
        return cls(train(examples))

    async def rank(self, texts: Sequence[str]) -> list[Ranked]:
        """All codes with their probability, the likeliest first."""
        return self.rank_now(texts)

    def rank_now(self, texts: Sequence[str]) -> list[Ranked]:
        """The same, for callers that do not run in an event loop."""
        return [self.trained.rank(text) for text in texts]


class StandardEngine:
    """The words of lite, and sentence vectors of MiniLM under a kernel classifier."""

    name = "standard"

    def __init__(self, trained: Model, encoder: Encoder, model: str | None = None) -> None:
        self.model, self.trained, self._encoder = model, trained, encoder

    @classmethod
    def of(cls, examples: Examples, encoder: Encoder) -> Self:
        """Trained in this moment."""
        return cls(train(examples, encoder), encoder)

    async def rank(self, texts: Sequence[str]) -> list[Ranked]:
        """All codes with their probability, the likeliest first; the event loop goes on while texts are encoded.

        Not while they are made ready: in another thread, patterns would be under no limit of work.
        """
        ready = [self.trained.read(text) for text in texts]
        return self._ranked(ready, await self._encoder.vectors(text.meaning for text in ready))

    def rank_now(self, texts: Sequence[str]) -> list[Ranked]:
        """The same, for callers that do not run in an event loop."""
        ready = [self.trained.read(text) for text in texts]
        return self._ranked(ready, {text.meaning: self._encoder.encode(text.meaning) for text in ready})

    def _ranked(self, texts: Sequence[Read], vectors: Mapping[str, Floats]) -> list[Ranked]:
        return [self.trained.ranked(text.words, vectors[text.meaning]) for text in texts]
