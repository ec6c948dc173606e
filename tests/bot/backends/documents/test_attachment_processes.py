"""Holds the reading of files that come with questions to what it promises: by their bytes, apart, within limits."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.backends.documents.process import AttachmentProcesses
from bot.retrieval.loading import LoadLimits, Reason, RefusedFile
from bot.settings import child_environment
from tests.hostile import files
from tests.processes import children

LIMITS = LoadLimits(file_bytes=12_000_000, seconds=15.0)


@pytest.fixture
async def reader() -> AsyncIterator[AttachmentProcesses]:
    async with AttachmentProcesses(environment=child_environment(), limits=LIMITS) as reader:
        yield reader


WORD = files.docx(files.paragraph("Ship on Friday."))
READ: dict[str, tuple[bytes, str]] = {
    "plan.docx": (WORD, "Ship on Friday."),
    "plan.txt": (WORD, "Ship on Friday."),
    "plan": (WORD, "Ship on Friday."),
    "prices.docx": (files.xlsx('<row r="1"><c r="A1"><v>12.5</v></c></row>'), "12.5"),
    "talk.zip": (files.pptx(("Plan", "First day")), "First day"),
    "letter.bin": (files.odt("<text:p>Dear Jana</text:p>"), "Dear Jana"),
    "picture.png": (files.pdf("Ask in room five"), "Ask in room five"),
    "error.log": (b"Traceback: it broke\n", "Traceback: it broke"),
    "notes": ("Žluťoučký kůň\n".encode("cp1250"), "Žluťoučký kůň"),
    "page.html": (b"<html><body><article><p>The text itself.</p></article></body></html>", "The text itself."),
}


@pytest.mark.parametrize("name", READ)
async def test_a_file_is_read_as_what_it_is_whatever_its_name_says(reader: AttachmentProcesses, name: str) -> None:
    data, said = READ[name]
    assert said in await reader.read(data, name=name)


REFUSED: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "text.pdf": (lambda: b"no document at all", Reason.UNREADABLE),
    "text.docx": (lambda: b"no archive at all", Reason.UNREADABLE),
    "locked.pdf": (files.encrypted_pdf, Reason.ENCRYPTED),
    "locked.txt": (files.encrypted_pdf, Reason.ENCRYPTED),
    "locked.docx": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        Reason.ENCRYPTED,
    ),
    "scanned.pdf": (lambda: files.pdf(picture=True), Reason.SCANNED),
    "bomb.docx": (files.zip_bomb_as_docx, Reason.ARCHIVE_BOMB),
    "bomb.txt": (files.zip_bomb_as_docx, Reason.ARCHIVE_BOMB),
    "many.zip": (lambda: files.archive({f"{n}.xml": "<a/>" for n in range(10_001)}), Reason.ARCHIVE_BOMB),
    "laughs.odt": (
        lambda: files.odt("<text:p>&l9;</text:p>", prolog=files.entities("w:document")),
        Reason.ARCHIVE_BOMB,
    ),
    "backup.zip": (lambda: files.archive({"secret.txt": "hello"}), Reason.UNKNOWN_KIND),
    "torn.zip": (lambda: files.archive({"word/document.xml": "<a/>"})[:60], Reason.UNREADABLE),
    "program": (lambda: b"\x7fELF" + bytes(1000), Reason.UNKNOWN_KIND),
    "binary.txt": (lambda: bytes(range(256)) * 40, Reason.NOT_TEXT),
    "blank.txt": (lambda: b" \n\t\n", Reason.EMPTY),
    "nothing.txt": (lambda: b"", Reason.EMPTY),
    "large.txt": (lambda: b"word " * 2_400_001, Reason.TOO_LARGE),
    "long.txt": (lambda: b"word " * 2_100_000, Reason.TOO_MUCH_TEXT),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_file_is_refused_for_the_right_reason_and_the_next_one_is_read(
    reader: AttachmentProcesses, name: str
) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(RefusedFile) as caught:
        await reader.read(make(), name=name)
    assert caught.value.reason is reason
    assert await reader.read(b"Fine.", name="good.txt") == "Fine.\n"


async def test_no_process_reads_the_files_of_two_questions(reader: AttachmentProcesses) -> None:
    for n in range(2):
        await reader.read(b"Mine.", name=f"{n}.txt")
        assert children("bot.backends.documents.reader") == []


async def test_a_file_that_takes_too_long_is_given_up_and_its_process_is_gone() -> None:
    quick = LoadLimits(seconds=0.2)
    async with AttachmentProcesses(environment=child_environment(), limits=quick) as reader:
        with pytest.raises(RefusedFile) as caught:
            await reader.read(b"<p>word <b>word</b>" * 1_000_000, name="slow.html")
    assert caught.value.reason is Reason.TOO_SLOW
    assert children("bot.backends.documents.reader") == []


async def test_files_read_at_once_do_not_get_each_others_text(reader: AttachmentProcesses) -> None:
    async with asyncio.timeout(60):
        read = await asyncio.gather(*(reader.read(f"This is {n}.".encode(), name="a.txt") for n in range(4)))
    assert read == [f"This is {n}.\n" for n in range(4)]
