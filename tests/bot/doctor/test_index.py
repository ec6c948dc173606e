import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Check, Code, DocumentIndex, Level, examine, exit_code
from bot.doctor import index as index_check
from bot.errors import AssistantError, BadSetting, IndexLocked, IndexUnavailable, LeavesTheNetwork
from tests.bot.doctor.patients import ExaminedIndex, examined, healthy, refused, stuck, with_index

SERVER = "http://127.0.0.1:6333"
GONE = IndexUnavailable(where="127.0.0.1:6333", reason="refused")


async def test_sovas_own_index_is_told_by_what_it_holds(tmp_path: Path) -> None:
    found = await examined(with_index(healthy(tmp_path), ExaminedIndex(holds=32)))
    assert found[Code.INDEX].data == {"where": "embedded", "version": "none", "documents": 32}


async def test_a_server_is_told_by_its_version_and_place(tmp_path: Path) -> None:
    index = ExaminedIndex(where="127.0.0.1:6333", told_version="1.16.2", holds=32)
    found = await examined(with_index(healthy(tmp_path, qdrant_url=SERVER), index))
    assert found[Code.INDEX].data == {"where": "127.0.0.1:6333", "version": "1.16.2", "documents": 32}
    assert Code.INDEX_OLD not in found


@pytest.mark.parametrize(
    ("version", "code"), [("1.14.9", Code.INDEX_OLD), ("dev", Code.INDEX_VERSION_UNKNOWN), ("1.15.0", None)]
)
async def test_a_server_that_is_too_old_is_told(tmp_path: Path, version: str, code: Code | None) -> None:
    index = ExaminedIndex(where="127.0.0.1:6333", told_version=version)
    findings = await examine(with_index(healthy(tmp_path, qdrant_url=SERVER), index))
    about = [finding.code for finding in findings if finding.check is Check.INDEX]
    assert about == ([code, Code.INDEX] if code else [Code.INDEX])


@pytest.mark.parametrize("holds", [None, 0])
async def test_documents_that_were_never_indexed_are_warned_of(tmp_path: Path, holds: int | None) -> None:
    patient = with_index(healthy(tmp_path), ExaminedIndex(holds=holds))
    assert Code.INDEX_EMPTY in await examined(patient)
    (tmp_path / "knowledge" / "a.md").unlink()
    found = await examined(patient)
    assert found[Code.INDEX].data["documents"] == 0


async def test_an_index_that_another_program_uses_is_left_alone_and_in_order(tmp_path: Path) -> None:
    patient = with_index(healthy(tmp_path), ExaminedIndex(holds=IndexLocked(path="/state")))
    findings = await examine(patient)
    assert Code.INDEX_IN_USE in {finding.code for finding in findings}
    assert exit_code(findings) == 0


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (GONE, Code.INDEX_UNAVAILABLE, 3),
        (BadSetting(name="SOVA_QDRANT_URL", reason="no address"), Code.INDEX_TROUBLE, 1),
        (LeavesTheNetwork(name="SOVA_QDRANT_URL", host="8.8.8.8", address="8.8.8.8"), Code.INDEX_TROUBLE, 1),
    ],
)
@pytest.mark.parametrize("is_opened", [True, False])
async def test_an_index_that_fails_is_a_problem_wherever_it_does(
    tmp_path: Path, error: AssistantError, code: Code, status: int, is_opened: bool
) -> None:
    patient = healthy(tmp_path, qdrant_url=SERVER)
    if is_opened:
        patient = with_index(patient, ExaminedIndex(told_version=error))
    else:
        patient = replace(patient, open_index=lambda: refused(error))
    findings = await examine(patient)
    assert [finding.code for finding in findings if finding.level is Level.PROBLEM] == [code]
    assert [finding.data["server"] for finding in findings if finding.code is code] == ["configured"]
    assert exit_code(findings) == status


async def test_a_server_is_examined_without_a_folder_of_documents_too(tmp_path: Path) -> None:
    patient = healthy(tmp_path, qdrant_url=SERVER, knowledge_dir=tmp_path / "nowhere")
    assert Code.INDEX_UNAVAILABLE in await examined(with_index(patient, ExaminedIndex(told_version=GONE)))


@pytest.mark.parametrize(("url", "server"), [(SERVER, "configured"), (None, "own")])
async def test_an_index_that_never_opens_counts_as_missing(tmp_path: Path, url: str | None, server: str) -> None:
    patient = replace(healthy(tmp_path, qdrant_url=url), open_index=stuck, seconds=0.05)
    found = await examined(patient)
    assert found[Code.INDEX_UNAVAILABLE].data["reason"] == "timeout"
    assert found[Code.INDEX_UNAVAILABLE].data["server"] == server


async def test_nobody_waits_long_for_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_check, "SERVER_SECONDS", 0.01)
    patient = replace(healthy(tmp_path, qdrant_url=SERVER), open_index=stuck, seconds=60)
    async with asyncio.timeout(5):
        assert Code.INDEX_UNAVAILABLE in await examined(patient)


async def test_the_index_is_let_go_of(tmp_path: Path) -> None:
    left = asyncio.Event()

    @asynccontextmanager
    async def watched() -> AsyncIterator[DocumentIndex]:
        yield ExaminedIndex()
        left.set()

    await examine(replace(healthy(tmp_path), open_index=watched))
    assert left.is_set()
