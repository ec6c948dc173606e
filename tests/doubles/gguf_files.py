"""GGUF files of a few bytes, written by hand, as the format's description says."""

import struct
from pathlib import Path

from bot.models.gguf import MAGIC

Fact = str | int | list[int] | list[str]


def write_gguf(path: Path, facts: dict[str, Fact], *, tensor_offset: int = 0, data: bytes = b"weights") -> Path:
    """A file with these facts and one tensor that begins at `tensor_offset` of `data`."""
    head = struct.pack("<4sIQQ", MAGIC, 3, 1, len(facts))
    body = b"".join(_text(key) + _value(value) for key, value in facts.items())
    tensor = _text("output.weight") + struct.pack("<IQIQ", 1, 4, 0, tensor_offset)
    path.write_bytes(head + body + tensor + data)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _value(value: Fact) -> bytes:
    match value:
        case int():
            return struct.pack("<II", 4, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
        case _:
            return struct.pack("<IIQ", 9, 8 if isinstance(value[0], str) else 4, len(value)) + b"".join(
                map(_item, value)
            )


def _item(item: int | str) -> bytes:
    return _text(item) if isinstance(item, str) else struct.pack("<I", item)
