"""Holds the kinds of attached files to their bytes; the processes that read them are tested with the backends."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.formats.contents import kind_by_content
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.formats.reading import read_attached
from bot.retrieval.loading import Kind, LoadLimits, Reason, RefusedFile
from tests.hostile import files

LIMITS = LoadLimits(file_bytes=1_000)


def office(data: bytes, kind: Kind) -> Parsed:
    return Parsed(f"read as {kind}", None)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", files.pdf("x"), Kind.PDF),
        ("a", b"\r\n" * 100 + files.pdf("x"), Kind.PDF),
        ("a.pdf", files.docx("x"), Kind.DOCX),
        ("a.docx", files.xlsx(""), Kind.XLSX),
        ("a.txt", files.pptx(("a", "b")), Kind.PPTX),
        ("a.zip", files.odt("x"), Kind.ODT),
        ("a.md", b"# Hello", Kind.MARKDOWN),
        ("a.csv", b"a,b\n1,2", Kind.CSV),
        ("a.py", b"print()", Kind.CODE),
        ("error.log", b"it broke", Kind.TEXT),
        ("", "žluťoučký".encode("utf-16"), Kind.TEXT),
    ],
)
def test_bytes_tell_the_kind_and_a_name_only_tells_texts_apart(name: str, data: bytes, kind: Kind) -> None:
    assert kind_by_content(data, name) is kind


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.pdf", lambda: b"only text", Reason.UNREADABLE),
        ("a.docx", lambda: b"only text", Reason.UNREADABLE),
        ("a.zip", lambda: files.archive({"a.txt": "x"}), Reason.UNKNOWN_KIND),
        ("a.jar", lambda: files.archive({f"{n}": "" for n in range(10_001)}), Reason.ARCHIVE_BOMB),
        ("a.zip", lambda: b"PK\x03\x04torn", Reason.UNREADABLE),
        ("program", lambda: b"\x7fELF" + bytes(500), Reason.UNKNOWN_KIND),
    ],
)
def test_what_is_of_no_kind_that_can_be_read_is_refused(name: str, make: Callable[[], bytes], reason: Reason) -> None:
    with pytest.raises(RefusedFile) as caught:
        kind_by_content(make(), name)
    assert caught.value.reason is reason


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.pdf", "a.txt", "a.docx", "a", "a.csv"]),
    st.sampled_from([b"", b"PK\x03\x04"]),
)
def test_whatever_is_sent_is_of_a_kind_or_refused(data: bytes, name: str, start: bytes) -> None:
    try:
        kind_by_content(start + data, name)
    except RefusedFile:
        return


def test_a_file_is_read_by_its_kind_under_its_own_name() -> None:
    reading = read_attached(files.pdf("x"), "report.txt", limits=LIMITS, office=office)
    assert (reading.text, reading.title, reading.kind) == ("read as pdf", "Report", Kind.PDF)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * 1_001, Reason.TOO_LARGE),
        (b"", Reason.EMPTY),
        (b" \n", Reason.EMPTY),
        (b"x\0" * 9 + bytes(99), Reason.NOT_TEXT),
    ],
)
def test_bounds_hold_in_the_reader_too(data: bytes, reason: Reason) -> None:
    with pytest.raises(RefusedFile) as caught:
        read_attached(data, "a.txt", limits=LIMITS, office=office)
    assert caught.value.reason is reason
