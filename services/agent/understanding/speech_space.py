"""Where sentences lie to each other, for what they do: their vectors in fewer dimensions, and how near two of them are.

The nearness to each learnt sentence is worked out for each one that is heard, and takes as long as these are wide.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from services.agent.understanding.words import Floats

_WIDTH = 320
"""Dimensions that are kept: with each learnt sentence left out in turn, acts and dangers are told as in all 768."""

_LENGTH = np.float32(2**0.5)
"""Of each row, as of two halves of length 1; `near` falls with the distance on that scale."""


@dataclass(frozen=True)
class Space:
    """`center` is what all learnt vectors share, `axes` are the directions in which they differ most: 768 x width."""

    center: Floats
    axes: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Self:
        """That of the vectors [mean, highest] of the learnt sentences."""
        center = vectors.mean(axis=0)
        halves = _halves(vectors, center)
        _, directions = np.linalg.eigh(halves.T @ halves)
        return cls(center, np.ascontiguousarray(directions[:, : -_WIDTH - 1 : -1], np.float32))

    @classmethod
    def empty(cls) -> Self:
        """Where there is no encoder."""
        return cls(np.zeros(0, np.float32), np.zeros((0, 0), np.float32))

    def places(self, vectors: Floats) -> Floats:
        """One row for each sentence, of the length that `near` takes."""
        places: Floats = _LENGTH * _unit(_halves(vectors, self.center) @ self.axes)
        return places


def near(products: Floats) -> Floats:
    """The kernel, 2 exp(-|a - b|^2 / 2), of the products of places."""
    close: Floats = np.float32(2) * np.exp(products - np.float32(2))
    return close


def _halves(vectors: Floats, center: Floats) -> Floats:
    """[mean, highest], each half of length 1, of the highest what sets it apart."""
    half = vectors.shape[1] // 2
    return np.hstack([_unit(vectors[:, :half]), _unit(vectors[:, half:] - center[half:])])


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return unit
