import os
from pathlib import Path

import pytest

from bot.access.audit import AuditFile
from bot.doctor import Check, Code, examine
from bot.messages import ConversationKey
from bot.ports import AuditEntry
from tests.bot.doctor.patients import examined, healthy

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has neither such mode bits nor /dev/full")
ENTRY = AuditEntry(0.0, "U1", ConversationKey("slack", "T1", "C1"), "knowledge", {}, "reindex", allowed=True)


def write_rules(folder: Path, text: str, *, mode: int = 0o644) -> Path:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


async def test_without_a_file_the_usual_rules_are_told(tmp_path: Path) -> None:
    findings = await examine(healthy(tmp_path, admins=frozenset({"slack:U1"})))
    (found,) = [one for one in findings if one.check is Check.ACCESS]
    assert (found.code, found.data) == (Code.ACCESS_USUAL, {"admins": 1})


async def test_rules_that_can_be_read_are_told_with_their_platforms(tmp_path: Path) -> None:
    path = write_rules(tmp_path, "[slack]\nask = []")
    found = await examined(healthy(tmp_path, access_file=path))
    assert found[Code.ACCESS].data == {"path": str(path), "platforms": "slack"}


async def test_rules_that_cannot_be_used_are_a_problem(tmp_path: Path) -> None:
    path = write_rules(tmp_path, "[slack]\naks = []")
    found = await examined(healthy(tmp_path, access_file=path))
    assert found[Code.ACCESS_BAD].data["path"] == str(path)
    assert Code.ACCESS not in found


@posix_only
@pytest.mark.parametrize("mode", [0o664, 0o646])
async def test_rules_that_others_can_change_are_a_problem(tmp_path: Path, mode: int) -> None:
    path = write_rules(tmp_path, "", mode=mode)
    assert Code.ACCESS_OPEN in await examined(healthy(tmp_path, access_file=path))


async def test_rules_that_no_setting_names_are_warned_of(tmp_path: Path) -> None:
    write_rules(tmp_path, "[slack]\nask = []")
    found = await examined(healthy(tmp_path))
    assert found[Code.ACCESS_UNREAD].data == {"path": str(tmp_path / "access.toml")}


async def test_an_audit_log_is_told_with_its_lines(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    await AuditFile(tmp_path / "state" / "audit.jsonl").record(ENTRY)
    assert (await examined(patient))[Code.AUDIT].data["lines"] == 1


async def test_lines_that_could_not_be_written_are_warned_of(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    (tmp_path / "state" / "audit.jsonl").write_text('{"v":1,"missed":2}\nhalf a line\n{"v":1}\n')
    found = await examined(patient)
    assert found[Code.AUDIT_GAPS].data["missed"] == 2
    assert Code.AUDIT not in found


async def test_an_audit_log_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    (tmp_path / "state" / "audit.jsonl").mkdir()
    assert Code.AUDIT_TROUBLE in await examined(patient)


async def test_a_disk_without_room_for_the_audit_log_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.access.audit._ROOM_BYTES", 1 << 60)
    assert (await examined(healthy(tmp_path)))[Code.AUDIT_TROUBLE].data["reason"] == "ENOSPC"
