"""Owns the shelf: the model files on this machine, those of the catalogue and the one an operator configured."""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import ModelFileCorrupt, ModelFileMissing, OwnModelFile
from bot.models import gguf
from bot.models.catalogue import CATALOGUE, CatalogueModel
from bot.models.naming import resolve
from bot.models.projector import Projector, beside, named_for
from bot.ports import Attention, Capability, ModelInfo


@dataclass(frozen=True, slots=True)
class ShelvedModel:
    """A model file on this machine. None: the file doesn't tell. Sizes in bytes, the trained context in tokens.

    `sha256` in hex is that of its maker's file, for a model of the catalogue.
    """

    name: str
    path: Path
    size_bytes: int
    family: str | None = None
    parameters: str | None = None
    quantization: str | None = None
    context_tokens: int | None = None
    projector: Projector | None = None
    attention: Attention | None = None
    experts: tuple[int, int] | None = None
    licence: str | None = None
    sha256: str | None = None
    has_template: bool | None = None

    def info(self, *, loaded: bool) -> ModelInfo:
        """The model as an engine offers it; what makes it see is a part of it."""
        projector = self.projector
        return ModelInfo(
            name=self.name,
            size_bytes=self.size_bytes + (projector.size_bytes if projector else 0),
            picture_bytes=projector.working_bytes if projector else 0,
            capabilities=frozenset({Capability.COMPLETION} | ({Capability.VISION} if projector else set())),
            parameters=self.parameters,
            quantization=self.quantization,
            context_tokens=self.context_tokens,
            family=self.family,
            loaded=loaded,
            attention=self.attention,
            experts=self.experts,
            licence=self.licence,
        )


class Shelf:
    """The folder with the catalogue's model files, and `configured`, a GGUF file of the operator's own.

    The configured model sees with `projector`, else with one that lies beside it.

    Every method touches the disk, `open` up to a whole file once: call them from a thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        configured: Path | None = None,
        projector: Path | None = None,
        catalogue: Sequence[CatalogueModel] = CATALOGUE,
    ) -> None:
        self.folder = folder
        self.configured = configured
        self.projector = projector
        self.catalogue = catalogue

    def path(self, model: CatalogueModel) -> Path:
        """Where the file of `model` lies, or would."""
        return self.folder / model.file_name

    def models(self) -> Sequence[ShelvedModel]:
        """Every model that is here, the configured one first. Files are not checked yet: `open` does that."""
        own = [self._configured(self.configured)] if self.configured else []
        return [*own, *(self._shelved(model) for model in self.catalogue if self.path(model).is_file())]

    def find(self, name: str) -> ShelvedModel:
        """The model called `name`; `ModelFileMissing` when it was never fetched, `UnknownModel` when there is none."""
        model = self.meant(name)
        if not model.path.is_file():
            raise ModelFileMissing(model=model.name, path=str(model.path))
        return model

    def meant(self, name: str) -> ShelvedModel:
        """The model called `name`, whether its file is here or not; `UnknownModel` when there is none."""
        known = [*self.models(), *(self._shelved(model) for model in self.catalogue if not self.path(model).is_file())]
        wanted = resolve(name, [model.info(loaded=False) for model in known], engine="embedded").name
        return next(model for model in known if model.name == wanted)

    def listed(self, name: str) -> CatalogueModel:
        """The catalogue's model called `name`, whether it is here or not; `UnknownModel` when it has none."""
        known = [self._shelved(model).info(loaded=False) for model in self.catalogue]
        wanted = resolve(name, known, engine="embedded").name
        return next(model for model in self.catalogue if model.name == wanted)

    def open(self, name: str) -> ShelvedModel:
        """The model called `name`, its file checked: `ModelFileMissing`, `UnknownModel` or `ModelFileCorrupt`.

        A catalogue file's size and magic are checked each time, its digest only once: a stamp beside it remembers.
        """
        model = self.find(name)
        listed = next((entry for entry in self.catalogue if self.path(entry) == model.path), None)
        if listed is not None and not self.holds(listed):
            raise ModelFileCorrupt(model=model.name, path=str(model.path))
        return model

    def remove(self, name: str) -> None:
        """Erase the file of the catalogue's model `name`, its stamp, and what has come of it so far.

        Raises `OwnModelFile` for the configured file, `UnknownModel`, or `ModelFileMissing` when nothing of it is here.
        """
        model = self.meant(name)
        if model.path == self.configured:
            raise OwnModelFile(model=model.name, path=str(model.path))
        files = (model.path, part_path(model.path))
        if not any(path.exists() or path.is_symlink() for path in files):
            raise ModelFileMissing(model=model.name, path=str(model.path))
        for path in (*files, _stamp_path(model.path)):
            path.unlink(missing_ok=True)

    def holds(self, model: CatalogueModel) -> bool:
        """Whether the file of `model` is here and has its maker's bytes; hashes it unless that was done before."""
        path = self.path(model)
        if not path.is_file() or path.stat().st_size != model.size_bytes or not gguf.has_magic(path):
            return False
        return self._is_stamped(model) or self._hash_and_stamp(model)

    def stamp(self, model: CatalogueModel) -> None:
        """Remember that the file of `model` was verified as it is now. On a read-only disk nothing is remembered."""
        with contextlib.suppress(OSError):
            self._stamp_path(model).write_text(self._stamp(model), encoding="ascii")

    def _configured(self, path: Path) -> ShelvedModel:
        if not path.is_file():
            raise ModelFileMissing(model=path.stem, path=str(path))
        now = path.stat()
        try:
            facts = _facts(path, now.st_mtime_ns, now.st_size)
        except gguf.NotGguf as error:
            raise ModelFileCorrupt(model=path.stem, path=str(path)) from error
        return ShelvedModel(
            name=path.stem,
            path=path,
            size_bytes=now.st_size,
            family=facts.family,
            parameters=facts.parameters,
            quantization=facts.quantization,
            context_tokens=facts.context_tokens,
            projector=self._projector_of(path),
            attention=facts.attention,
            experts=facts.experts,
            licence=facts.licence,
            has_template=facts.has_template,
        )

    def _projector_of(self, model: Path) -> Projector | None:
        return named_for(model, projector=self.projector) if self.projector else beside(model)

    def _shelved(self, model: CatalogueModel) -> ShelvedModel:
        return ShelvedModel(
            name=model.name,
            path=self.path(model),
            size_bytes=model.size_bytes,
            family=model.family,
            parameters=model.parameters,
            quantization=model.quantization,
            context_tokens=model.context_tokens,
            attention=model.attention,
            licence=model.licence,
            sha256=model.sha256,
        )

    def _is_stamped(self, model: CatalogueModel) -> bool:
        try:
            return self._stamp_path(model).read_text(encoding="ascii") == self._stamp(model)
        except (OSError, UnicodeDecodeError):
            return False

    def _hash_and_stamp(self, model: CatalogueModel) -> bool:
        with self.path(model).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != model.sha256:
                return False
        self.stamp(model)
        return True

    def _stamp(self, model: CatalogueModel) -> str:
        """What was verified: a file that was written again since has another time."""
        facts = self.path(model).stat()
        return f"sha256:{model.sha256} {facts.st_size} bytes, modified {facts.st_mtime_ns}\n"

    def _stamp_path(self, model: CatalogueModel) -> Path:
        return _stamp_path(self.path(model))


def part_path(path: Path) -> Path:
    """Where what has come of the file at `path` lies while it is being fetched."""
    return path.with_name(f"{path.name}.part")


def _stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


@lru_cache(maxsize=4)
def _facts(path: Path, modified_ns: int, size: int) -> gguf.GgufModel:  # noqa: ARG001 - they tell one content from the next
    """The head of a GGUF file, read again only when the file has changed: a vocabulary takes 0.1 s to walk through."""
    return gguf.read(path)
