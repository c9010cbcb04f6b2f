"""The encoder as it is used: fitted to what customers write, and multiplying in integers.

The packaged weights are int8, but widened to floats before anything is done with them. In 8 bits a text takes half of
the time, as a quarter of the bytes has to come from memory, and the vocabulary takes a quarter of the memory. What
fitting adds to them (`services.agent.weights.fitting`) is worked into them first, at no cost afterwards.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from services.agent.understanding import narrow
from services.agent.understanding.narrow import FORMAT, MORE, OPERATIONS, in_blocks, product
from services.agent.understanding.words import Floats
from services.agent.weights import FITTED, PINNED

_MADE_BY = (FITTED, Path(__file__), Path(narrow.__file__))

FORM = hashlib.sha256(PINNED["model.onnx"].encode() + b"".join(map(Path.read_bytes, _MADE_BY))).hexdigest()[:8]
"""Names the weights and what is made of them here."""

_PREFIX, _NARROW, _SCALE = "inner.", "_q", "_scale"
"""How the packaged model names all weights, a matrix as int8, and the factors to multiply it with."""

_FLOAT = 1
"""The type as ONNX numbers it (TensorProto.FLOAT)."""

_BLOCK = 128
"""Values that share a factor: smaller ones round less and take longer. 384 and 1,536 can be divided by it."""

_LAYERS, _HEADS = 6, 12
_NEAR_ZERO = 1e-12
"""What keeps the model from dividing by zero where all values are alike."""


def fitted(file: Path = FITTED) -> list[Floats]:
    """What fitting adds to each matrix (from x to), in the order of the products; each is kept as two narrow ones."""
    with np.load(file, allow_pickle=False) as arrays:
        pairs = range(len(arrays.files) // 2)
        return [arrays[f"down{at}"].astype(np.float32) @ arrays[f"up{at}"].astype(np.float32) for at in pairs]


def in_integers(model: Path, added: Iterable[Floats] = ()) -> bytes:
    """The packaged model with something added to its matrices, drawn anew for texts that come one at a time.

    Matrices, and what is multiplied with them, are rounded to 8 bits by the largest value of each block. `added` has
    one matrix for each product of weights, or none at all. Attention is one operation without a mask, as there is no
    padding: in the packaged model it is some thirty.
    """
    import onnx  # noqa: PLC0415  # a tenth of a second, only where the model was not made before

    read: Any = onnx.load(model)
    values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in read.graph.initializer}
    names = [node.input[1] for node in read.graph.node if node.op_type == "MatMul"]
    narrow = [name for name in names if name + _NARROW in values]
    additions = iter(added)
    matrices = iter([_whole(values, name) + next(additions, 0) for name in narrow])
    drawn = _Drawing(onnx, {name.removeprefix(_PREFIX): value for name, value in values.items()}, matrices)
    serialized: bytes = drawn.model().SerializeToString()
    return serialized


def _whole(values: Mapping[str, Any], name: str) -> Floats:
    whole: Floats = values[name + _NARROW].astype(np.float32) * values[name + _SCALE]
    return whole


class _Drawing:
    """The encoder as a graph, one operation after the other; each is named after its number."""

    def __init__(self, onnx: Any, values: Mapping[str, Any], matrices: Iterator[Floats]) -> None:
        self._onnx, self._values, self._matrices = onnx, values, matrices
        self._nodes: list[Any] = []
        self._kept: list[Any] = []

    def model(self) -> Any:
        """Numbers of tokens in (texts x tokens), vectors of tokens out."""
        helper, types = self._onnx.helper, self._onnx.TensorProto
        state = self._embedded("input_ids")
        for layer in range(_LAYERS):
            state = self._layer(state, f"encoder.layer.{layer}.")
        entering = helper.make_tensor_value_info("input_ids", types.INT64, ["texts", "tokens"])
        leaving = helper.make_tensor_value_info(state, types.FLOAT, ["texts", "tokens", "values"])
        graph = helper.make_graph(self._nodes, "encoder", [entering], [leaving], self._kept)
        versions = [helper.make_opsetid("", OPERATIONS), helper.make_opsetid(MORE, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=FORMAT)

    def _embedded(self, tokens: str) -> str:
        """Only the rows that were looked up are widened."""
        words, places = "embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight"
        rows, factors = (
            self._does("Gather", self._keep(self._values[words + part]), tokens) for part in (_NARROW, _SCALE)
        )
        widened = self._does("Mul", self._does("Cast", rows, to=_FLOAT), factors)
        length = self._does("Shape", tokens, start=1)
        every = self._keep(_whole(self._values, places) + self._values["embeddings.token_type_embeddings.weight"][0])
        placed = self._does("Slice", every, self._keep(np.zeros(1, np.int64)), length)
        return self._normal(self._does("Add", widened, placed), "embeddings.")

    def _layer(self, state: str, name: str) -> str:
        asked, told, held = (self._product(state, f"{name}attention.self.{part}") for part in ("query", "key", "value"))
        seen = self._does("MultiHeadAttention", asked, told, held, domain=MORE, num_heads=_HEADS)
        seen = self._product(seen, f"{name}attention.output.dense")
        state = self._normal(self._does("Add", state, seen), f"{name}attention.output.")
        wide = self._does("Gelu", self._product(state, f"{name}intermediate.dense"))
        return self._normal(self._does("Add", state, self._product(wide, f"{name}output.dense")), f"{name}output.")

    def _product(self, state: str, name: str) -> str:
        """With the next matrix, as they are packaged in the order of their use."""
        rows = next(self._matrices).T
        blocks, factors = map(self._keep, in_blocks(rows, _BLOCK))
        entering, leaving = [state, blocks, factors, "", "", self._keep(self._values[f"{name}.bias"])], self._next()
        self._nodes.append(product(self._onnx.helper.make_node, rows, _BLOCK, entering, leaving))
        return leaving

    def _normal(self, state: str, name: str) -> str:
        scale, shift = (self._keep(self._values[f"{name}LayerNorm.{part}"]) for part in ("weight", "bias"))
        return self._does("LayerNormalization", state, scale, shift, epsilon=_NEAR_ZERO)

    def _keep(self, values: Any) -> str:
        name = f"kept{len(self._kept)}"
        self._kept.append(self._onnx.numpy_helper.from_array(values, name))
        return name

    def _does(self, what: str, *entering: str, domain: str = "", **how: Any) -> str:
        leaving = self._next()
        self._nodes.append(self._onnx.helper.make_node(what, entering, [leaving], domain=domain, **how))
        return leaving

    def _next(self) -> str:
        return f"made{len(self._nodes)}"
