"""Owns the sums about memory: what a model needs, and which one suits the memory that is free. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.errors import NotEnoughMemory
from bot.models.catalogue import CatalogueModel
from bot.models.fit_sizes import Sized
from bot.ports import Attention

MIB = 1024 * 1024
BATCH_TOKENS = 512
"""How much of a prompt llama.cpp and Ollama read at once (`n_ubatch`)."""

CACHE_BYTES = {"f16": 2.0, "q8_0": 1.0625, "q4_0": 0.5625}
"""Bytes for each number in the KV cache, by its quantization (a block of 32 and its scale)."""

COMFORTABLE_BYTES = 3_000_000_000
"""With less than this free, the catalogue's default would push other programs out; a smaller model is taken."""

_LEAST_MARGIN = 64 * MIB
_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Overhead:
    """What an engine takes beside weights and cache, in bytes.

    `fixed` once, `per_answer` for each beyond the first, and `prompts` at most for earlier prompts that it keeps. With
    `keeps_scores` the attention's scores take a buffer that grows with the context, as without flash attention.
    `factor` is what was learnt on this machine, and `error` by how many bytes that was wrong at worst.
    """

    fixed: int
    per_answer: int = 16 * MIB
    prompts: int = 0
    keeps_scores: bool = False
    factor: float = 1.0
    error: int = 0

    def of(self, attention: Attention, *, context_tokens: int, parallel: int) -> int:
        """The bytes, without those for earlier prompts, which come with time."""
        scores = 4 * BATCH_TOKENS * context_tokens * (attention.heads or 32) if self.keeps_scores else 0
        return int((self.fixed + self.per_answer * (parallel - 1) + scores) * self.factor)


EMBEDDED = Overhead(fixed=76 * MIB, prompts=256 * MIB)
"""Measured with llama.cpp on a CPU: 59 to 87 MiB, and 17 MiB more for each further answer; docs/benchmarks.md.

llama.cpp also rearranges some weights for the CPU into a second copy (0.7 GB for the 1.5B); the pages of the file that
this replaces can be given back at any time, so they aren't counted twice.
"""

SERVER = Overhead(fixed=400 * MIB, keeps_scores=True, error=192 * MIB)
"""Where to start with Ollama and others: a graphics card's context and compute buffers (an 8B at 8,192 tokens: 0.7 GB).

The structure is that of Ollama's `GraphSize`; what `/api/ps` tells on this machine corrects it.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is to be run: `context_tokens` for each of `parallel` answers at once, a cache of `cache`."""

    context_tokens: int
    parallel: int = 1
    cache: str = "f16"
    overhead: Overhead = EMBEDDED

    def with_context(self, tokens: int) -> "Plan":
        """The same with another context."""
        return replace(self, context_tokens=tokens)


@dataclass(frozen=True, slots=True)
class Need:
    """The memory that a model takes, in bytes; `margin` is what must be free besides, for sums may be wrong.

    `prompts` are earlier prompts that the engine keeps in main memory, at most.
    """

    weights: int
    cache: int
    overhead: int
    prompts: int = 0
    margin: int = 0

    @property
    def working(self) -> int:
        """What is measured of it when it answers: all but the earlier prompts."""
        return self.weights + self.cache + self.overhead

    @property
    def total(self) -> int:
        """All of it together."""
        return self.working + self.prompts

    @property
    def careful(self) -> int:
        """What must be free before anybody says that it fits."""
        return self.total + self.margin


def cache_bytes(attention: Attention, *, context_tokens: int, parallel: int = 1, bytes_per_value: float = 2.0) -> int:
    """The size of the KV cache: for each token and layer one key and one value per KV head.

    The structure is that of Ollama's `GraphSize`; `bytes_per_value` is 2 for f16, 1.0625 for q8_0, 0.5625 for q4_0.
    Llama-3.1-8B at f16 (32 layers, 8 KV heads, 128 + 128 values): 128 KiB a token, 1 GiB at 8,192. Layers with a
    sliding window keep that, and the batch that is being read.
    """
    remembered = sum(
        heads * attention.remembered(layer, context_tokens, batch=BATCH_TOKENS)
        for layer, heads in enumerate(attention.kv_heads)
    )
    return int(remembered * parallel * (attention.key_length + attention.value_length) * bytes_per_value)


def need(model: Sized, plan: Plan) -> Need:
    """What `model` takes when it is run as `plan` says; no context is longer than the model was trained for."""
    context = min(plan.context_tokens, model.context_tokens or plan.context_tokens)
    cache = cache_bytes(
        model.attention, context_tokens=context, parallel=plan.parallel, bytes_per_value=CACHE_BYTES[plan.cache]
    )
    overhead = plan.overhead.of(model.attention, context_tokens=context, parallel=plan.parallel) + model.pictures
    needed = Need(model.weights, cache, overhead, plan.overhead.prompts)
    margin = max(_LEAST_MARGIN, int(needed.working * _MARGIN)) + model.doubt + plan.overhead.error
    return replace(needed, margin=margin)


def need_of(model: CatalogueModel, *, context_tokens: int, parallel: int = 1) -> Need:
    """What a model of the catalogue takes in the embedded engine; `parallel` answers at once take a context each."""
    return need(sized(model), Plan(context_tokens, parallel))


def sized(model: CatalogueModel) -> Sized:
    """A model of the catalogue, as far as its memory depends on it."""
    return Sized(model.name, model.size_bytes, model.attention, model.context_tokens, model.quantization)


def fits(model: CatalogueModel, *, free_bytes: int, context_tokens: int, parallel: int = 1) -> bool:
    """Whether `model` can run in the memory that is free."""
    return need_of(model, context_tokens=context_tokens, parallel=parallel).careful <= free_bytes


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
    needed = need_of(smallest, context_tokens=context_tokens, parallel=parallel).careful
    raise NotEnoughMemory(model=smallest.name, needed=needed / 1e9, free=free_bytes / 1e9)
