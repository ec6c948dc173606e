"""Holds the path resolver and the walk over the knowledge folder to their bounds."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.loading import Reason, RefusedFile
from bot.retrieval.paths import Found, Skipped, is_ignored, open_inside, resolve, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.md").write_text("secret")
    folder = tmp_path / "knowledge"
    (folder / "hr").mkdir(parents=True)
    (folder / "hr" / "leave.md").write_text("leave")
    return folder


def _refused(folder: Path, document: str) -> Reason:
    with pytest.raises(RefusedFile) as caught:
        resolve(folder, document)
    return caught.value.reason


def test_a_document_is_found_by_its_name(folder: Path) -> None:
    assert resolve(folder, "hr/leave.md") == folder / "hr" / "leave.md"


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert resolve(tmp_path / "link", "hr/leave.md").read_text() == "leave"
    file = open_inside(tmp_path / "link", "hr/leave.md")
    with os.fdopen(file) as opened:
        assert opened.read() == "leave"


@pytest.mark.parametrize(
    "document",
    ["../secret.md", "hr/../../secret.md", "/etc/passwd", "", ".", "hr/./leave.md", "hr//leave.md", "hr/", "hr/.."],
)
def test_a_name_that_is_no_plain_path_is_outside(folder: Path, document: str) -> None:
    assert _refused(folder, document) is Reason.OUTSIDE


@pytest.mark.parametrize("document", ["a\0b.md", "line\nbreak.md", "half\udce9.md", "right\u202eleft.md"])
def test_a_name_that_cannot_be_shown_is_refused(folder: Path, document: str) -> None:
    assert _refused(folder, document) is Reason.BAD_NAME


def test_a_link_out_of_the_folder_is_outside_and_one_within_is_a_link(folder: Path, tmp_path: Path) -> None:
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "up").symlink_to(tmp_path)
    (folder / "in.md").symlink_to(folder / "hr" / "leave.md")
    (folder / "circle").symlink_to(folder / "circle")
    assert _refused(folder, "out.md") is Reason.OUTSIDE
    assert _refused(folder, "up/secret.md") is Reason.OUTSIDE
    assert _refused(folder, "in.md") is Reason.LINK
    assert _refused(folder, "circle/leave.md") is Reason.LINK


def test_what_is_no_ordinary_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    assert _refused(folder, "pipe.md") is Reason.NOT_A_FILE
    assert _refused(folder, "hr") is Reason.NOT_A_FILE
    assert _refused(folder, "hr/gone.md") is Reason.GONE
    assert _refused(folder, "hr/leave.md/below.md") is Reason.GONE


def test_a_link_that_is_swapped_in_after_the_look_is_not_followed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leave.md").write_text("secret")

    def resolve_then_swap(root: Path, document: str) -> Path:
        path = resolve(root, document)
        (folder / "hr").rename(folder / "moved")
        (folder / "hr").symlink_to(tmp_path)
        return path

    monkeypatch.setattr("bot.retrieval.paths.resolve", resolve_then_swap)
    with pytest.raises(RefusedFile):
        open_inside(folder, "hr/leave.md")


@given(st.text(st.sampled_from("./\\ab\0\n"), max_size=20))
def test_no_name_leads_out(name: str) -> None:
    root = Path(__file__).parent
    with suppress(RefusedFile):
        assert resolve(root, name).is_relative_to(root)


def test_the_walk_tells_each_document_with_its_size_and_time(folder: Path) -> None:
    (folder / "Ahoj světe.txt").write_text("Ahoj")
    os.utime(folder / "Ahoj světe.txt", ns=(5, 1_000_000_007))
    names = [found.document for found in walk(folder)]
    assert walk(folder).found[0] == Found("Ahoj světe.txt", 4, 1_000_000_007)
    assert names == ["Ahoj světe.txt", "hr/leave.md"]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.md",
        ".git/a.md",
        "~$leave.docx",
        "leave.md.tmp",
        "leave.md.part",
        "leave.md~",
        "scopes.toml",
        "Desktop.ini",
    ],
)
def test_hidden_and_temporary_files_are_passed_over_in_silence(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert is_ignored(name)
    assert [found.document for found in walk(folder)] == ["hr/leave.md"]
    assert walk(folder).skipped == ()


def test_a_scopes_file_further_down_is_a_document(folder: Path) -> None:
    (folder / "hr" / "scopes.toml").write_text("x = 1")
    assert "hr/scopes.toml" in [found.document for found in walk(folder)]


def test_what_is_not_read_is_told_with_its_reason(folder: Path, tmp_path: Path) -> None:
    (folder / "film.mp4").write_bytes(b"x")
    (folder / "two\nlines.md").write_text("x")
    (folder / os.fsdecode(b"latin\xe9.md")).write_text("x")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    seen = walk(folder)
    assert [found.document for found in seen] == ["hr/leave.md"]
    assert set(seen.skipped) == {
        Skipped("film.mp4", Reason.UNKNOWN_KIND),
        Skipped("two\\nlines.md", Reason.BAD_NAME),
        Skipped("latin\\udce9.md", Reason.BAD_NAME),
        Skipped("out.md", Reason.OUTSIDE),
        Skipped("circle", Reason.LINK),
        Skipped("pipe.md", Reason.NOT_A_FILE),
    }


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        walk(tmp_path / "gone")


def test_a_folder_that_cannot_be_listed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one can't be made where tests run as root, so the system's answer is made up."""
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "hr":
            raise PermissionError
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert walk(folder).skipped == (Skipped("hr", Reason.NO_ACCESS),)
