import os
from pathlib import Path

import pytest

from bot.errors import ModelFileCorrupt, ModelFileMissing, UnknownModel
from bot.models.shelf import Shelf
from tests.doubles.gguf_files import write_gguf
from tests.doubles.small_models import DATA, small_model

MODEL, _ = small_model()
OTHER, _ = small_model(name="raven")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, catalogue=[MODEL, OTHER])


def _put(shelf: Shelf, data: bytes = DATA) -> Path:
    path = shelf.path(MODEL)
    path.write_bytes(data)
    return path


def test_only_what_is_here_is_offered(shelf: Shelf) -> None:
    _put(shelf)
    assert [model.name for model in shelf.models()] == ["owl"]
    assert shelf.models()[0].info(loaded=True).quantization == "Q4_1"


def test_a_known_model_that_was_never_fetched_is_missing(shelf: Shelf) -> None:
    with pytest.raises(ModelFileMissing) as caught:
        shelf.open("raven")
    assert caught.value.path == str(shelf.path(OTHER))


def test_a_model_that_nobody_knows_is_unknown(shelf: Shelf) -> None:
    with pytest.raises(UnknownModel) as caught:
        shelf.open("ravem")
    assert caught.value.nearest == ("raven",)


def test_a_good_file_is_opened_under_any_case_of_its_name(shelf: Shelf) -> None:
    path = _put(shelf)
    assert shelf.open("OWL").path == path


@pytest.mark.parametrize(
    "content",
    [DATA[:-1], DATA + b"x", b"XXXX" + DATA[4:], DATA[:-1] + b"?", b""],
    ids=["cut off", "too long", "wrong magic", "wrong byte", "empty"],
)
def test_a_damaged_file_is_never_opened(shelf: Shelf, content: bytes) -> None:
    _put(shelf, content)
    with pytest.raises(ModelFileCorrupt):
        shelf.open("owl")


def test_the_whole_file_is_hashed_only_once(shelf: Shelf) -> None:
    path = _put(shelf)
    shelf.open("owl")
    before = path.stat()
    path.write_bytes(DATA[:-1] + b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as if it had not been written again
    assert shelf.open("owl").path == path


def test_a_file_that_no_longer_begins_like_a_model_is_refused_whatever_its_stamp_says(shelf: Shelf) -> None:
    path = _put(shelf)
    shelf.open("owl")
    before = path.stat()
    path.write_bytes(b"XXXX" + DATA[4:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelFileCorrupt):
        shelf.open("owl")


def test_a_file_written_again_is_hashed_again(shelf: Shelf) -> None:
    path = _put(shelf)
    shelf.open("owl")
    path.write_bytes(DATA[:-1] + b"?")
    os.utime(path, ns=(0, 1))
    with pytest.raises(ModelFileCorrupt):
        shelf.open("owl")


def test_a_stamp_of_other_bytes_is_not_believed(shelf: Shelf) -> None:
    path = _put(shelf)
    shelf.open("owl")
    path.with_name("owl.gguf.verified").write_bytes(b"\xff\xfe")
    assert shelf.open("owl").path == path


def test_the_operators_own_file_comes_first_and_tells_about_itself(tmp_path: Path) -> None:
    own = write_gguf(tmp_path / "Own-7B.gguf", {"general.architecture": "owl", "owl.context_length": 512})
    shelf = Shelf(tmp_path, configured=own, catalogue=[MODEL])
    _put(shelf)
    assert [model.name for model in shelf.models()] == ["Own-7B", "owl"]
    assert shelf.open("own-7b").context_tokens == 512


def test_an_own_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileMissing):
        Shelf(tmp_path, configured=tmp_path / "gone.gguf").models()


def test_an_own_file_of_another_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_text("not a model")
    with pytest.raises(ModelFileCorrupt):
        Shelf(tmp_path, configured=tmp_path / "notes.gguf").open("notes")
