"""From labelled sentences to speech acts: one regression for all of them, each threshold from sentences left out."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.agent.understanding.heads import on_one_thread
from services.agent.understanding.narrow import Rows, rounded
from services.agent.understanding.sentences import Encoder, encode_all
from services.agent.understanding.speech_acts import ACTS, SpeechActs, meant, plain
from services.agent.understanding.speech_space import Space, near
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Floats, learn

_RIDGE = np.float32(0.2)
_WORDS_SHARE = 0.5
"""What the words weigh beside the meaning."""

_ROWS_AT_ONCE = 512

_PRECISION = {"affirm": 0.95, "self_harm": 0.9, "emergency": 0.9, "threat": 0.95, "fraud": 0.96, "general": 0.9}
"""What an act must reach on sentences held out; the others are set where precision and recall are best together."""

_LOWEST, _HIGHEST = 0.3, 0.9


@dataclass(frozen=True)
class Labelled:
    """Sentences, each with its acts; an act written `?act` is neither learnt nor judged for that sentence."""

    texts: tuple[str, ...]
    acts: tuple[frozenset[str], ...]

    @classmethod
    def read(cls, *files: Path) -> "Labelled":
        """From lines `act,act<TAB>sentence`; raises ValueError naming the line that is none."""
        pairs = [pair for file in files for pair in _pairs(file)]
        return cls(tuple(text for text, _ in pairs), tuple(acts for _, acts in pairs))

    def fingerprint(self, *more: str) -> str:
        """The same for the same sentences, the same code of this package and the same `more`."""
        digest = hashlib.sha256(repr((self.texts, [sorted(acts) for acts in self.acts], more)).encode())
        for source in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(source.read_bytes())
        return digest.hexdigest()


def _pairs(file: Path) -> Iterator[tuple[str, frozenset[str]]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        acts, _, text = line.partition("\t")
        named = frozenset(acts.split(","))
        if not text or {act.lstrip("?") for act in named} - set(ACTS):
            raise ValueError(
                f"{file.name}, line {number}: write `act,act<TAB>sentence`, with acts among {', '.join(ACTS)}"
            )
        yield text, named


def train(labelled: Labelled, encoder: Encoder | None = None) -> SpeechActs:
    """Learnt from all sentences, with thresholds from each of them as it comes out when it alone is left out."""
    return fitted(labelled, encoder)[0]


def fitted(labelled: Labelled, encoder: Encoder | None = None) -> tuple[SpeechActs, Floats]:
    """The same, and how likely each act is in each sentence when it alone is left out: sentences x acts."""
    words, terms = learn([plain(text) for text in labelled.texts])
    meanings = _meanings(labelled.texts) if encoder else []
    vectors = encode_all(encoder, meanings) if encoder else None
    space = Space.empty() if vectors is None else Space.of(vectors)
    known = np.zeros((0, 0), np.float32) if vectors is None else rounded(space.places(vectors))
    duals, left_out = solved(_gram(terms, known), _targets(labelled))
    slopes, offsets, likely = _calibrated(labelled, left_out)
    by_words, bias = np.asarray(_WORDS_SHARE * (terms.T @ duals), np.float32), duals.sum(axis=0)
    learnt = _targets(labelled) - _RIDGE * duals - terms @ by_words - bias
    heads = SpeechActs(
        words=words,
        by_words=by_words,
        space=space,
        known=Rows.of(known) if len(known) else None,
        duals=duals[: len(known)],
        learnt=learnt[: len(known)],
        bias=bias,
        slopes=slopes,
        offsets=offsets,
        thresholds={act: _threshold(act, labelled, likely[:, number]) for number, act in enumerate(ACTS)},
        rows={text: row for row, text in enumerate(meanings)},
    )
    return heads, likely


def _meanings(texts: Sequence[str]) -> list[str]:
    typos = Typos()
    return [meant(text, typos) for text in texts]


def _gram(terms: Any, known: Floats) -> Floats:
    """How alike the sentences are, by their words, by their meaning, and by being sentences at all (the bias)."""
    gram = np.ones((terms.shape[0], terms.shape[0]), np.float32)
    for start in range(0, len(gram), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        gram[rows] += np.float32(_WORDS_SHARE) * (terms[rows] @ terms.T).toarray()
        if len(known):
            gram[rows] += near(known[rows] @ known.T)
    return gram


def _targets(labelled: Labelled) -> Floats:
    """1 for an act that a sentence does, -1 for one that it does not, 0 where that is not known."""
    told = [[1 if act in acts else 0 if f"?{act}" in acts else -1 for act in ACTS] for acts in labelled.acts]
    return np.array(told, np.float32)


def solved(gram: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """The duals, and each sentence's scores as they come out when it alone is left out (exact for ridge regression).

    Rifkin and Lippert, Notes on Regularized Least Squares (2007), section 3: target - dual / diagonal of the inverse.
    `gram` is used up. The inverse itself is not needed, only that of its triangular factor.
    """
    from scipy.linalg import lapack  # noqa: PLC0415  # a warm start must not wait for it

    on_one_thread()  # scipy brings linear algebra of its own, and sums in another order on two threads

    gram.flat[:: len(gram) + 1] += _RIDGE
    factor, _ = lapack.spotrf(gram.T, lower=1, overwrite_a=1, clean=1)
    inverse, _ = lapack.strtri(factor, lower=1, overwrite_c=1)
    duals: Floats = inverse.T @ (inverse @ targets)
    diagonal = np.einsum("ij,ij->j", inverse, inverse)
    return duals, targets - duals / diagonal[:, None]


def _calibrated(labelled: Labelled, left_out: Floats) -> tuple[Floats, Floats, Floats]:
    """A slope and an offset for each act that make its scores probabilities (Platt scaling), and these."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # as above

    slopes, offsets = np.zeros(len(ACTS), np.float32), np.zeros(len(ACTS), np.float32)
    for number, act in enumerate(ACTS):
        wanted, known = _wanted(labelled, act)
        fitted = LogisticRegression(C=1e4).fit(left_out[known, number, None], wanted[known])
        slopes[number], offsets[number] = fitted.coef_[0, 0], fitted.intercept_[0]
    return slopes, offsets, 1 / (1 + np.exp(-(slopes * left_out + offsets)))


def _wanted(labelled: Labelled, act: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which sentences do it, and of which that is known."""
    wanted = np.array([act in acts for acts in labelled.acts])
    return wanted, np.array([f"?{act}" not in acts for acts in labelled.acts])


def _threshold(act: str, labelled: Labelled, likely: Floats) -> float:
    wanted, known = _wanted(labelled, act)
    tried = [float(one) for one in np.arange(_LOWEST, _HIGHEST + 0.001, 0.02)]
    figures = {one: precision_recall(wanted[known], likely[known] >= one) for one in tried}
    if floor := _PRECISION.get(act):
        return next((one for one in tried if figures[one][0] >= floor), _HIGHEST)
    return max(tried, key=lambda one: _f1(*figures[one]))


def precision_recall(wanted: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Of what was said, how much was wanted; of what was wanted, how much was said."""
    right = float((wanted & said).sum())
    return right / max(float(said.sum()), 1.0), right / max(float(wanted.sum()), 1.0)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-9)
