"""Owns the ONNX graph of a BERT encoder: weights in, a model that onnxruntime runs out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]

_OPSET = 17
"""The first with LayerNormalization as one operator."""
_IR_VERSION = 8
_INT8_MOST = 127
_MASKED = -10000.0
"""What is added to the score of a padding token before the softmax, as in the original implementation of BERT."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """What the weights alone don't tell: the number of layers and attention heads, and LayerNorm's epsilon."""

    layers: int
    heads: int
    epsilon: float


class BertWeights(Protocol):
    """A trained BERT encoder, read tensor by tensor so that its source decides how much memory that takes.

    Each tensor is the caller's own to overwrite.
    """

    @property
    def shape(self) -> BertShape:
        """How the tensors are put together."""
        ...

    def tensor(self, name: str) -> Floats:
        """One tensor by its name, as 32-bit floats.

        `emb.word`, `emb.pos`, `emb.type` and the LayerNorm `emb.ln.w`, `emb.ln.b`; then, for each layer from `l0` on,
        the dense layers `q`, `k`, `v`, `ao` (attention output), `fi` and `fo` (feed forward in and out) as `l0.q.w`
        (output × input) and `l0.q.b`, and the LayerNorms `aln` and `oln` after attention and after the layer.
        """
        ...


def bert_model(weights: BertWeights) -> onnx.ModelProto:
    """The encoder as a graph from tokens to hidden states.

    `input_ids` and `attention_mask` (batch × tokens) go in, `last_hidden_state` (batch × tokens × width) comes out.
    """
    return _Graph(weights).model()


class _Graph:
    """Nodes and initializers as they are added; a node's output is named like the node."""

    def __init__(self, weights: BertWeights) -> None:
        self._weights = weights
        self._shape = weights.shape
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []
        self._width = 0

    def model(self) -> onnx.ModelProto:
        hidden = self._embeddings()
        mask = self._mask()
        self._attention_constants()
        for layer in range(self._shape.layers):
            hidden = self._layer(f"l{layer}", hidden, mask)
        self._node("Identity", [hidden], "last_hidden_state")
        tokens = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*tokens, self._width])],
            self._initializers,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR_VERSION
        return model

    def _embeddings(self) -> str:
        """Word + position + segment, normalized. There is one segment, so its vector is part of each position's."""
        words = self._weights.tensor("emb.word")
        self._width = words.shape[1]
        self._words(words)
        self._constant("positions", self._weights.tensor("emb.pos") + self._weights.tensor("emb.type")[0])
        self._constant("first", np.array([0], np.int64))
        self._constant("second_axis", np.array([1], np.int64))
        self._node("Shape", ["input_ids"], "input_shape")
        self._node("Gather", ["input_shape", "second_axis"], "length")
        self._node("Slice", ["positions", "first", "length", "first"], "position")
        self._node("Add", ["word", "position"], "embedded")
        return self._norm("emb.ln", "embedded")

    def _words(self, words: Floats) -> None:
        """The vectors of the words as 8-bit integers and one scale a word: a quarter of the size, next to no loss.

        `words` is overwritten: a large vocabulary is most of a small model, and would be in memory several times.
        """
        scales = np.maximum(words.max(axis=1, keepdims=True), -words.min(axis=1, keepdims=True)) / _INT8_MOST
        scales[scales == 0] = 1
        words /= scales
        self._constant("words", np.rint(words, out=words).astype(np.int8))
        self._constant("word_scales", scales.astype(np.float32))
        self._node("Gather", ["words", "input_ids"], "word_int8")
        self._node("Gather", ["word_scales", "input_ids"], "word_scale")
        self._node("Cast", ["word_int8"], "word_steps", to=TensorProto.FLOAT)
        self._node("Mul", ["word_steps", "word_scale"], "word")

    def _mask(self) -> str:
        """0 for tokens and a large negative number for padding, to be added to batch × heads × tokens × tokens."""
        self._constant("head_axes", np.array([1, 2], np.int64))
        self._constant("one", np.array(1, np.float32))
        self._constant("masked", np.array(_MASKED, np.float32))
        self._node("Cast", ["attention_mask"], "is_token", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["is_token", "head_axes"], "is_token_4d")
        self._node("Sub", ["one", "is_token_4d"], "is_padding")
        return self._node("Mul", ["is_padding", "masked"], "mask")

    def _attention_constants(self) -> None:
        head = self._width // self._shape.heads
        self._constant("heads_shape", np.array([0, 0, self._shape.heads, head], np.int64))
        self._constant("tokens_shape", np.array([0, 0, self._width], np.int64))
        self._constant("scale", np.array(1 / np.sqrt(head), np.float32))
        self._constant("root_half", np.array(1 / np.sqrt(2), np.float32))
        self._constant("half", np.array(0.5, np.float32))

    def _layer(self, layer: str, hidden: str, mask: str) -> str:
        attended = self._dense(f"{layer}.ao", self._attention(layer, hidden, mask))
        middle = self._norm(f"{layer}.aln", self._node("Add", [attended, hidden], f"{layer}.attended"))
        fed = self._dense(f"{layer}.fo", self._gelu(layer, self._dense(f"{layer}.fi", middle)))
        return self._norm(f"{layer}.oln", self._node("Add", [fed, middle], f"{layer}.fed"))

    def _attention(self, layer: str, hidden: str, mask: str) -> str:
        """softmax(q · kᵀ / √head + mask) · v, head by head."""
        query, value = (self._heads(f"{layer}.{part}", hidden, order=(0, 2, 1, 3)) for part in "qv")
        key = self._heads(f"{layer}.k", hidden, order=(0, 2, 3, 1))
        scores = self._node("MatMul", [query, key], f"{layer}.scores")
        scaled = self._node("Mul", [scores, "scale"], f"{layer}.scaled")
        shown = self._node("Add", [scaled, mask], f"{layer}.shown")
        shares = self._node("Softmax", [shown], f"{layer}.shares", axis=-1)
        context = self._node("MatMul", [shares, value], f"{layer}.context")
        by_token = self._node("Transpose", [context], f"{layer}.by_token", perm=(0, 2, 1, 3))
        return self._node("Reshape", [by_token, "tokens_shape"], f"{layer}.joined")

    def _heads(self, name: str, hidden: str, *, order: Sequence[int]) -> str:
        split = self._node("Reshape", [self._dense(name, hidden), "heads_shape"], f"{name}.split")
        return self._node("Transpose", [split], f"{name}.heads", perm=order)

    def _gelu(self, layer: str, given: str) -> str:
        """GELU: x · (1 + erf(x / √2)) / 2, the exact form that BERT was trained with."""
        scaled = self._node("Mul", [given, "root_half"], f"{layer}.gelu_scaled")
        error = self._node("Erf", [scaled], f"{layer}.gelu_erf")
        gate = self._node("Add", [error, "one"], f"{layer}.gelu_gate")
        gated = self._node("Mul", [given, gate], f"{layer}.gelu_gated")
        return self._node("Mul", [gated, "half"], f"{layer}.gelu")

    def _dense(self, name: str, given: str) -> str:
        self._constant(f"{name}.w", self._weights.tensor(f"{name}.w").T)
        self._constant(f"{name}.b", self._weights.tensor(f"{name}.b"))
        product = self._node("MatMul", [given, f"{name}.w"], f"{name}.product")
        return self._node("Add", [product, f"{name}.b"], f"{name}.out")

    def _norm(self, name: str, given: str) -> str:
        for part in ("w", "b"):
            self._constant(f"{name}.{part}", self._weights.tensor(f"{name}.{part}"))
        inputs = [given, f"{name}.w", f"{name}.b"]
        return self._node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=self._shape.epsilon)

    def _constant(self, name: str, value: NDArray[Any]) -> None:
        self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))

    def _node(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:  # noqa: ANN401 - ONNX's
        self._nodes.append(helper.make_node(operator, list(inputs), [name], name=f"{name}/{operator}", **attributes))
        return name
