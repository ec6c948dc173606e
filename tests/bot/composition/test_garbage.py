import gc
from pathlib import Path

import pytest

from bot.cli import main
from bot.composition.garbage import AT_START, settled, starting


def test_while_things_start_collections_are_rare_and_once_they_are_settled_as_usual_again() -> None:
    usual = gc.get_threshold()
    with starting():
        assert gc.get_threshold()[0] == AT_START
        with settled():
            assert gc.get_threshold() == usual


@pytest.mark.parametrize(("words", "code"), [(["list"], 0), (["export", "nobody"], 2)])
def test_a_command_that_never_settles_leaves_collections_as_they_were(
    words: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOVA_PERSONAS_DIR", str(tmp_path))
    usual = gc.get_threshold()
    assert main(["personas", *words]) == code
    assert gc.get_threshold() == usual


def test_what_is_there_when_things_are_settled_is_left_out_of_collections() -> None:
    with settled():
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0
