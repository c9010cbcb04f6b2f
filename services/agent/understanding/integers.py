"""The encoder as it is used: fitted to what customers write, and multiplying in integers.

The packaged weights are int8, but widened to floats before anything is done with them. In 8 bits a text takes two
thirds of the time, as a quarter of the bytes has to come from memory, and the vocabulary takes a quarter of the memory.
What fitting adds to them (`services.agent.weights.fitting`) is worked into them first, at no cost afterwards.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from services.agent.understanding.words import Floats
from services.agent.weights import FITTED, PINNED

FORM = hashlib.sha256(PINNED["model.onnx"].encode() + FITTED.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:8]
"""Names the weights and what is made of them here."""

_NARROW, _WIDENED, _SCALE = "_q", "_f", "_scale"
"""How the packaged model names a matrix as int8, the same as floats, and the factors to multiply with."""

_FLOAT = 1
"""The type as ONNX numbers it (TensorProto.FLOAT)."""

_IN_BYTES = 4
"""What onnxruntime calls the accuracy level of products in 8 bits; others would widen the weights."""

_BLOCK = 128
"""Values that share a factor: smaller ones round less and take longer. 384 and 1,536 can be divided by it."""

_ZERO, _LARGEST = 128, np.float32(127)
"""Of unsigned bytes: what stands for zero, and how far they go from there."""


def fitted(file: Path = FITTED) -> list[Floats]:
    """What fitting adds to each matrix (from x to), in the order of the products; each is kept as two narrow ones."""
    with np.load(file, allow_pickle=False) as arrays:
        pairs = range(len(arrays.files) // 2)
        return [arrays[f"down{at}"].astype(np.float32) @ arrays[f"up{at}"].astype(np.float32) for at in pairs]


def in_integers(model: Path, added: Iterable[Floats] = ()) -> bytes:
    """The packaged model with something added to its matrices, serialized anew.

    Matrices, and what is multiplied with them, are rounded to 8 bits by the largest value of each block. `added` has
    one matrix for each product of weights, or none at all.
    """
    import onnx  # noqa: PLC0415  # a tenth of a second, only where the model was not made before

    read: Any = onnx.load(model)
    additions = iter(added)
    stored = {tensor.name: tensor for tensor in read.graph.initializer}
    matrices = {name.removesuffix(_NARROW) for name in stored if name.endswith(_NARROW)}
    widening = matrices | {name + _WIDENED for name in matrices}
    nodes: list[Any] = []
    for node in read.graph.node:
        matrix = next((name for name in node.input if name in matrices), None)
        if node.output[0] in widening:
            continue
        if matrix is None:
            nodes.append(node)
        elif node.op_type == "MatMul":
            narrow, scale = stored[matrix + _NARROW], stored[matrix + _SCALE]
            whole = onnx.numpy_helper.to_array(narrow).astype(np.float32) * onnx.numpy_helper.to_array(scale)
            for tensor, values in zip((narrow, scale), _blocks(whole + next(additions, 0)), strict=True):
                tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
            nodes.append(_product(onnx.helper.make_node, node, matrix, whole.shape))
        else:
            nodes.extend(_rows(onnx.helper.make_node, node, matrix))
    read.graph.ClearField("node")
    read.graph.node.extend(nodes)
    read.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    serialized: bytes = read.SerializeToString()
    return serialized


def _blocks(whole: Floats) -> tuple[Any, Any]:
    """A matrix as the operator takes it: to x blocks x values in a block, and their factors."""
    blocks = whole.T.reshape(whole.shape[1], -1, _BLOCK)
    factors = np.abs(blocks).max(axis=2, keepdims=True) / _LARGEST
    return (np.rint(blocks / factors) + _ZERO).astype(np.uint8), factors.ravel()


def _product(make: Any, node: Any, matrix: str, size: tuple[int, ...]) -> Any:
    entering = [node.input[0], matrix + _NARROW, matrix + _SCALE]
    shape = {"K": size[0], "N": size[1], "bits": 8, "block_size": _BLOCK, "accuracy_level": _IN_BYTES}
    return make("MatMulNBits", entering, list(node.output), domain="com.microsoft", **shape)


def _rows(make: Any, node: Any, matrix: str) -> Iterator[Any]:
    """A look-up of rows, each with a factor of its own: only what was looked up is widened."""
    place, row = node.input[1], node.output[0]
    yield make("Gather", [matrix + _NARROW, place], [row + _NARROW])
    yield make("Gather", [matrix + _SCALE, place], [row + _SCALE])
    yield make("Cast", [row + _NARROW], [row + _WIDENED], to=_FLOAT)
    yield make("Mul", [row + _WIDENED, row + _SCALE], [row])
