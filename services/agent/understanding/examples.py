"""What an engine learns from: texts, each with the label that it should get."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Self

from services.agent.reasons import ContactReasons
from services.agent.understanding.engine import OUT_OF_SCOPE

_SEED = 20


@dataclass(frozen=True)
class Examples:
    """Texts and labels of one length; the label OUT_OF_SCOPE marks what is none of the business."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """From (text, label)."""
        texts, labels = zip(*pairs, strict=True)
        return cls(texts, labels)

    @classmethod
    def of_business(cls, reasons: ContactReasons) -> Self:
        """The phrasings and titles of its reasons, and what it calls out of scope."""
        said = [(text, reason.code) for reason in reasons.reasons for text in (*reason.examples, reason.title)]
        return cls.of([*said, *((text, OUT_OF_SCOPE) for text in reasons.out_of_scope)])

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that can be given, in order; OUT_OF_SCOPE is none of them."""
        return tuple(sorted(set(self.labels) - {OUT_OF_SCOPE}))

    def at(self, places: Iterable[int]) -> "Examples":
        """Some of them."""
        return Examples.of((self.texts[place], self.labels[place]) for place in places)

    def strangers(self) -> "Examples":
        """The same texts, all out of scope."""
        return Examples(self.texts, (OUT_OF_SCOPE,) * len(self.texts))

    def __add__(self, more: "Examples") -> "Examples":
        return Examples(self.texts + more.texts, self.labels + more.labels)

    def folds(self, count: int) -> Iterator[tuple[list[int], list[int]]]:
        """`count` times (the places to learn from, the places held out), labels in equal shares."""
        turn = [0] * len(self.texts)
        for offset, label in enumerate(sorted(set(self.labels))):
            places = [place for place, given in enumerate(self.labels) if given == label]
            Random(_SEED).shuffle(places)
            for position, place in enumerate(places):
                turn[place] = (position + offset) % count
        for fold in range(count):
            yield [i for i, t in enumerate(turn) if t != fold], [i for i, t in enumerate(turn) if t == fold]

    def fingerprint(self, *more: str) -> str:
        """The same for the same examples, the same code of this package and the same `more`."""
        digest = hashlib.sha256(json.dumps([self.texts, self.labels, more]).encode(errors="replace"))
        for source in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(source.read_bytes())
        return digest.hexdigest()
