"""Tests of writing files whole: a failure leaves what was there, and nothing beside it."""

import stat
from pathlib import Path

import pytest

from bot.whole_files import OF_OWNER, write_whole


def test_a_file_is_written_in_a_folder_that_was_not_there(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "file", b"owl")

    assert (tmp_path / "new" / "file").read_bytes() == b"owl"


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    write_whole(path, b"old")
    monkeypatch.setattr("bot.whole_files.os.fsync", full)

    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_the_owners_alone_nobody_else_may_read(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"owl", mode=OF_OWNER)

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == OF_OWNER
