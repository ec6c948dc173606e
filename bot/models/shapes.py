"""Owns the shape of a model's attention, which decides how much memory its context takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attention:
    """KV heads of each layer, in order; the lengths of one head's key and value in numbers."""

    kv_heads: tuple[int, ...]
    key_length: int
    value_length: int

    @classmethod
    def uniform(cls, *, layers: int, kv_heads: int, head_length: int) -> "Attention":
        """The usual shape: every layer alike, keys as long as values."""
        return cls((kv_heads,) * layers, head_length, head_length)
