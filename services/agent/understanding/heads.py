"""The two classifiers: a linear one over words, and a kernel one over sentence vectors. Arrays in, scores out."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from services.agent.understanding.narrow import Rows, rounded
from services.agent.understanding.words import Floats

_LINEAR_C = 1.0
_SMOOTHING = 0.01
_BAYES_SHARE = 1 / 3
_RIDGE = np.float32(0.1)
_MEAN_SHARE = np.float32(2 / 3)
_NEIGHBORS = 5
_ROWS_AT_ONCE = 512


def on_one_thread() -> None:
    """Linear algebra of this process on one thread: more make a single text slower, and much so on a busy machine."""
    threadpool_limits(1, user_api="blas")


def small(array: Any) -> Floats:
    """Rounded to half precision, as it is kept on disk: what was just trained answers like what was read."""
    return np.asarray(array, np.float16).astype(np.float32)


@dataclass(frozen=True)
class Linear:
    """A support vector machine for each class against the rest, mixed with naive Bayes: terms x classes.

    Both are sums over terms, so the mixture is one, too; Bayes is scaled to the spread of the other. scikit-learn
    trains them.
    """

    weights: Floats
    bias: Floats

    @classmethod
    def fit(cls, matrix: Any, targets: npt.NDArray[np.intp]) -> Self:
        """From a sparse matrix and the class number of each row; there must be two classes or more."""
        from sklearn.svm import LinearSVC  # noqa: PLC0415  # a warm start must not wait for scikit-learn

        trained = LinearSVC(C=_LINEAR_C, random_state=0, max_iter=5000).fit(matrix, targets)
        weights, bias = trained.coef_.T, np.asarray(trained.intercept_)
        if weights.shape[1] == 1:  # of two classes it tells only the second
            weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
        likely = _likely(matrix, targets)
        likely *= (matrix @ weights).std() / max(float((matrix @ likely).std()), 1e-9)
        shared = (1 - _BAYES_SHARE) * weights + _BAYES_SHARE * likely
        return cls(small(shared), ((1 - _BAYES_SHARE) * bias).astype(np.float32))

    def scores(self, columns: npt.NDArray[np.intp], values: Floats) -> Floats:
        """One for each class; above zero speaks for it."""
        scores: Floats = values @ self.weights[columns] + self.bias
        return scores


def _likely(matrix: Any, targets: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    """Log-likelihood of each term in each class, against the mean of the classes."""
    from sklearn.naive_bayes import MultinomialNB  # noqa: PLC0415  # a warm start must not wait for scikit-learn

    logs = MultinomialNB(alpha=_SMOOTHING, fit_prior=False).fit(matrix, targets).feature_log_prob_
    likely: npt.NDArray[Any] = (logs - logs.mean(axis=0)).T
    return likely


@dataclass(frozen=True)
class Kernel:
    """Kernel ridge regression over sentence vectors: rows x [mean, highest] of length 1 each, and rows x classes.

    The kernel is exp(-|a - b|^2) on both halves, the mean counting double. Targets are +1 and -1. Among linear, support
    vector and logistic heads it did best on held-out rows of Banking77 and CLINC150, and it trains in closed form.
    """

    means: Rows
    peaks: Rows
    center: Floats
    duals: Floats
    inside: npt.NDArray[np.bool_]

    @classmethod
    def fit(cls, vectors: Floats, targets: npt.NDArray[np.intp], inside: npt.NDArray[np.bool_]) -> Self:
        """`vectors` are [mean, highest] of each text; `inside` tells which rows are of the business."""
        from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415  # a warm start must not wait for it

        on_one_thread()  # scipy brings linear algebra of its own, and sums in another order on two threads

        center = small(vectors.mean(axis=0))
        means, peaks = map(rounded, _halves(vectors, center))
        gram = np.empty((len(vectors), len(vectors)), np.float32)
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            gram[rows] = _similar(means[rows] @ means.T, peaks[rows] @ peaks.T)
        gram.flat[:: len(gram) + 1] += _RIDGE
        wanted = np.where(targets[:, None] == np.arange(targets.max() + 1), np.float32(1), np.float32(-1))
        factor = cho_factor(gram.T, overwrite_a=True, check_finite=False)  # symmetric; .T spares a copy of it
        return cls(Rows.of(means), Rows.of(peaks), center, small(cho_solve(factor, wanted, check_finite=False)), inside)

    def scores(self, vector: Floats) -> tuple[Floats, float]:
        """One for each class, and how close the nearest texts of the business are (mean cosine of five)."""
        means, peaks = _halves(vector[None], self.center)
        cosines = self.means.times(means)[0]
        scores: Floats = _similar(cosines, self.peaks.times(peaks)[0]) @ self.duals
        near = cosines[self.inside]
        count = min(_NEIGHBORS, len(near))
        return scores, float(np.partition(near, len(near) - count)[len(near) - count :].mean())


def _halves(vectors: Floats, center: Floats) -> tuple[Floats, Floats]:
    """Mean and highest, each of length 1; of the highest the part that all texts share is taken away."""
    half = vectors.shape[1] // 2
    return _unit(vectors[:, :half]), _unit(vectors[:, half:] - center[half:])


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return np.ascontiguousarray(unit, np.float32)


def _similar(means: Floats, peaks: Floats) -> Floats:
    return np.asarray(_MEAN_SHARE * np.exp(2 * means - 2) + (1 - _MEAN_SHARE) * np.exp(2 * peaks - 2), np.float32)
