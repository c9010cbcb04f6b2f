"""What the customer wants: a classifier trained on the phrasings of the business, and a search for several requests."""

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from callcenter.events import Level
from services.agent.phrases import normalized, split, states_fact
from services.agent.reasons import ContactReasons
from services.agent.typos import Typos

OUT_OF_SCOPE = ""
_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"(?:and |oh,? )*(?:also|by the way|btw|another thing|besides|additionally)\b", re.IGNORECASE)
_IMPACTS: tuple[Level, ...] = ("high", "medium", "low")
Ranked = list[tuple[str, float]]


@dataclass(frozen=True)
class Found:
    """A reason with how sure we are of it, and the characters that say it."""

    code: str
    confidence: float
    start: int
    end: int


class Engine(Protocol):
    """Anything that ranks the reasons of a business by how well they fit texts."""

    name: str
    model: str | None

    async def rank(self, texts: list[str]) -> list[Ranked]:
        """For each text all codes with their confidence, the likeliest first; OUT_OF_SCOPE is one of them."""


class LiteEngine:
    """TF-IDF of words and characters with logistic regression, trained in the moment it is built."""

    name = "lite"

    def __init__(self, reasons: ContactReasons) -> None:
        self.model: str | None = f"tfidf-lr/{reasons.version}"
        pairs = [(text, reason.code) for reason in reasons.reasons for text in (*reason.examples, reason.title)]
        pairs += [(text, OUT_OF_SCOPE) for text in reasons.out_of_scope]
        texts = [normalized(text) for text, _ in pairs]
        self._typos = Typos(texts)
        self._pipeline = _untrained().fit(texts, [code for _, code in pairs])

    async def rank(self, texts: list[str]) -> list[Ranked]:
        """All codes with their confidence, the likeliest first."""
        rows = self._pipeline.predict_proba([self._typos.mended(normalized(text)) for text in texts])
        codes = self._pipeline.classes_
        return [[(str(codes[i]), float(row[i])) for i in np.argsort(-row)] for row in rows]


def _untrained() -> Pipeline:
    words = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, tokenizer=_WORD.findall, token_pattern=None
    )
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, min_df=2)
    features = FeatureUnion([("words", words), ("pieces", pieces)])
    return Pipeline(
        [("features", features), ("classes", LogisticRegression(C=20, solver="newton-cg", random_state=0, tol=1e-3))]
    )


class Understanding:
    """Finds the requests in a customer turn: the main one first, none where nothing fits well enough."""

    def __init__(
        self,
        engine: Engine,
        reasons: ContactReasons,
        *,
        accept: float = 0.3,
        accept_cause: float = 0.5,
        accept_further: float = 0.6,
    ) -> None:
        self.engine, self._by_code = engine, reasons.by_code()
        self.accept, self.accept_cause, self.accept_further = accept, accept_cause, accept_further

    async def predict(self, text: str) -> Ranked:
        """All reasons with their confidence, the likeliest first; what is out of scope is not a reason."""
        return [(code, confidence) for code, confidence in (await self.engine.rank([text]))[0] if code != OUT_OF_SCOPE]

    async def find(self, text: str) -> tuple[Found, ...]:
        """The requests in a text; further ones must be surer than the main one."""
        spans = [(start, end) for start, end in split(text) if not states_fact(text[start:end])]
        told = [text[start:end] for start, end in spans]
        if not told:
            return ()
        whole, *clauses = await self.engine.rank([". ".join(told), *told])
        candidates = [_best(ranked, *span) for ranked, span in zip(clauses, spans, strict=True)]
        candidates.append(_best(whole, *_trimmed(text)))
        chosen = self._chosen([found for found in candidates if found.code != OUT_OF_SCOPE], dict(whole))
        return tuple(sorted(chosen, key=lambda found: self._lightness(found, text)))

    def _chosen(self, candidates: list[Found], whole: dict[str, float]) -> tuple[Found, ...]:
        """The requests that stand out in their clause and in the whole text, without what is only a part of another."""
        best: dict[str, Found] = {}
        for found in candidates:
            if found.confidence > best.get(found.code, Found("", 0, 0, 0)).confidence:
                best[found.code] = found
        ordered = sorted(best.values(), key=lambda found: -(found.confidence + whole[found.code]))
        if not ordered or ordered[0].confidence < self.accept:
            return ()
        main, *others = ordered
        asked = [main, *(found for found in others if found.confidence >= self._needed(found, main))]
        alone = [found for found in asked if not any(self._covers(other, found) for other in asked)]
        return tuple(alone[:3])

    def _needed(self, found: Found, main: Found) -> float:
        """What the main request is only a part of shows more weakly than a request of its own."""
        return self.accept_cause if self._covers(found, main) else self.accept_further

    def _covers(self, whole: Found, part: Found) -> bool:
        return part.code in self._by_code[whole.code].covers

    def _lightness(self, found: Found, text: str) -> tuple[bool, bool, int]:
        """A general question is less than a request about an account, an aside less than what it is added to."""
        reason, aside = self._by_code[found.code], _ASIDE.match(text, found.start)
        return not reason.identity, aside is not None, _IMPACTS.index(reason.impact)


def _best(ranked: Ranked, start: int, end: int) -> Found:
    code, confidence = ranked[0]
    return Found(code, confidence, start, end)


def _trimmed(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
