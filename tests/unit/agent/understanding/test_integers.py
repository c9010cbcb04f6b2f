"""The encoder in integers says what the packaged one says, and every large product is in integers."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from tokenizers import Tokenizer

from callcenter.business import load
from services.agent.reasons import ContactReasons
from services.agent.settings import ModelSettings
from services.agent.understanding.choice import encoder
from services.agent.understanding.integers import in_integers
from services.agent.understanding.sentences import Encoder
from services.agent.weights import check

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ModelSettings.read().models_dir
LARGE = 384 * 384


@pytest.fixture(scope="module")
def weights() -> Path:
    check(FOLDER)
    return FOLDER / "model.onnx"


@pytest.fixture(scope="module")
def sentences(weights: Path) -> Encoder:
    found = encoder(ModelSettings(models_dir=weights.parent))
    assert found is not None
    return found


def as_packaged(weights: Path, texts: list[str]) -> np.ndarray:
    """Means over the tokens from the packaged model itself, which multiplies floats."""
    session: Any = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(weights.with_name("tokenizer.json")))
    tokenizer.no_padding()
    means = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        means.append(session.run(None, fed)[0][0].mean(axis=0))
    return np.array(means)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_vectors_are_those_of_the_packaged_model_but_for_rounding(weights: Path, sentences: Encoder):
    reasons = load(ROOT / "businesses" / "retail", "contact_reasons.yaml", ContactReasons)
    texts = [text for reason in reasons.reasons for text in reason.examples[:2]]
    ours = np.array([sentences.encode(text) for text in texts])[:, :384]
    cosines = (unit(ours) * unit(as_packaged(weights, texts))).sum(axis=1)
    assert len(texts) > 50
    assert cosines.min() > 0.98
    assert cosines.mean() > 0.99


def test_no_large_matrix_is_multiplied_as_floats(weights: Path):
    model: Any = onnx.load_from_string(in_integers(weights))
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer}
    made = {name for node in model.graph.node for name in node.output}
    products = [node for node in model.graph.node if node.op_type == "DynamicQuantizeMatMul"]
    assert len(products) == 6 * 6  # layers; query, key, value, output and two of the feed-forward part
    assert all(sizes[node.input[1]] >= LARGE for node in products)
    floats = [node for node in model.graph.node if node.op_type == "MatMul"]
    assert all(set(node.input) <= made for node in floats)  # attention only: no weights take part
    casts = {name for node in model.graph.node if node.op_type == "Cast" for name in node.input}
    assert not [name for name in casts if sizes.get(name, 0) >= LARGE]  # nor is the vocabulary widened as a whole


def test_a_vector_does_not_depend_on_what_was_read_before(sentences: Encoder):
    alone = sentences.encode("Where is my parcel?")
    sentences.encode("a longer text, with more words in it and figures such as 1,234.56, so that the scales differ")
    assert np.array_equal(sentences.encode("Where is my parcel?"), alone)
