"""Holds what comes with a question to its bounds, whatever is said about it."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attachments import reading
from bot.attachments.reading import AttachmentBounds, AttachmentReading, Read, shown_name
from bot.messages import Attached, AttachedKind, Attachment
from bot.retrieval.loading import Reason, RefusedFile
from bot.tokens import rough_tokens
from tests.bot.attachments.drawn import SECRET, drawn, png_chunk
from tests.doubles.attachments import HeldFiles


@dataclass
class Reader:
    """Reads every file as UTF-8, but those that begin with `!`, which it refuses for that reason."""

    read_names: list[str] = field(default_factory=list)

    async def read(self, data: bytes, *, name: str) -> str:
        self.read_names.append(name)
        text = data.decode()
        if text.startswith("!"):
            raise RefusedFile(Reason(text[1:]))
        return text


@dataclass
class Desk:
    bounds: AttachmentBounds = field(default_factory=AttachmentBounds)
    reader: Reader = field(default_factory=Reader)
    files: HeldFiles = field(default_factory=HeldFiles)

    async def read(self, *attachments: Attachment) -> Read:
        return await AttachmentReading(self.reader, bounds=self.bounds).read(attachments, fetch=self.files)


def reasons(read: Read) -> list[tuple[str, str, float]]:
    return [(refusal.name, refusal.reason, refusal.limit) for refusal in read.refused]


async def test_files_come_in_their_order_as_texts_and_pictures() -> None:
    desk = Desk()
    plan, photo = desk.files.hold("plan.txt", b"Ship it."), desk.files.hold("photo.txt", drawn("PNG"))
    read = await desk.read(plan, photo)
    assert read.attached == (
        Attached("plan.txt", AttachedKind.TEXT, "Ship it.", 8),
        Attached("photo.txt", AttachedKind.PICTURE),
    )
    assert [image.media_type for image in read.images] == ["image/png"]
    assert read.refused == ()


async def test_a_picture_reaches_the_engine_without_what_it_tells_besides() -> None:
    desk, picture = Desk(), drawn("PNG")
    photo = desk.files.hold("photo.png", picture[:33] + png_chunk(b"eXIf", SECRET) + picture[33:])
    (image,) = (await desk.read(photo)).images
    assert image.data == picture


async def test_more_files_than_allowed_are_left_out_and_said_once_and_never_fetched() -> None:
    desk = Desk(AttachmentBounds(files=2))
    read = await desk.read(*(desk.files.hold(f"{n}.txt", b"text") for n in range(20)))
    assert [file.name for file in read.attached] == ["0.txt", "1.txt"]
    assert reasons(read) == [("2.txt", "too-many", 2)]
    assert len(desk.files.fetched) == 2


async def test_with_no_files_allowed_none_is_fetched() -> None:
    desk = Desk(AttachmentBounds(files=0))
    read = await desk.read(desk.files.hold("a.txt", b"text"), desk.files.hold("b.txt", b"text"))
    assert (read.attached, reasons(read), desk.files.fetched) == ((), [("a.txt", "off", 0)], [])


async def test_a_file_that_is_said_to_be_too_large_is_not_even_fetched() -> None:
    desk = Desk(AttachmentBounds(file_bytes=2_000_000))
    read = await desk.read(desk.files.hold("a.txt", b"text", says=2_000_001))
    assert reasons(read) == [("a.txt", "too-large", 2.0)]
    assert desk.files.fetched == []


async def test_a_file_that_is_larger_than_it_is_said_to_be_is_refused_though_the_platform_brought_it() -> None:
    desk = Desk(AttachmentBounds(file_bytes=1_000))
    read = await desk.read(desk.files.hold("a.txt", b"x" * 1_001, says=5), desk.files.hold("b.txt", b"x" * 1_000))
    assert [reason for _, reason, _ in reasons(read)] == ["too-large"]
    assert [file.kind for file in read.attached] == [AttachedKind.UNREAD, AttachedKind.TEXT]
    assert desk.reader.read_names == ["b.txt"]


async def test_of_a_long_text_only_the_beginning_is_kept_with_the_length_of_all_of_it() -> None:
    desk = Desk(AttachmentBounds(tokens=100))
    text = "All of this is said again. " * 1_000
    (kept,) = (await desk.read(desk.files.hold("long.txt", text.encode()))).attached
    assert rough_tokens(kept.text) <= 100
    assert kept.text.endswith("again. …")
    assert kept.characters == len(text)


async def test_several_long_texts_share_the_bound_and_a_short_one_stays_whole() -> None:
    desk = Desk(AttachmentBounds(tokens=300))
    long = ("All of this is said again. " * 1_000).encode()
    read = await desk.read(
        *(desk.files.hold(name, data) for name, data in (("a", long), ("b", b"Short."), ("c", long)))
    )
    first, short, third = (file.text for file in read.attached)
    assert short == "Short."
    assert rough_tokens(first) + rough_tokens(short) + rough_tokens(third) <= 300
    assert len(first) == len(third) > 300


@pytest.mark.parametrize("reason", Reason)
async def test_a_file_that_can_not_be_read_is_told_with_its_reason_and_the_next_one_is_read(reason: Reason) -> None:
    desk = Desk()
    read = await desk.read(desk.files.hold("bad.pdf", f"!{reason}".encode()), desk.files.hold("good.txt", b"Fine."))
    assert reasons(read) == [("bad.pdf", reason.value, 0)]
    assert [file.text for file in read.attached] == ["", "Fine."]


async def test_a_file_that_can_not_be_had_is_gone() -> None:
    desk = Desk()
    nowhere = Attachment("plan.txt", "text/plain", 4, "memory:99")
    assert [reason for _, reason, _ in reasons(await desk.read(nowhere))] == ["gone"]


async def test_a_platform_that_never_brings_a_file_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FETCH_SECONDS", 0.01)

    async def never(attachment: Attachment, *, most_bytes: int) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    async with asyncio.timeout(5):
        attachment = Attachment("plan.txt", "text/plain", 4, "memory:0")
        read = await AttachmentReading(Reader(), bounds=AttachmentBounds()).read([attachment], fetch=never)
    assert [reason for _, reason, _ in reasons(read)] == ["gone"]


async def test_an_empty_file_is_refused() -> None:
    desk = Desk()
    assert [reason for _, reason, _ in reasons(await desk.read(desk.files.hold("a.txt", b"")))] == ["empty"]


async def test_a_file_goes_by_a_name_that_is_fit_to_be_shown() -> None:
    desk = Desk()
    read = await desk.read(desk.files.hold("../hr/a\nb.txt", b"text"), desk.files.hold("x/\u202ec.txt", b""))
    assert [file.name for file in read.attached] == ["a b.txt", "c.txt"]
    assert reasons(read) == [("c.txt", "empty", 0)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../hr/salaries.md", "salaries.md"),
        ("C:\\Users\\jana\\plan.docx", "plan.docx"),
        ("a\nAttached file: b.txt", "a Attached file: b.txt"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("", "file"),
        ("dir/", "file"),
        ("x" * 300 + ".pdf", "x" * 95 + "….pdf"),
    ],
)
def test_a_name_is_made_fit_to_be_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(max_size=300))
def test_whatever_a_file_is_called_its_name_is_one_short_line(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 100
    assert "/" not in shown
    assert len(shown.splitlines()) == 1
