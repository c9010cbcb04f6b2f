"""How well an engine understands labelled texts: accuracy, calibration, the gate and the time it takes."""

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callcenter.errors import BusinessError
from services.agent.understanding.calibration import Bin, calibration_error, reliability
from services.agent.understanding.engine import OUT_OF_SCOPE, Engine
from services.agent.understanding.examples import Examples

STRANGE = frozenset({"oos", "out_of_scope", "out-of-scope", OUT_OF_SCOPE})
"""Labels that mean: none of the classes."""

_LABELS = ("label", "category")
_WARM_UP = 3
_GATE = 0.5


@dataclass(frozen=True)
class Answer:
    """What an engine said to one text, and what was right."""

    wanted: str
    given: str
    confidence: float
    accepted: bool
    ms: float


@dataclass(frozen=True)
class Figures:
    """Shares of 0 to 1, None where there was nothing to measure it on; times in milliseconds a text."""

    accuracy: float | None
    macro_f1: float | None
    in_scope_accuracy: float | None
    out_of_scope_recall: float | None
    ece: float | None
    p50_ms: float
    p95_ms: float
    curve: list[Bin]


def read(path: Path, *, labelled: bool = True) -> Examples:
    """A CSV file with the columns text and label, or text and category; raises BusinessError in words."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            column = _column(path, rows.fieldnames or (), labelled=labelled)
            pairs = [(row["text"] or "", _label(row.get(column))) for row in rows]
    except FileNotFoundError:
        raise BusinessError(f"{path} does not exist.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as trouble:
        raise BusinessError(f"{path} cannot be read as CSV in UTF-8: {trouble}") from None
    if not pairs:
        raise BusinessError(f"{path} is empty: it needs at least one row below its header.")
    return Examples.of(pairs)


def learnable(examples: Examples, name: str) -> Examples:
    """The examples, if there are two classes, and two rows or more of each; raises BusinessError otherwise."""
    single = [code for code in examples.classes if examples.labels.count(code) < 2]  # noqa: PLR2004  # as it says
    if single:
        raise BusinessError(f"{name}: one row is not enough to learn a class from: {', '.join(single)}.")
    if len(examples.classes) < 2:  # noqa: PLR2004  # as it says
        raise BusinessError(f"{name}: there must be at least two classes besides out_of_scope.")
    return examples


def _column(path: Path, names: Sequence[str], *, labelled: bool) -> str:
    label = next((name for name in _LABELS if name in names), "")
    if "text" not in names or (labelled and not label):
        needed = "text,label or text,category" if labelled else "text"
        raise BusinessError(f"{path} has the columns {','.join(names) or '(none)'}; it needs {needed}.")
    return label


def _label(value: str | None) -> str:
    label = (value or "").strip()
    return OUT_OF_SCOPE if label.lower() in STRANGE else label


async def answers(engine: Engine, examples: Examples) -> list[Answer]:
    """One text after the other, as customers come."""
    for text in examples.texts[:_WARM_UP]:
        await engine.rank([text])
    return [await _answer(engine, text, label) for text, label in zip(examples.texts, examples.labels, strict=True)]


async def _answer(engine: Engine, text: str, wanted: str) -> Answer:
    began = time.perf_counter()
    (ranked,) = await engine.rank([text])
    ms = (time.perf_counter() - began) * 1000
    given, confidence = next(one for one in ranked if one[0] != OUT_OF_SCOPE)
    return Answer(wanted, given, confidence, dict(ranked)[OUT_OF_SCOPE] < _GATE, ms)


def figures(given: Sequence[Answer]) -> Figures:
    """Accuracy, F1 and calibration regard the likeliest class of texts in scope, gate or not."""
    inside = [answer for answer in given if answer.wanted != OUT_OF_SCOPE]
    strange = [answer for answer in given if answer.wanted == OUT_OF_SCOPE]
    right = [answer.given == answer.wanted for answer in inside]
    curve = reliability([answer.confidence for answer in inside], right) if inside else []
    p50, p95 = np.percentile([answer.ms for answer in given], [50, 95])
    return Figures(
        accuracy=_share(right),
        macro_f1=_macro_f1(inside),
        in_scope_accuracy=_share([a.given == a.wanted and a.accepted for a in inside]),
        out_of_scope_recall=_share([not answer.accepted for answer in strange]),
        ece=calibration_error(curve) if inside else None,
        p50_ms=float(p50),
        p95_ms=float(p95),
        curve=curve,
    )


def _share(marks: Sequence[bool]) -> float | None:
    return sum(marks) / len(marks) if marks else None


def _macro_f1(given: Sequence[Answer]) -> float | None:
    """The mean F1 of the classes that were wanted or given."""
    codes = {answer.wanted for answer in given} | {answer.given for answer in given}
    scores = []
    for code in codes:
        hits = sum(answer.wanted == answer.given == code for answer in given)
        named = sum(answer.given == code for answer in given) + sum(answer.wanted == code for answer in given)
        scores.append(2 * hits / named)
    return sum(scores) / len(scores) if scores else None
