"""Products in 8 bits, on onnxruntime: a quarter of the bytes has to come from memory, which takes most of the time.

Rows are rounded by the largest value of each block in them, and so is what they are multiplied with.
"""

from typing import Any, Self

import numpy as np

from services.agent.understanding.words import Floats

MORE = "com.microsoft"
"""Operations that onnxruntime adds to those of ONNX."""

OPERATIONS, FORMAT = 20, 9
"""Versions of the operations of ONNX, and of the format that came with them."""

_IN_BYTES = 4
"""What onnxruntime calls the accuracy level of products in 8 bits; others would widen the rows."""

_ZERO, _LARGEST = 128, np.float32(127)
"""Of unsigned bytes: what stands for zero, and how far they go from there."""

_LEAST = np.float32(1e-30)
"""A factor to divide by where a block is all zeros."""

_BLOCK = 64
"""Values that share a factor in `Rows`."""


def session(model: bytes) -> Any:
    """An ONNX model on one thread: more make a single text slower, and much so on a busy machine."""
    import onnxruntime  # noqa: PLC0415  # a quarter of a second that the lite engine does not have to wait for

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def in_blocks(rows: Floats, block: int) -> tuple[Any, Floats]:
    """Rows as the operator takes them: rows x blocks x values in a block, and a factor for each block."""
    blocks = np.pad(rows, ((0, 0), (0, -rows.shape[1] % block))).reshape(len(rows), -1, block)
    factors = np.maximum(np.abs(blocks).max(axis=2, keepdims=True) / _LARGEST, _LEAST)
    return (np.rint(blocks / factors) + _ZERO).astype(np.uint8), factors.ravel()


def rounded(rows: Floats) -> Floats:
    """As `Rows` multiplies them: what is learnt from these is right for what is read later."""
    blocks, factors = in_blocks(rows, _BLOCK)
    floats: Floats = (blocks.astype(np.float32) - _ZERO) * factors.reshape(*blocks.shape[:2], 1)
    return floats.reshape(len(rows), -1)[:, : rows.shape[1]]


def product(make: Any, rows: Floats, block: int, entering: list[str], leaving: str) -> Any:
    """The operator that multiplies with rows in blocks."""
    shape = {"K": rows.shape[1], "N": len(rows), "bits": 8, "block_size": block, "accuracy_level": _IN_BYTES}
    return make("MatMulNBits", entering, [leaving], domain=MORE, **shape)


class Rows:
    """Many rows, to be multiplied with a few vectors; `form` is that as an ONNX model, as which it is kept on disk."""

    def __init__(self, form: bytes) -> None:
        self.form, self._session = form, session(form)

    @classmethod
    def of(cls, rows: Floats) -> Self:
        """Rounded from floats."""
        from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415  # a tenth of a second, only for training

        kept = [numpy_helper.from_array(*one) for one in zip(in_blocks(rows, _BLOCK), ("rows", "factors"), strict=True)]
        node = product(helper.make_node, rows, _BLOCK, ["vectors", "rows", "factors"], "products")
        entering = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["vectors", rows.shape[1]])
        leaving = helper.make_tensor_value_info("products", TensorProto.FLOAT, ["vectors", len(rows)])
        graph = helper.make_graph([node], "rows", [entering], [leaving], kept)
        versions = [helper.make_opsetid("", OPERATIONS), helper.make_opsetid(MORE, 1)]
        return cls(helper.make_model(graph, opset_imports=versions, ir_version=FORMAT).SerializeToString())

    def times(self, vectors: Floats) -> Floats:
        """Products of each vector with each row: vectors x rows."""
        products: Floats = self._session.run(None, {"vectors": vectors})[0]
        return products
