"""Which engine understands: the one that is set, or lite where the weights of the others are missing."""

from collections.abc import Callable
from pathlib import Path

from callcenter.telemetry import emit
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings, ModelSettings
from services.agent.understanding import shelf
from services.agent.understanding.embedded import LiteEngine, StandardEngine
from services.agent.understanding.engine import Engine
from services.agent.understanding.examples import Examples
from services.agent.understanding.heads import on_one_thread
from services.agent.understanding.sentences import Encoder, MiniLM
from services.agent.understanding.training import train
from services.agent.weights import PINNED, WeightsMissing, check

Redact = Callable[[str], str]
_SHOWN = 8


def encoder(folder: Path) -> Encoder | None:
    """The sentence encoder, None where its weights are not what they should be, which is told."""
    try:
        check(folder)
        return MiniLM(folder / "model.onnx", folder / "tokenizer.json", PINNED["model.onnx"])
    except (WeightsMissing, ImportError) as missing:
        emit("understanding_reduced", service="agent", engine="lite", reason=str(missing))
        return None


def embedded(examples: Examples, settings: ModelSettings, sentences: Encoder | None) -> LiteEngine | StandardEngine:
    """Lite without an encoder, standard with it; trained only where it was not trained before."""
    on_one_thread()
    fingerprint = examples.fingerprint("lite" if sentences is None else sentences.fingerprint)
    model = shelf.recall(settings.models_cache, fingerprint, lambda: train(examples, sentences))
    if sentences is None:
        return LiteEngine(model, f"tfidf-svm/{fingerprint[:_SHOWN]}")
    return StandardEngine(model, sentences, f"minilm-int8+tfidf-svm/{fingerprint[:_SHOWN]}")


def size(settings: ModelSettings, *, with_weights: bool) -> int:
    """Bytes of all trained models on the shelf, and of the fetched weights if they take part."""
    files = [*settings.models_cache.glob("*.*"), *(settings.models_dir / name for name in PINNED if with_weights)]
    return sum(file.stat().st_size for file in files)


class Engines:
    """Makes the engine of each business; the sentence encoder is loaded once for all of them."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._encoder = None if settings.understanding_engine == "lite" else encoder(settings.models_dir)

    def of(self, reasons: ContactReasons) -> Engine:
        """The engine for one business."""
        return embedded(Examples.of_business(reasons), self._settings, self._encoder)
