"""Owns BERT weights in the `safetensors` format: a length, a JSON directory, and the tensors behind it."""

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedding.bert_graph import BertShape, Floats

_LENGTH = struct.Struct("<Q")
_TABLES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


class NotSafetensors(Exception):
    """The bytes aren't such a file, or lack a tensor of the encoder."""


class SafetensorsWeights:
    """The encoder of shape `shape` in `data`, a whole file with 32-bit floats. Raises `NotSafetensors` otherwise."""

    def __init__(self, data: NDArray[np.uint8], shape: BertShape) -> None:
        self.shape = shape
        try:
            (length,) = _LENGTH.unpack_from(data.data)
            self._directory: dict[str, Any] = json.loads(bytes(data[_LENGTH.size : _LENGTH.size + length]))
        except (struct.error, ValueError) as error:
            raise NotSafetensors("it has no directory") from error
        self._tensors = data[_LENGTH.size + length :]

    def tensor(self, name: str) -> Floats:
        """One tensor as 32-bit floats; see `BertWeights`."""
        entry = self._directory.get(_published_name(name))
        if entry is None or entry["dtype"] != "F32":
            raise NotSafetensors(f"there is no tensor {name} of 32-bit floats")
        start, end = entry["data_offsets"]
        floats = np.frombuffer(self._tensors[start:end].tobytes(), "<f4").astype(np.float32)
        return floats.reshape(entry["shape"])


def _published_name(name: str) -> str:
    """`l3.ao.w` as its makers call it."""
    if name in _TABLES:
        return _TABLES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_PARTS[part]}.{_KINDS[kind]}"
