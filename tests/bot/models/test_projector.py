"""Which projector belongs to a model, and what it takes in memory."""

from pathlib import Path

import pytest

from bot.errors import ModelFileMissing, WrongProjector
from bot.models.fit import MIB, Plan, need
from bot.models.fit_sizes import of_info
from bot.models.shelf import Shelf, ShelvedModel
from bot.ports import Capability
from tests.doubles.gguf_files import Fact, write_gguf
from tests.doubles.projectors import write_projector

FACTS: dict[str, Fact] = {
    "general.architecture": "owl",
    "owl.block_count": 2,
    "owl.embedding_length": 64,
    "owl.attention.head_count": 2,
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_gguf(tmp_path / "owl.gguf", FACTS)


def shelved(model: Path, projector: Path | None = None) -> ShelvedModel:
    return Shelf(model.parent, configured=model, projector=projector, catalogue=()).open(model.stem)


def found(model: Path) -> str | None:
    projector = shelved(model).projector
    return projector.path.name if projector else None


def test_a_model_without_a_projector_sees_nothing(model: Path) -> None:
    assert found(model) is None
    assert Capability.VISION not in shelved(model).info(loaded=False).capabilities


def test_a_projector_that_lies_beside_the_only_model_is_its_own(model: Path) -> None:
    write_projector(model.with_name("mmproj-F16.gguf"), width=64)
    assert found(model) == "mmproj-F16.gguf"
    assert Capability.VISION in shelved(model).info(loaded=False).capabilities


def test_a_projector_of_another_width_is_not(model: Path) -> None:
    write_projector(model.with_name("mmproj.gguf"), width=96)
    assert found(model) is None


def test_beside_several_models_only_one_with_its_name_is(model: Path) -> None:
    write_gguf(model.with_name("raven.gguf"), FACTS)
    write_projector(model.with_name("mmproj.gguf"), width=64)
    assert found(model) is None
    write_projector(model.with_name("mmproj-owl-f16.gguf"), width=64)
    assert found(model) == "mmproj-owl-f16.gguf"


def test_of_several_the_smallest_is_taken_and_damaged_ones_are_passed_over(model: Path) -> None:
    model.with_name("mmproj-a.gguf").write_bytes(b"GGUF")
    large = write_projector(model.with_name("mmproj-b.gguf"), width=64)
    large.write_bytes(large.read_bytes() + bytes(1_000))
    write_projector(model.with_name("mmproj-c.gguf"), width=64)
    assert found(model) == "mmproj-c.gguf"


def test_the_operator_may_name_one_that_lies_elsewhere(model: Path, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    projector = write_projector(tmp_path / "else" / "sight.gguf", width=64)
    assert shelved(model, projector).projector is not None


@pytest.mark.parametrize("content", [b"", b"GGUF", None], ids=["empty", "cut off", "another width"])
def test_what_the_operator_named_and_is_no_projector_of_the_model_is_refused(
    model: Path, content: bytes | None
) -> None:
    projector = write_projector(model.with_name("sight.gguf"), width=96)
    if content is not None:
        projector.write_bytes(content)
    with pytest.raises(WrongProjector) as caught:
        shelved(model, projector)
    assert (caught.value.model, caught.value.path) == ("owl", str(projector))


def test_a_model_is_no_projector(model: Path) -> None:
    with pytest.raises(WrongProjector):
        shelved(model, model)


def test_a_projector_that_is_not_there_is_missing(model: Path) -> None:
    with pytest.raises(ModelFileMissing):
        shelved(model, model.with_name("gone.gguf"))


def test_the_projector_and_what_a_picture_takes_count_as_memory(model: Path) -> None:
    alone = of_info(shelved(model).info(loaded=False))
    projector = write_projector(model.with_name("mmproj.gguf"), width=64)
    seeing = of_info(shelved(model).info(loaded=False))
    assert alone is not None
    assert seeing is not None
    blind, sees = need(alone, Plan(512)), need(seeing, Plan(512))
    assert sees.weights - blind.weights == projector.stat().st_size
    assert sees.overhead - blind.overhead == 40 * MIB + 16 * 64 * 12


@pytest.mark.parametrize(
    ("size", "patch", "values", "measured"), [(512, 16, 3072, 63), (336, 14, 4096, 49), (896, 14, 4304, 233)]
)
def test_what_a_picture_takes_is_reckoned_as_it_was_measured(
    model: Path, size: int, patch: int, values: int, measured: int
) -> None:
    write_projector(
        model.with_name("mmproj.gguf"), width=64, image_size=size, patch_size=patch, feed_forward_length=values
    )
    reckoned = shelved(model).info(loaded=False).picture_bytes / MIB
    assert measured <= reckoned <= measured + 25


def test_one_that_takes_pictures_of_any_size_is_reckoned_with_the_largest_that_it_is_given(model: Path) -> None:
    projector = write_projector(model.with_name("mmproj.gguf"), width=64)
    projector.write_bytes(projector.read_bytes().replace(b"\x03\0\0\0\0\0\0\0mlp", b"\x03\0\0\0\0\0\0\0qwn"))
    assert shelved(model).info(loaded=False).picture_bytes == 40 * MIB + 4_000 * 64 * 12
