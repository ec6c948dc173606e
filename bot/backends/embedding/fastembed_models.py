"""Owns fastembed's view of a model: its own list, and loading from a folder without asking anybody."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BadSetting
from bot.models.embedding_catalogue import (
    ALL_MINILM_L6_V2,
    EMBEDDING_CATALOGUE,
    MULTILINGUAL_E5_SMALL,
    EmbeddingModel,
)
from bot.models.naming import nearest

if TYPE_CHECKING:
    from fastembed import TextEmbedding

_PREFIXES = {
    "intfloat/multilingual-e5": ("query: ", "passage: "),
    "nomic-ai/nomic-embed": ("search_query: ", "search_document: "),
    "mixedbread-ai/mxbai-embed": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake/snowflake-arctic-embed": ("Represent this sentence for searching relevant passages: ", ""),
}
"""What the makers' model cards say to put before a question and a passage, where fastembed doesn't do it itself."""
_TOKENS = 512
"""What is asked of a model of fastembed's; nearly all read that much, and no passage is longer."""


def embedding_models(name: str) -> tuple[EmbeddingModel, ...]:
    """The models that `name` in SOVA_EMBEDDING_MODEL asks for; the default asks for a better English one beside it.

    `BadSetting` when neither the catalogue nor fastembed has one of that name.
    """
    if name == MULTILINGUAL_E5_SMALL.name:
        return MULTILINGUAL_E5_SMALL, ALL_MINILM_L6_V2
    return (_catalogued(name) or _of_fastembed(name),)


def load(model: EmbeddingModel, folder: Path, *, threads: int) -> "TextEmbedding":
    """The model in memory, run by `threads` (0: as many as there are cores). Raises whatever its vendors raise."""
    from fastembed import TextEmbedding
    from fastembed.common.types import Device

    name = _custom_name(model) if model.offers else model.published
    if model.offers:
        _register(model, name)
    return TextEmbedding(
        name,
        threads=threads or None,
        cuda=Device.CPU,
        specific_model_path=str(folder),
        local_files_only=True,
    )


def _catalogued(name: str) -> EmbeddingModel | None:
    return next((model for model in EMBEDDING_CATALOGUE if name in {model.name, model.published}), None)


def _of_fastembed(name: str) -> EmbeddingModel:
    from fastembed import TextEmbedding

    listed = {str(entry["model"]): entry for entry in TextEmbedding.list_supported_models()}
    found = next((entry for known, entry in listed.items() if known.lower() == name.lower()), None)
    if found is None or not found["sources"].get("hf"):
        near = ", ".join(nearest(name, [*(model.name for model in EMBEDDING_CATALOGUE), *listed]))
        reason = f"{name} is no embedding model that Sova or fastembed knows"
        raise BadSetting(name="SOVA_EMBEDDING_MODEL", reason=f"{reason}; near it: {near}" if near else reason)
    return _described(found)


def _described(entry: dict[str, Any]) -> EmbeddingModel:
    """One of fastembed's own models, to be fetched from the repository that fastembed takes it from."""
    published = str(entry["model"])
    prefixes = next((both for start, both in _PREFIXES.items() if published.lower().startswith(start)), ("", ""))
    return EmbeddingModel(
        name=published,
        short=published.rpartition("/")[2].lower(),
        published=published,
        licence=str(entry["license"]),
        dimension=int(entry["dim"]),
        token_limit=_TOKENS,
        query_prefix=prefixes[0],
        passage_prefix=prefixes[1],
        weights_file=str(entry["model_file"]),
        more_files=tuple(entry["additional_files"]),
        repository=str(entry["sources"]["hf"]),
    )


def _custom_name(model: EmbeddingModel) -> str:
    return f"sova/{model.name}"


def _register(model: EmbeddingModel, name: str) -> None:
    """Tell fastembed how the model's output becomes a vector; its registry belongs to the process and keeps names."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    if any(entry["model"] == name for entry in TextEmbedding.list_supported_models()):
        return
    TextEmbedding.add_custom_model(
        model=name,
        pooling=PoolingType.MEAN,
        normalization=True,
        sources=ModelSource(hf=model.published),
        dim=model.dimension,
        model_file=model.weights_file,
    )
