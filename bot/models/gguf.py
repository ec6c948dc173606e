"""Owns reading the head of a GGUF file: what it says about its model, and how long the file must at least be.

The format is described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.models.metadata import attention_of, context_of, experts_of, family_of, licence_of, number, text
from bot.ports import Attention

MAGIC = b"GGUF"
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_KEPT_ITEMS = 1024
"""Longer arrays are vocabularies; nobody asks for them here."""
_QUANTIZATIONS = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    25: "IQ4_NL",
    30: "IQ4_XS",
    32: "BF16",
}
"""`general.file_type` as llama.cpp's `llama_ftype` numbers it."""

Value = str | int | float | bool | Sequence["Value"]


class NotGguf(ValueError):
    """The file isn't a GGUF file, or ends before it should."""


@dataclass(frozen=True, slots=True)
class GgufModel:
    """What a GGUF file says about its model; None where it doesn't say. The context is in tokens.

    `experts` are how many there are and how many of them work on each token.
    """

    family: str | None
    parameters: str | None
    quantization: str | None
    context_tokens: int | None
    attention: Attention | None
    experts: tuple[int, int] | None = None
    licence: str | None = None
    has_template: bool = False


def has_magic(path: Path) -> bool:
    """Whether the file begins like a GGUF file."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read(path: Path) -> GgufModel:
    """Read what the file says about its model. Raises `NotGguf` as `read_facts` does, and on what can't be true."""
    facts = read_facts(path)
    try:
        return _model(facts)
    except ValueError as error:
        raise NotGguf(str(error)) from error


def read_facts(path: Path) -> Mapping[str, Value]:
    """Read the file's head. Raises `NotGguf` when it is something else, or cut off before its last tensor begins."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _read(data)
    except (struct.error, ValueError, OverflowError, RecursionError) as error:
        raise NotGguf(str(error)) from error


def _read(data: mmap.mmap) -> Mapping[str, Value]:
    cursor = _Cursor(data)
    if cursor.take(4) != MAGIC:
        raise NotGguf("it doesn't begin with GGUF")
    _version, tensors, entries = cursor.unpack("<IQQ")
    facts: dict[str, Value] = {}
    for _ in range(entries):
        key = cursor.string()
        facts[key] = cursor.value(cursor.unpack("<I")[0])
    if cursor.last_tensor_starts(tensors) >= len(data):
        raise NotGguf("it ends before its last tensor")
    return facts


def _model(facts: Mapping[str, Value]) -> GgufModel:
    file_type = number(facts.get("general.file_type"))
    return GgufModel(
        family=family_of(facts),
        parameters=text(facts.get("general.size_label")),
        quantization=None if file_type is None else _QUANTIZATIONS.get(file_type),
        context_tokens=context_of(facts),
        attention=attention_of(facts),
        experts=experts_of(facts),
        licence=licence_of(facts),
        has_template=bool(text(facts.get("tokenizer.chat_template"))),
    )


class _Cursor:
    """Walks through the file's head; a position past its end is a `struct.error` or a `NotGguf`."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise NotGguf("it ends within its head")
        return self._data[start : self._at]

    def unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def string(self) -> str:
        (length,) = self.unpack("<Q")
        return self.take(length).decode("utf-8", "replace")

    def value(self, kind: int) -> Value:
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self._array(*self.unpack("<IQ"))
        if kind not in _SCALARS:
            raise NotGguf(f"value of unknown type {kind}")
        return self.unpack(f"<{_SCALARS[kind]}")[0]

    def last_tensor_starts(self, tensors: int) -> int:
        """The position of the last tensor's first byte; the tensors' data begins after this table."""
        last = 0
        for _ in range(tensors):
            self.string()
            (dimensions,) = self.unpack("<I")
            *_, offset = self.unpack(f"<{dimensions}QIQ")
            last = max(last, offset)
        return self._at + last

    def _array(self, kind: int, count: int) -> Value:
        if kind in _SCALARS and count > _KEPT_ITEMS:
            self.take(struct.calcsize(f"<{_SCALARS[kind]}") * count)
            return ()
        kept = [self.value(kind) for _ in range(min(count, _KEPT_ITEMS))]
        for _ in range(count - len(kept)):
            self.value(kind)
        return kept
