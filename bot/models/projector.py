"""Owns the projectors of GGUF models that see: which file belongs to a model, and what pictures take in memory.

A projector turns a picture into as many vectors of the model's width as it takes tokens. The keys are those that
llama.cpp's `clip.cpp` reads.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import ModelFileMissing, WrongProjector
from bot.models import gguf
from bot.models.metadata import Facts, family_of, number, text
from bot.tokens import IMAGE_TOKENS

_FAMILY = "clip"
_FIXED_SIZE = frozenset({"mlp", "ldp", "ldpv2", "gemma3", "idefics3"})
"""Kinds that scale every picture, or every tile of one, to the size for which they were made."""
_PATCHES_OF_TOKEN = 4
"""The other kinds make one token of 2 × 2 patches, of pictures of any size."""
_READING_BYTES = 40 * 1024 * 1024
_BYTES_OF_VALUE = 12
"""Measured with llama.cpp on a CPU, beside the file: 63, 49 and 233 MiB for 1024 patches of 3072, 576 of 4096 and 4096
of 4304 values; this reckons 76, 67 and 242."""


@dataclass(frozen=True, slots=True)
class Projector:
    """A projector's file: `width` are the numbers that it makes of each token, `working_bytes` what reading takes."""

    path: Path
    size_bytes: int
    width: int
    working_bytes: int


def named_for(model: Path, *, projector: Path) -> Projector:
    """The `projector` that the operator named for `model`; `ModelFileMissing`, or `WrongProjector` if it is none."""
    if not projector.is_file():
        raise ModelFileMissing(model=model.stem, path=str(projector))
    found = _read(projector)
    if found is None or found.width != _width(model, model.stat().st_mtime_ns):
        raise WrongProjector(model=model.stem, path=str(projector))
    return found


def beside(model: Path) -> Projector | None:
    """The smallest `mmproj*.gguf` in the folder of `model` that is surely its own; None where there is none.

    It must have the model's width, and either the model's name or no other model beside it.
    """
    files = sorted(model.parent.glob("*.gguf"))
    is_alone = sum(not _is_called_so(file) for file in files) == 1
    named = [file for file in files if _is_called_so(file) and (is_alone or model.stem in file.stem)]
    if not named:
        return None
    width = _width(model, model.stat().st_mtime_ns)
    found = [one for one in map(_read, named) if one and one.width == width]
    return min(found, key=lambda one: one.size_bytes, default=None)


@lru_cache(maxsize=4)
def _width(model: Path, modified_ns: int) -> int | None:  # noqa: ARG001 - it tells one content from the next
    """How many numbers a token is within the model; read again only when the file has changed."""
    facts = gguf.read_facts(model)
    return number(facts.get(f"{family_of(facts)}.embedding_length"))


def _is_called_so(file: Path) -> bool:
    return file.name.lower().startswith("mmproj")


def _read(path: Path) -> Projector | None:
    """What a projector's file tells; None where it is something else, or none for pictures."""
    try:
        facts = gguf.read_facts(path)
    except gguf.NotGguf:
        return None
    width = number(facts.get("clip.vision.projection_dim"))
    if family_of(facts) != _FAMILY or not facts.get("clip.has_vision_encoder") or not width:
        return None
    return Projector(path, path.stat().st_size, width, _working_bytes(facts))


def _working_bytes(facts: Facts) -> int:
    size, patch = number(facts.get("clip.vision.image_size")), number(facts.get("clip.vision.patch_size"))
    patches = (size // patch) ** 2 if size and patch else 0
    if text(facts.get("clip.projector_type")) not in _FIXED_SIZE:
        patches = max(patches, IMAGE_TOKENS * _PATCHES_OF_TOKEN)
    values = number(facts.get("clip.vision.feed_forward_length")) or 0
    return _READING_BYTES + patches * values * _BYTES_OF_VALUE
