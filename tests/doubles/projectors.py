"""A projector for the small test model: a real one for llama.cpp, of made-up weights, so the model sees nonsense.

It is a LLaVA projector (`mlp`) of 16 patches: a picture of any size takes 16 tokens.
"""

import struct
from array import array
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path

from bot.models.gguf import MAGIC

TOKENS = 16
WIDTH = 576
"""SmolLM2-135M's."""
_EMBEDDING, _FEED_FORWARD, _LAYERS, _SIZE, _PATCH = 32, 64, 2, 32, 8
_ALIGNED = 32

Fact = bool | int | float | str | list[float]


def write_projector(path: Path, *, width: int = WIDTH, **other: Fact) -> Path:
    """The projector's file; `other` are facts in the place of those of the same name, behind `clip.vision.`."""
    tensors = dict(_shapes(width))
    facts = _facts(width) | {f"clip.vision.{name}": value for name, value in other.items()}
    head = struct.pack("<4sIQQ", MAGIC, 3, len(tensors), len(facts))
    head += b"".join(_text(name) + _value(value) for name, value in facts.items())
    blobs = [_padded(_numbers(prod(shape))) for shape in tensors.values()]
    starts = [sum(map(len, blobs[:at])) for at in range(len(blobs))]
    for (name, shape), start in zip(tensors.items(), starts, strict=True):
        head += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, start)
    path.write_bytes(_padded(head) + b"".join(blobs))
    return path


def _facts(width: int) -> dict[str, Fact]:
    vision: Mapping[str, Fact] = {
        "image_size": _SIZE,
        "patch_size": _PATCH,
        "embedding_length": _EMBEDDING,
        "feed_forward_length": _FEED_FORWARD,
        "block_count": _LAYERS,
        "projection_dim": width,
        "attention.head_count": 2,
        "attention.layer_norm_epsilon": 1e-5,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }
    whole: dict[str, Fact] = {
        "general.architecture": "clip",
        "clip.has_vision_encoder": True,
        "clip.projector_type": "mlp",
        "clip.use_gelu": True,
    }
    return whole | {f"clip.vision.{name}": value for name, value in vision.items()}


def _shapes(width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each tensor's name and shape, the shape as GGUF counts it: the nearest dimension first."""
    yield "v.patch_embd.weight", (_PATCH, _PATCH, 3, _EMBEDDING)
    yield "v.position_embd.weight", (_EMBEDDING, TOKENS)
    for layer in range(_LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            yield from _dense(f"v.blk.{layer}.{name}", _EMBEDDING, _EMBEDDING)
        for name in ("ln1", "ln2"):
            yield f"v.blk.{layer}.{name}.weight", (_EMBEDDING,)
            yield f"v.blk.{layer}.{name}.bias", (_EMBEDDING,)
        yield from _dense(f"v.blk.{layer}.ffn_up", _EMBEDDING, _FEED_FORWARD)
        yield from _dense(f"v.blk.{layer}.ffn_down", _FEED_FORWARD, _EMBEDDING)
    yield from _dense("mm.0", _EMBEDDING, width)
    yield from _dense("mm.2", width, width)


def _dense(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (inputs, outputs)
    yield f"{name}.bias", (outputs,)


def _numbers(amount: int) -> bytes:
    """Small ones about zero, always the same."""
    return array("f", [(at * 37 % 101 - 50) / 2_500 for at in range(amount)]).tobytes()


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % _ALIGNED)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _value(value: Fact) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
        case _:
            return struct.pack("<IIQ", 9, 6, len(value)) + struct.pack(f"<{len(value)}f", *value)
