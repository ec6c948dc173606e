import json
import logging
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.access.audit import AuditFile, AuditStanding, examine_audit
from bot.messages import ConversationKey
from bot.ports import AuditEntry

ENTRY = AuditEntry(
    at=1_767_605_400.0,
    author="U1",
    conversation=ConversationKey("slack", "T1", "C1", "42"),
    command="knowledge",
    parameters={"action": "reindex"},
    permission="reindex",
    allowed=True,
)
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has neither mode bits nor /dev/full")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "audit.jsonl"


def lines(path: Path) -> list[Mapping[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines() if line]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def linked(path: Path, *, to: Path) -> Path:
    path.parent.mkdir()
    path.symlink_to(to)
    return path


async def test_an_entry_is_one_line_that_tells_who_when_where_what_and_whether(path: Path) -> None:
    await AuditFile(path).record(ENTRY)
    assert lines(path) == [
        {
            "v": 1,
            "at": "2026-01-05T09:30:00.000+00:00",
            "author": "U1",
            "platform": "slack",
            "workspace": "T1",
            "channel": "C1",
            "thread": "42",
            "command": "knowledge",
            "parameters": {"action": "reindex"},
            "permission": "reindex",
            "allowed": True,
        }
    ]


@posix_only
async def test_only_the_owner_may_read_it(path: Path) -> None:
    await AuditFile(path).record(ENTRY)
    assert mode(path) == 0o600


async def test_lines_are_added_by_several_programs_and_none_is_changed(path: Path) -> None:
    for number in range(4):
        await AuditFile(path).record(_of(f"U{number}"))
    assert [line["author"] for line in lines(path)] == ["U0", "U1", "U2", "U3"]


@pytest.mark.parametrize("strange", ["a\nb", "\ud800", "\u2028", "x" * 100_000])
async def test_whatever_was_typed_stays_one_bounded_line(path: Path, strange: str) -> None:
    await AuditFile(path).record(_of(strange[:10], name=strange))
    await AuditFile(path).record(ENTRY)
    first, _ = lines(path)
    assert first["parameters"] == {"name": strange[:200]}


async def test_a_full_file_is_turned_over_and_the_oldest_ones_go(path: Path) -> None:
    log = AuditFile(path, max_bytes=500, kept=2)
    for number in range(10):
        await log.record(_of(f"U{number}"))
    files = [path.with_name(f"audit.jsonl{ending}") for ending in (".2", ".1", "")]
    kept = [line["author"] for file in files for line in lines(file)]
    assert kept == [f"U{number}" for number in range(10)][-len(kept) :]
    assert len(kept) > 2
    assert not path.with_name("audit.jsonl.3").exists()
    assert all(file.stat().st_size <= 500 for file in files)


@posix_only
async def test_a_full_disk_is_logged_and_the_gap_told_once_there_is_room(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditFile(path, now=lambda: 0.0)
    await log.record(ENTRY)
    full = os.open("/dev/full", os.O_WRONLY)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *_: os.dup(full))
        await log.record(ENTRY)
        await log.record(ENTRY)
    os.close(full)
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert "ENOSPC" in caplog.text
    await log.record(ENTRY)
    assert lines(path)[1] == {"v": 1, "at": "1970-01-01T00:00:00.000+00:00", "missed": 2}
    assert len(lines(path)) == 3
    assert examine_audit(path) == AuditStanding(lines=3, missed=2, trouble="")


@posix_only
async def test_a_line_that_was_written_in_part_spoils_none_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, write = AuditFile(path), os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, data: write(file, data[:20]))
        await log.record(ENTRY)
    await log.record(ENTRY)
    assert examine_audit(path) == AuditStanding(lines=2, missed=1, trouble="")


@posix_only
async def test_nothing_is_written_through_a_link(path: Path, tmp_path: Path) -> None:
    await AuditFile(linked(path, to=tmp_path / "elsewhere")).record(ENTRY)
    assert not (tmp_path / "elsewhere").exists()


def test_a_log_that_was_never_written_is_well(path: Path) -> None:
    assert examine_audit(path) == AuditStanding(lines=0, missed=0, trouble="")


def test_a_log_that_cannot_be_read_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    assert examine_audit(path).trouble in {"EISDIR", "EACCES"}


def _of(author: str, *, name: str = "owl") -> AuditEntry:
    return AuditEntry(ENTRY.at, author, ENTRY.conversation, "model", {"name": name}, "administer", allowed=False)
