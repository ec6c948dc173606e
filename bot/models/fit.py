"""Owns the sums about memory: what a model needs, and which one suits the memory that is free. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import NotEnoughMemory
from bot.models.catalogue import CatalogueModel
from bot.models.shapes import Attention

RUNTIME_BYTES = 300_000_000
"""Compute buffers and the runtime itself; measured with llama.cpp on a CPU: 80 to 200 MB beside weights and cache.

llama.cpp also rearranges some weights for the CPU into a second copy (0.8 GB for the 1.5B); the pages of the file that
this replaces can be given back at any time, so they aren't counted twice.
"""

COMFORTABLE_BYTES = 3_000_000_000
"""With less than this free, the catalogue's default would push other programs out; a smaller model is taken."""


@dataclass(frozen=True, slots=True)
class Need:
    """The memory that a model takes, in bytes."""

    weights: int
    cache: int
    runtime: int = RUNTIME_BYTES

    @property
    def total(self) -> int:
        """All of it together."""
        return self.weights + self.cache + self.runtime


def cache_bytes(attention: Attention, *, context_tokens: int, parallel: int = 1, bytes_per_value: float = 2.0) -> int:
    """The size of the KV cache: for each token and layer one key and one value per KV head.

    The structure is that of Ollama's `GraphSize`; `bytes_per_value` is 2 for f16, 1.0625 for q8_0, 0.5625 for q4_0.
    Llama-3.1-8B at f16 (32 layers, 8 KV heads, 128 + 128 values): 128 KiB a token, 1 GiB at 8,192.
    """
    values = (attention.key_length + attention.value_length) * sum(attention.kv_heads)
    return int(context_tokens * parallel * values * bytes_per_value)


def memory_needed(size_bytes: int, attention: Attention, *, context_tokens: int, parallel: int = 1) -> Need:
    """What a model whose file has `size_bytes` takes; the weights are as large as the file."""
    return Need(size_bytes, cache_bytes(attention, context_tokens=context_tokens, parallel=parallel))


def fits(model: CatalogueModel, *, free_bytes: int, context_tokens: int, parallel: int = 1) -> bool:
    """Whether `model` can run in the memory that is free; no context is longer than the model was trained for."""
    return need_of(model, context_tokens=context_tokens, parallel=parallel).total <= free_bytes


def need_of(model: CatalogueModel, *, context_tokens: int, parallel: int = 1) -> Need:
    """What a model of the catalogue takes with `context_tokens`, or with its trained context when that is shorter.

    `parallel` answers at once take a context each.
    """
    context = min(context_tokens, model.context_tokens)
    return memory_needed(model.size_bytes, model.attention, context_tokens=context, parallel=parallel)


def choose(
    models: Iterable[CatalogueModel], *, free_bytes: int, context_tokens: int, parallel: int = 1
) -> CatalogueModel:
    """The model to take when nobody chose one: the largest for people that leaves the machine comfortable.

    With less than `COMFORTABLE_BYTES` free it is the smallest one, if that fits at all; otherwise `NotEnoughMemory`.
    """
    by_size = sorted((model for model in models if model.for_people), key=lambda model: model.size_bytes)
    smallest, largest = by_size[0], by_size[-1]
    comfortable = free_bytes >= COMFORTABLE_BYTES and fits(
        largest, free_bytes=free_bytes, context_tokens=context_tokens, parallel=parallel
    )
    if comfortable:
        return largest
    if fits(smallest, free_bytes=free_bytes, context_tokens=context_tokens, parallel=parallel):
        return smallest
    needed = need_of(smallest, context_tokens=context_tokens, parallel=parallel).total
    raise NotEnoughMemory(model=smallest.name, needed=needed / 1e9, free=free_bytes / 1e9)
