"""Owns how large models are: bits for each weight, what people write of it, and the shapes that are usual. Pure."""

import re
from dataclasses import dataclass, replace

from bot.ports import Attention, ModelInfo

BITS = {
    "F32": 32.0, "F16": 16.0, "BF16": 16.0,
    "Q8_0": 8.5, "Q6_K": 6.56,
    "Q5_K_M": 5.67, "Q5_K_S": 5.54, "Q5_1": 6.0, "Q5_0": 5.5,
    "Q4_K_M": 4.85, "Q4_K_S": 4.58, "Q4_1": 5.0, "Q4_0": 4.5, "IQ4_NL": 4.5, "IQ4_XS": 4.25, "MXFP4": 4.25,
    "Q3_K_L": 4.27, "Q3_K_M": 3.91, "Q3_K_S": 3.5,
    "Q2_K": 3.35,
}  # fmt: skip
"""Bits for each weight, over a whole model of 7 billion; from llama.cpp's own table of quantizations."""

LADDER = ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K")
"""The quantizations that most models are offered in, the best first."""

WIDTHS = {16: "F16", 8: "Q8_0", 4: "Q4_K_M"}
"""What people mean by so many bits."""

USUAL = "Q4_K_M"
"""What is meant where nobody says it: what Ollama fetches by default."""

_SHARED = 0.84
"""Experts share their attention, so 8×7B is less than 56B: Mixtral's 46.7B are 0.83 of that, 8×22B's 141B 0.80."""

_CONVERTED = 0.05
"""How much larger the same model may be in another quantization than by the table of bits, as a share."""

_NAMED_ONLY, _EMBEDDINGS = 0.12, 150_000_000
"""How much larger a file may be than its name promises: embeddings stay wide, which weighs in small models (Qwen 2.5
0.5B and 3B in Q4_K_M: 190 MB and 12 % above)."""

_LAYERS = ((0.3, 30), (1.0, 28), (4.5, 36), (10.0, 36), (16.0, 48), (36.0, 64), (80.0, 80), (130.0, 96))
_MOST_LAYERS = 128
"""Layers of models up to so many billion parameters: the most among Llama 3, Qwen 2.5 and 3, Mistral, Gemma, Phi 3."""

_COUNT = re.compile(r"(?<![\w.])(?:(\d{1,3})\s*[x×]\s*)?(\d+(?:[.,]\d+)?)\s*([mbt])(?![a-z0-9])", re.IGNORECASE)
_UNITS = {"m": 1e6, "b": 1e9, "t": 1e12}
_NAMED = re.compile(r"(?<![a-z0-9])(?:iq\d|q\d|mxfp4|b?f(?:p)?(?:16|32))(?:_[a-z0-9]+)*(?![a-z0-9])", re.IGNORECASE)
_WIDTH = re.compile(r"(?<![\w.])(4|8|16)[\s-]?(?:bits?|bit\w*)(?!\w)|(?<![a-z0-9])int([48])(?![a-z0-9])", re.IGNORECASE)
_SHORT = {"FP16": "F16", "FP32": "F32", "Q8": "Q8_0", "Q6": "Q6_K", "Q5": "Q5_K_M", "Q4": "Q4_K_M", "Q3": "Q3_K_M"}


@dataclass(frozen=True, slots=True)
class Sized:
    """A model as far as its memory depends on it: weights in bytes, the shape of its attention, its trained context.

    `doubt` is by how many bytes the weights may be more than that, 0 for those of a file; `is_told` says that the shape
    is the model's own, and not just a usual one. `pictures` is what reading one takes besides. None: nobody knows.
    """

    name: str
    weights: int
    attention: Attention
    context_tokens: int | None = None
    quantization: str | None = None
    experts: tuple[int, int] | None = None
    doubt: int = 0
    is_told: bool = True
    pictures: int = 0

    @property
    def is_measured(self) -> bool:
        """Whether the weights are those of a file."""
        return self.doubt == 0

    def quantized(self, quantization: str) -> "Sized | None":
        """The same model in another quantization; None where it isn't known which this one is."""
        if self.quantization == quantization:
            return self
        if self.quantization not in BITS:
            return None
        weights = int(self.weights * BITS[quantization] / BITS[self.quantization])
        doubt = max(int(weights * _CONVERTED), self.doubt)
        return replace(self, weights=weights, quantization=quantization, doubt=doubt)


def of_info(info: ModelInfo) -> Sized | None:
    """The model that an engine tells about; None where it tells too little."""
    parameters = read_parameters(info.parameters or "")
    quantization = read_quantization(info.quantization or "")
    weights = info.size_bytes or (parameters and weights_of(parameters, quantization or USUAL))
    if not weights:
        return None
    bits = BITS[quantization or USUAL]
    return Sized(
        name=info.name,
        weights=weights,
        attention=info.attention or usual_shape(parameters or weights * 8 / bits),
        context_tokens=info.context_tokens,
        quantization=quantization,
        experts=info.experts,
        doubt=0 if info.size_bytes else _doubt(weights),
        is_told=info.attention is not None,
        pictures=info.picture_bytes,
    )


def of_words(words: str) -> Sized | None:
    """The model that words such as “13B Q4” or “8x7b 8-bit” describe; None where they name no number of parameters."""
    parameters = read_parameters(words)
    if not parameters:
        return None
    quantization = read_quantization(words) or USUAL
    weights = weights_of(parameters, quantization)
    return Sized(
        name=words.strip(),
        weights=weights,
        attention=usual_shape(parameters),
        quantization=quantization,
        doubt=_doubt(weights),
        is_told=False,
    )


def weights_of(parameters: float, quantization: str) -> int:
    """Bytes of so many weights."""
    return int(parameters * BITS[quantization] / 8)


def _doubt(weights: int) -> int:
    """By how much weights that are known by a name alone may be more."""
    return int(weights * _NAMED_ONLY) + _EMBEDDINGS


def read_parameters(words: str) -> float | None:
    """How many parameters `words` name: “7B”, “134.52M”, “8x7B”, “3,8 b”."""
    found = _COUNT.search(words)
    if found is None:
        return None
    experts, count, unit = found.groups()
    of_one = float(count.replace(",", ".")) * _UNITS[unit.lower()]
    return of_one * int(experts) * _SHARED if experts else of_one


def read_quantization(words: str) -> str | None:
    """The quantization that `words` name: “Q4_K_M”, “fp16”, “8-bit”, “q4”; None where they name none that is known."""
    if found := _NAMED.search(words):
        written = found[0].upper()
        name = _SHORT.get(written, written)
        return name if name in BITS else None
    if found := _WIDTH.search(words):
        return WIDTHS[int(found[1] or found[2])]
    return None


def usual_shape(parameters: float) -> Attention:
    """The attention that models of this size have since 2024: 8 KV heads of 128, shared by several heads that ask.

    The layers are the most that are usual, so that the cache isn't made too small. Older models without shared heads
    (Llama 2) take up to five times as much.
    """
    layers = next((count for most, count in _LAYERS if parameters <= most * 1e9), _MOST_LAYERS)
    if parameters <= 1e9:
        return Attention.uniform(layers=layers, kv_heads=4, head_length=64, heads=16)
    return Attention.uniform(layers=layers, kv_heads=8, head_length=128, heads=32)
