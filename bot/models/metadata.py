"""Owns what GGUF's facts about a model mean, as they stand in a file's head and in Ollama's `/api/show`. Pure.

The keys are described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from collections.abc import Mapping

from bot.models.licences import short_licence
from bot.ports import Attention

Facts = Mapping[str, object]

_MOST_LAYERS = 10_000
"""No model has as many; a damaged number must not become a list of that length."""
_WINDOW_PERIODS = {"gemma2": 2, "gemma3": 6, "gpt-oss": 2, "gptoss": 2, "cohere2": 4, "olmo2": 4, "exaone4": 4}
"""Every how many layers one remembers everything, where files don't say it; from llama.cpp's `llama-model.cpp`."""


def family_of(facts: Facts) -> str | None:
    """The architecture's name."""
    return text(facts.get("general.architecture"))


def context_of(facts: Facts) -> int | None:
    """The context that the model was made for, in tokens."""
    return number(facts.get(f"{family_of(facts)}.context_length"))


def experts_of(facts: Facts) -> tuple[int, int] | None:
    """How many experts there are and how many work on each token; None where it isn't a mixture of experts."""
    family = family_of(facts)
    every, used = number(facts.get(f"{family}.expert_count")), number(facts.get(f"{family}.expert_used_count"))
    return (every, used) if every and used else None


def licence_of(facts: Facts, whole: str | None = None) -> str | None:
    """The licence's short name, by what the facts call it or else by how its `whole` text begins."""
    return short_licence(text(facts.get("general.license")), whole)


def attention_of(facts: Facts) -> Attention | None:
    """The attention's shape; None where the facts don't tell it. `ValueError` on a number that can't be true.

    Ollama empties lists that are longer than five, so what is told layer by layer may be missing there.
    """
    prefix = f"{family_of(facts)}."
    layers = number(facts.get(f"{prefix}block_count")) or 0
    if layers > _MOST_LAYERS:
        raise ValueError(f"{layers} layers")
    heads = _per_layer(facts.get(f"{prefix}attention.head_count"), layers)
    kv_told = facts.get(f"{prefix}attention.head_count_kv")
    kv_heads = heads if kv_told is None else _per_layer(kv_told, layers)
    if not layers or not heads or not max(heads) or len(kv_heads) != layers:
        return None
    usual = (number(facts.get(f"{prefix}embedding_length")) or 0) // max(heads)
    key = number(facts.get(f"{prefix}attention.key_length")) or usual
    value = number(facts.get(f"{prefix}attention.value_length")) or usual
    window = number(facts.get(f"{prefix}attention.sliding_window")) or 0
    windowed = _windowed(facts, layers) if window > 0 else ()
    if not any(windowed):
        return Attention(kv_heads, key, value, heads=max(heads))
    return Attention(kv_heads, key, value, window, windowed, max(heads))


def text(value: object) -> str | None:
    """`value` if it is a text."""
    return value if isinstance(value, str) else None


def number(value: object) -> int | None:
    """`value` if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _windowed(facts: Facts, layers: int) -> tuple[bool, ...]:
    """Which layers remember only their window; none where that isn't known, for then all may remember everything."""
    family = family_of(facts) or ""
    told = facts.get(f"{family}.attention.sliding_window_pattern")
    if isinstance(told, list | tuple) and len(told) == layers:
        return tuple(map(bool, told))
    period = number(told) or _WINDOW_PERIODS.get(family)
    return tuple((layer + 1) % period != 0 for layer in range(layers)) if period else ()


def _per_layer(value: object, layers: int) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,) * layers
    if isinstance(value, list | tuple):
        return tuple(item for item in value if isinstance(item, int))
    return ()
