"""Models on disk, by the fingerprint of what they were made from: arrays as .npz, words as JSON, ONNX; no code."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from services.agent.understanding.calibration import Calibration
from services.agent.understanding.heads import Kernel, Linear
from services.agent.understanding.model import Heads, Model
from services.agent.understanding.narrow import Rows
from services.agent.understanding.typos import Typos
from services.agent.understanding.words import Block, Words

_HALF = np.float16
_ROWS = ("means", "peaks")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile)


def recall(folder: Path, name: str, train: Callable[[], Model]) -> Model:
    """The model of that name, trained if it is not there; where nothing can be written it is trained every time."""
    with suppress(*_UNREADABLE):
        return read(folder / name)
    model = train()
    with suppress(OSError):
        write(model, folder / name)
    return model


def remade(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The ONNX model of that name, made if it is not there whole; where nothing can be written, at every start."""
    for path in folder.glob(f"{name}-*.onnx"):
        with suppress(OSError):
            kept = path.read_bytes()
            if path.stem == f"{name}-{_digest(kept)}":
                return kept
    made = make()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as aside:
            path = Path(aside) / f"{name}-{_digest(made)}.onnx"
            path.write_bytes(made)
            path.replace(folder / path.name)
    return made


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(model: Model, place: Path) -> int:
    """Put it at `place`.npz and `place`.json, the whole or nothing of each; returns their bytes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent) as aside:
        arrays, words = Path(aside) / "arrays.npz", Path(aside) / "words.json"
        np.savez(arrays, **_arrays(model))
        words.write_text(json.dumps(_words(model)), encoding="utf-8")
        size = arrays.stat().st_size + words.stat().st_size
        arrays.replace(place.with_suffix(".npz"))
        words.replace(place.with_suffix(".json"))
    return size


def read(place: Path) -> Model:
    """Raises OSError, ValueError, KeyError, TypeError or BadZipFile where it is missing or damaged."""
    words = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(place.with_suffix(".npz"), allow_pickle=False) as arrays:
        return _model(words, {name: _wide(arrays[name]) for name in arrays.files})


def _arrays(model: Model) -> dict[str, Any]:
    heads, kernel = model.heads, model.heads.kernel
    arrays = {
        "words": heads.words.words.weights,
        "pairs": heads.words.pairs.weights,
        "pieces": heads.words.pieces.weights,
        "bias": heads.linear.bias,
        "weights": heads.linear.weights.astype(_HALF),
    }
    if kernel is None:
        return arrays
    halves = {name: getattr(kernel, name).astype(_HALF) for name in ("center", "duals")}
    rows = {name: np.frombuffer(getattr(kernel, name).form, np.uint8) for name in _ROWS}
    return arrays | rows | halves | {"inside": kernel.inside}


def _words(model: Model) -> dict[str, Any]:
    blocks = model.heads.words
    return {
        "classes": model.heads.classes,
        "words_share": model.heads.words_share,
        "words": list(blocks.words.columns.items()),
        "pairs": list(blocks.pairs.columns.items()),
        "pieces": list(blocks.pieces.columns.items()),
        "typos": list(model.typos.counted.items()),
        "calibration": vars(model.calibration),
    }


def _model(words: dict[str, Any], arrays: dict[str, Any]) -> Model:
    blocks = Words(*(Block(dict(words[name]), arrays[name]) for name in ("words", "pairs", "pieces")))
    kernel = None
    if "duals" in arrays:
        means, peaks = (Rows(arrays[name].tobytes()) for name in _ROWS)
        kernel = Kernel(means, peaks, arrays["center"], arrays["duals"], arrays["inside"])
    linear = Linear(arrays["weights"], arrays["bias"])
    heads = Heads(tuple(words["classes"]), blocks, linear, kernel, words["words_share"])
    return Model(heads, Calibration(**words["calibration"]), Typos(counted=dict(words["typos"])))


def _wide(array: Any) -> Any:
    return array.astype(np.float32) if array.dtype == _HALF else array
