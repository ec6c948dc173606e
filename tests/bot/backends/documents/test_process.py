"""Holds the loader and its child processes to what the port promises; the hostile files are in tests/hostile."""

import asyncio
import hashlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.backends.documents.process import AttachmentProcesses, DocumentProcesses
from bot.errors import DocumentUnreadable
from bot.messages import Language
from bot.retrieval.loading import DocumentLoader, Kind, LoadedDocument, LoadLimits, Reason
from bot.settings import child_environment
from tests.hostile import files
from tests.processes import children, cpu_seconds

SLOW = b"<p>word <b>word</b>" * 1_000_000


@pytest.fixture
async def loader(tmp_path: Path) -> AsyncIterator[DocumentProcesses]:
    async with DocumentProcesses(tmp_path, environment={"SOVA_REDIS_URL": "secret"}) as loader:
        yield loader


def _readers() -> list[psutil.Process]:
    return children("bot.backends.documents.reader")


async def _busy_reader(*, after: int = 0) -> psutil.Process:
    """The reader other than `after`, once it works on a file: by then it has used the processor for a while."""
    async with asyncio.timeout(20):
        while not (readers := [one for one in _readers() if one.pid != after and cpu_seconds(one) > 1]):  # noqa: ASYNC110
            await asyncio.sleep(0)  # nobody tells when a process works
    return readers[0]


async def test_a_document_comes_with_everything_that_is_known_of_it(tmp_path: Path, loader: DocumentLoader) -> None:
    data = "# Dovolená\n\nKaždý má nárok na 25 dnů dovolené, kterou si vybere, kdy chce.\n".encode("cp1250")
    (tmp_path / "leave.md").write_bytes(data)
    os.utime(tmp_path / "leave.md", (1_700_000_000, 1_700_000_000))
    assert await loader.load("leave.md") == LoadedDocument(
        text=data.decode("cp1250"),
        title="Dovolená",
        language=Language.CZECH,
        kind=Kind.MARKDOWN,
        modified=1_700_000_000.0,
        digest=hashlib.sha256(data).hexdigest(),
    )


@pytest.mark.parametrize(
    ("name", "data", "title", "text"),
    [
        (
            "a.docx",
            files.docx(
                files.paragraph("Leave", style="Heading1") + files.paragraph("Ask in #it-support, not in my_room."),
                title="Rules",
            ),
            "Rules",
            "# Leave\n\nAsk in #it-support, not in my_room.\n",
        ),
        ("a.odt", files.odt('<text:h text:outline-level="2">Leave</text:h><text:p>25 days</text:p>'), "Leave", None),
        ("a.pptx", files.pptx(("Plan", "First day"), ("Later", "Second day")), "Plan", None),
        ("price_list.xlsx", files.xlsx('<row r="1"><c r="A1"><v>12.5</v></c></row>'), "Price list", None),
        ("a.pdf", files.pdf("Ask in #it-podpora", title="Help"), "Help", "Ask in #it-podpora\n"),
        ("b.pdf", files.pdf("# no heading"), "B", "\\# no heading\n"),
        (
            "a.eml",
            b"From: a@b.c\nSubject: =?utf-8?q?Heslo?=\n\nNew one.\n",
            "Heslo",
            "# Heslo\n\nFrom: a@b.c\n\nNew one.\n",
        ),
    ],
)
async def test_each_kind_gives_its_text_and_title(
    tmp_path: Path, loader: DocumentLoader, name: str, data: bytes, title: str, text: str | None
) -> None:
    (tmp_path / name).write_bytes(data)
    read = await loader.load(name)
    assert read.title == title
    assert read.text == text or text is None
    assert await loader.load(name) == read


async def test_one_process_reads_file_after_file(tmp_path: Path, loader: DocumentLoader) -> None:
    (tmp_path / "a.md").write_text("# A")
    await loader.load("a.md")
    first = _readers()
    await asyncio.gather(*(loader.load("a.md") for _ in range(20)))
    assert _readers() == first
    assert len(first) == 1


async def test_no_process_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    async with DocumentProcesses(tmp_path, environment={}, processes=2) as loader:
        await asyncio.gather(loader.load("a.md"), loader.load("a.md"))
        assert len(_readers()) == 2
    assert _readers() == []


async def test_a_reader_sees_no_secret_and_sits_in_a_session_of_its_own(tmp_path: Path, loader: DocumentLoader) -> None:
    (tmp_path / "a.md").write_text("# A")
    await loader.load("a.md")
    reader = _readers()[0]
    assert not [name for name in reader.environ() if name.startswith("SOVA_")]
    assert os.getsid(reader.pid) == reader.pid


async def test_a_reader_that_was_killed_while_idle_is_replaced(tmp_path: Path, loader: DocumentLoader) -> None:
    (tmp_path / "a.md").write_text("# A")
    await loader.load("a.md")
    _readers()[0].kill()
    assert (await loader.load("a.md")).title == "A"


@pytest.mark.parametrize(
    ("death", "reason"), [(signal.SIGSEGV, Reason.UNREADABLE), (signal.SIGABRT, Reason.TOO_MUCH_MEMORY)]
)
async def test_a_file_that_kills_its_reader_twice_is_refused(
    tmp_path: Path, loader: DocumentLoader, death: signal.Signals, reason: Reason
) -> None:
    (tmp_path / "deadly.html").write_bytes(SLOW)
    (tmp_path / "a.md").write_text("# A")
    loading = asyncio.create_task(loader.load("deadly.html"))
    reader = await _busy_reader()
    reader.send_signal(death)
    (await _busy_reader(after=reader.pid)).send_signal(death)
    with pytest.raises(DocumentUnreadable) as caught:
        await loading
    assert caught.value.reason == reason
    assert (await loader.load("a.md")).title == "A"


async def test_who_gives_up_waiting_ends_the_reader(tmp_path: Path, loader: DocumentLoader) -> None:
    (tmp_path / "slow.html").write_bytes(SLOW)
    (tmp_path / "a.md").write_text("# A")
    loading = asyncio.create_task(loader.load("slow.html"))
    reader = await _busy_reader()
    loading.cancel()
    await asyncio.wait({loading})
    assert loading.cancelled()
    assert not reader.is_running()
    assert (await loader.load("a.md")).title == "A"


async def test_the_event_loop_goes_on_while_a_large_document_is_read(tmp_path: Path, loader: DocumentLoader) -> None:
    (tmp_path / "large.txt").write_bytes("slovo čas ".encode() * 900_000)
    loop, longest, last = asyncio.get_running_loop(), 0.0, 0.0
    loading = asyncio.create_task(loader.load("large.txt"))
    last = loop.time()
    while not loading.done():
        await asyncio.sleep(0)
        longest, last = max(longest, loop.time() - last), loop.time()
    assert len((await loading).text) > 8_000_000
    assert longest < 0.25  # 50 ms on a quiet machine; this one is shared


async def test_no_reader_to_be_had_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("# A")
    monkeypatch.setattr("sys.executable", "/bin/false")
    async with DocumentProcesses(tmp_path, environment={}) as loader:
        with pytest.raises(DocumentUnreadable) as caught:
            await loader.load("a.md")
    assert caught.value.reason == Reason.NO_READER


async def test_a_smaller_bound_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A longer text than allowed")
    async with DocumentProcesses(tmp_path, environment={}, limits=LoadLimits(file_bytes=10)) as loader:
        with pytest.raises(DocumentUnreadable) as caught:
            await loader.load("a.md")
    assert caught.value.reason == Reason.TOO_LARGE


async def test_a_reader_of_an_attached_file_ends_with_it_so_that_the_next_file_meets_nobody() -> None:
    others = children("bot.backends.documents.reader")
    async with AttachmentProcesses(environment=child_environment(), limits=LoadLimits()) as reader:
        for name in ("one.txt", "two.txt"):
            assert name in await reader.read(f"This is {name}.".encode(), name=name)
            assert children("bot.backends.documents.reader") == others
