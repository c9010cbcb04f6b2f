"""The encoder in integers says what the packaged and fitted one says, and every large product is in integers."""

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
from services.agent.understanding.integers import fitted, in_integers
from services.agent.understanding.sentences import Encoder, MiniLM
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


def in_floats(weights: Path, added: list[np.ndarray]) -> bytes:
    """The packaged model, which multiplies floats, with an addition in front of each product."""
    model: Any = onnx.load(weights)
    narrow = {tensor.name for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "MatMul" and f"{node.input[1]}_q" in narrow]
    for node, addition in zip(products, added, strict=True):
        matrix, place = node.input[1], list(model.graph.node).index(node)
        model.graph.initializer.append(onnx.numpy_helper.from_array(addition, f"{matrix}_added"))
        node.input[1] = f"{matrix}_sum"
        adding = onnx.helper.make_node("Add", [matrix, f"{matrix}_added"], [f"{matrix}_sum"])
        model.graph.node.insert(place, adding)
    return model.SerializeToString()


def means(model: bytes, weights: Path, texts: list[str]) -> np.ndarray:
    encoder = MiniLM(model, weights.with_name("tokenizer.json"), "")
    return np.array([encoder.encode(text) for text in texts])[:, :384]


def means_in_floats(model: bytes, weights: Path, texts: list[str]) -> np.ndarray:
    """As the packaged model is used: with a mask, and with types of tokens."""
    session: Any = onnxruntime.InferenceSession(model)
    tokenizer = Tokenizer.from_file(str(weights.with_name("tokenizer.json")))
    tokenizer.no_padding()
    tokens = [np.array([tokenizer.encode(text).ids]) for text in texts]
    fed = [{"input_ids": ids, "attention_mask": ids**0, "token_type_ids": 0 * ids} for ids in tokens]
    return np.array([session.run(None, one)[0][0].mean(axis=0) for one in fed])


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("share", [0, 1], ids=["as packaged", "fitted"])
def test_the_vectors_are_those_of_the_model_in_floats_but_for_rounding(weights: Path, share: int):
    reasons = load(ROOT / "businesses" / "retail", "contact_reasons.yaml", ContactReasons)
    texts = [text for reason in reasons.reasons for text in reason.examples[:2]]
    added = [share * one for one in fitted()]
    ours = means(in_integers(weights, added if share else ()), weights, texts)
    cosines = (unit(ours) * unit(means_in_floats(in_floats(weights, added), weights, texts))).sum(axis=1)
    assert len(texts) > 50
    assert cosines.min() > 0.995
    assert cosines.mean() > 0.998


def test_fitting_changes_what_is_alike(weights: Path, sentences: Encoder):
    texts = ["Where is my parcel?", "my package never showed up", "Cancel my order", "I want my money back"]
    fitted_ones = unit(np.array([sentences.encode(text) for text in texts])[:, :384])
    packaged = unit(means(in_integers(weights), weights, texts))
    assert np.abs(fitted_ones @ fitted_ones.T - packaged @ packaged.T).max() > 0.05


def test_no_large_matrix_is_multiplied_as_floats(weights: Path):
    model: Any = onnx.load_from_string(in_integers(weights, fitted()))
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer}
    made = {name for node in model.graph.node for name in node.output}
    products = [node for node in model.graph.node if node.op_type == "MatMulNBits"]
    assert len(products) == 6 * 6  # layers; query, key, value, output and two of the feed-forward part
    assert all(sizes[node.input[1]] >= LARGE for node in products)
    assert not [node for node in model.graph.node if node.op_type in {"MatMul", "Gemm", "Attention"}]
    attention = [node for node in model.graph.node if node.op_type == "MultiHeadAttention"]
    assert len(attention) == 6
    assert all(set(node.input) <= made for node in attention)  # no weights take part
    casts = {name for node in model.graph.node if node.op_type == "Cast" for name in node.input}
    assert not [name for name in casts if sizes.get(name, 0) >= LARGE]  # nor is the vocabulary widened as a whole


def test_a_vector_does_not_depend_on_what_was_read_before(sentences: Encoder):
    alone = sentences.encode("Where is my parcel?")
    sentences.encode("a longer text, with more words in it and figures such as 1,234.56, so that the scales differ")
    assert np.array_equal(sentences.encode("Where is my parcel?"), alone)
