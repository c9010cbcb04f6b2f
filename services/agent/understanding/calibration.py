"""What scores are worth: a temperature that makes them probabilities, and a gate that tells what is out of scope.

Both are chosen on held-out training texts, never on what is asked later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from services.agent.understanding.words import Floats

_TEMPERATURES = np.geomspace(0.5, 64, 120)
_LOST = 0.035
"""Share of texts in scope that the gate may turn away where nothing out of scope is there to learn from."""

_TRIED = np.arange(0.01, 0.0501, 0.005)
_ENOUGH = 50
"""Texts out of scope from which on the gate may settle at another share than `_LOST`."""

_SURE = 4.0
"""The middle text in scope is so sure, in log-odds, to be in scope."""


@dataclass(frozen=True)
class HeldOut:
    """How a text that was not learnt from came out; `wanted` is the number of its class, -1 if it is out of scope."""

    scores: Floats
    evidence: float
    wanted: int


@dataclass(frozen=True)
class Calibration:
    """The temperature of the softmax; the gate and its slope, in units of evidence."""

    temperature: float
    gate: float
    slope: float

    @classmethod
    def fit(cls, held_out: Sequence[HeldOut]) -> Self:
        """At least one of the texts must be in scope."""
        inside = [text for text in held_out if text.wanted >= 0]
        evidence = np.array([text.evidence for text in inside])
        strange = np.array([text.evidence for text in held_out if text.wanted < 0])
        gate = _gate(evidence, strange)
        return cls(_temperature(inside), gate, _SURE / max(float(np.median(evidence)) - gate, 1e-3))

    def shares(self, scores: Floats) -> npt.NDArray[Any]:
        """Probabilities of the classes for a text in scope."""
        shares: npt.NDArray[Any] = _softmax(scores[None] * self.temperature)[0]
        return shares

    def in_scope(self, evidence: float) -> float:
        """Probability; one half exactly at the gate."""
        return float(1 / (1 + np.exp(-np.clip(self.slope * (evidence - self.gate), -60, 60))))


def surprise(held_out: Sequence[HeldOut]) -> float:
    """Mean negative log-likelihood of the right classes of the texts in scope, under the temperature that suits."""
    inside = [text for text in held_out if text.wanted >= 0]
    return _surprise(_temperature(inside), *_scored(inside))


def _temperature(inside: Sequence[HeldOut]) -> float:
    """The one under which the right classes are likeliest."""
    scored = _scored(inside)
    return float(min(_TEMPERATURES, key=lambda temperature: _surprise(temperature, *scored)))


def _scored(inside: Sequence[HeldOut]) -> tuple[Floats, npt.NDArray[np.intp]]:
    return np.array([text.scores for text in inside]), np.array([text.wanted for text in inside])


def _surprise(temperature: float, scores: Floats, wanted: npt.NDArray[np.intp]) -> float:
    return float(-np.log(_softmax(scores * temperature)[np.arange(len(wanted)), wanted] + 1e-12).mean())


def _gate(inside: npt.NDArray[Any], strange: npt.NDArray[Any]) -> float:
    """Where the shares of texts that are taken and turned away rightly are largest together."""
    if len(strange) < _ENOUGH:
        return float(np.quantile(inside, _LOST))
    gates = [float(np.quantile(inside, lost)) for lost in _TRIED]
    return max(gates, key=lambda gate: float((inside >= gate).mean() + (strange < gate).mean()))


def _softmax(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: npt.NDArray[Any] = raised / raised.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies in one tenth: how many, how sure, how many right."""

    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """The reliability curve over bins of equal width; empty bins are left out."""
    sure, correct = np.array(confidences), np.array(right, float)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    chosen = [place == one for one in range(bins)]
    return [Bin(int(c.sum()), float(sure[c].mean()), float(correct[c].mean())) for c in chosen if c.any()]


def calibration_error(curve: Sequence[Bin]) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy, weighted by count."""
    total = sum(one.count for one in curve)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in curve) / total if total else 0.0
