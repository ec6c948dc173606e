"""Owns the embedding models on this machine: those that were fetched, and the folder that an operator configured."""

import contextlib
import json
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from bot.errors import BadSetting, EmbeddingUnavailable
from bot.messages import Notice
from bot.models.embedding_catalogue import TOKENIZER, EmbeddingModel

TOKENIZER_SETTINGS = "tokenizer_config.json"
_MANIFEST = "sova.json"
_DIGEST_LETTERS = 8


@dataclass(frozen=True, slots=True)
class ShelvedEmbedding:
    """A model whose files lie in `folder`; `variant` tells its vectors from those of the same model made otherwise."""

    model: EmbeddingModel
    folder: Path
    variant: str

    @property
    def identity(self) -> str:
        """The model's full name and variant."""
        return f"{self.model.published}@{self.variant}"


class EmbeddingShelf:
    """The folder with one folder for each fetched model, and `configured`, the files of the model called `own`.

    Every method touches the disk: call them from a thread.
    """

    def __init__(self, folder: Path, *, configured: Path | None = None, own: str = "") -> None:
        self.folder = folder
        self._configured = configured
        self._own = own

    def path(self, model: EmbeddingModel) -> Path:
        """Where the files of `model` lie, or would."""
        return self.folder / model.name.replace("/", "--")

    def is_configured(self, model: EmbeddingModel) -> bool:
        """Whether the operator's own folder has this model, so that nothing is to be fetched."""
        return self._configured is not None and model.name == self._own

    def holds(self, model: EmbeddingModel) -> bool:
        """Whether the model is here and whole: every file as long as it was when it was checked and put here."""
        return _variant(self.path(model)) is not None

    def open(self, model: EmbeddingModel) -> ShelvedEmbedding:
        """The model's files; a configured model is read as a whole once, to know it from others.

        Raises `EmbeddingUnavailable` when it isn't here, `BadSetting` for a configured folder without it.
        """
        if self._configured is not None and self.is_configured(model):
            return ShelvedEmbedding(model, self._configured, _own_variant(self._configured, model))
        folder = self.path(model)
        variant = _variant(folder)
        if variant is None:
            raise EmbeddingUnavailable(model=model.name, reasons=(Notice("embedding-not-fetched"),))
        return ShelvedEmbedding(model, folder, variant)


def seal(folder: Path, *, variant: str) -> None:
    """Note in `folder` what it holds, as the last step before it is put on the shelf."""
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in _files(folder)}
    manifest = json.dumps({"variant": variant, "files": sizes}, indent=2)
    (folder / _MANIFEST).write_text(manifest + "\n", encoding="utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST)


def _variant(folder: Path) -> str | None:
    """What the folder holds, None when anything is missing or of another size."""
    with contextlib.suppress(OSError, ValueError, KeyError, AttributeError, TypeError):
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if all((folder / name).stat().st_size == size for name, size in manifest["files"].items()):
            return str(manifest["variant"])
    return None


def _own_variant(folder: Path, model: EmbeddingModel) -> str:
    for name in (model.weights_file, *model.more_files, TOKENIZER, TOKENIZER_SETTINGS):
        if not (folder / name).is_file():
            raise BadSetting(name="SOVA_EMBEDDING_FOLDER", reason=f"{folder} has no {name}")
    with (folder / model.weights_file).open("rb") as file:
        return f"own-{file_digest(file, 'sha256').hexdigest()[:_DIGEST_LETTERS]}"
