"""Which engine tells reasons apart in this process: standard, or lite where that is set or the weights are missing."""

from callcenter.telemetry import emit
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings, ModelSettings
from services.agent.understanding import shelf, speech_training
from services.agent.understanding.embedded import LiteEngine, StandardEngine
from services.agent.understanding.engine import Engine
from services.agent.understanding.examples import Examples
from services.agent.understanding.heads import on_one_thread
from services.agent.understanding.integers import FORM, fitted, in_integers
from services.agent.understanding.sentences import Encoder, MiniLM, Remembering
from services.agent.understanding.speech_acts import Listening, SpeechActs
from services.agent.understanding.speech_training import Labelled
from services.agent.understanding.training import train
from services.agent.weights import FITTED, PINNED, WeightsMissing, check

_SHOWN = 8


def encoder(settings: ModelSettings) -> Encoder | None:
    """The sentence encoder, None where its weights are not what they should be, which is told."""
    try:
        check(settings.models_dir)
        packaged = settings.models_dir / "model.onnx"
        model = shelf.remade(settings.models_cache, f"encoder-{FORM}", lambda: in_integers(packaged, fitted()))
        return Remembering(MiniLM(model, settings.models_dir / "tokenizer.json", FORM))
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
    """Bytes of all trained models on the shelf, and of the weights if they take part."""
    trained = (file for kind in ("npz", "json") for file in settings.models_cache.glob(f"*.{kind}"))
    weights = [FITTED, *(settings.models_dir / name for name in PINNED)] if with_weights else []
    return sum(file.stat().st_size for file in [*trained, *weights])


class Engines:
    """Makes the engine of each business; the sentence encoder is loaded once for all of them."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._encoder = None if settings.understanding_engine == "lite" else encoder(settings)

    def listening(self, labelled: Labelled, *, by_meaning: bool = True) -> Listening:
        """The speech acts, the same for every business; learnt only where they were not learnt before.

        Not `by_meaning`: by words alone, in a language that the encoder does not know.
        """
        on_one_thread()
        encoder = self._encoder if by_meaning else None
        name = labelled.fingerprint("lite" if encoder is None else encoder.fingerprint)
        kept = shelf.remade(
            self._settings.models_cache, name, lambda: speech_training.train(labelled, encoder).to_bytes()
        )
        return Listening(SpeechActs.from_bytes(kept), encoder)

    def of(self, reasons: ContactReasons, *, by_meaning: bool = True) -> Engine:
        """The engine for one business; `by_meaning` as for speech acts."""
        return embedded(Examples.of_business(reasons), self._settings, self._encoder if by_meaning else None)
