"""Owns the shape of a model's attention, which decides how much memory its context takes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attention:
    """KV heads of each layer, in order; the lengths of one head's key and value in numbers.

    Layers that are `windowed` remember only the last `window` tokens; without any, all remember everything. `heads`
    are those that ask, in the layer with the most; None where nobody told.
    """

    kv_heads: tuple[int, ...]
    key_length: int
    value_length: int
    window: int | None = None
    windowed: tuple[bool, ...] = ()
    heads: int | None = field(default=None, compare=False)

    @classmethod
    def uniform(cls, *, layers: int, kv_heads: int, head_length: int, heads: int | None = None) -> "Attention":
        """The usual shape: every layer alike, keys as long as values."""
        return cls((kv_heads,) * layers, head_length, head_length, heads=heads)

    @property
    def layers(self) -> int:
        """How many there are."""
        return len(self.kv_heads)

    def remembered(self, layer: int, context_tokens: int, *, batch: int) -> int:
        """How many tokens `layer` keeps of a context; a windowed one keeps its window and the `batch` being read."""
        if self.window is None or not self.windowed or not self.windowed[layer]:
            return context_tokens
        return min(context_tokens, self.window + batch)
