import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Check, Code, examine
from bot.doctor import documents as documents_check
from bot.errors import BadSetting, EmbeddingUnavailable
from bot.messages import Notice
from bot.retrieval.reports import SearchModels
from tests.bot.doctor.patients import examined, healthy

NOT_FETCHED = EmbeddingUnavailable("minilm", (Notice("embedding-not-fetched"),))


async def test_the_documents_of_the_folder_are_counted_as_indexing_would(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    (tmp_path / "knowledge" / "picture.png").touch()
    found = await examined(patient)
    assert found[Code.DOCUMENTS].data == {"path": str(tmp_path / "knowledge"), "documents": 1}
    assert found[Code.SEARCH_MODELS].data == {"models": "e5, minilm"}
    assert Code.SCOPES not in found


async def test_without_a_folder_nothing_else_is_said_of_documents(tmp_path: Path) -> None:
    findings = await examine(healthy(tmp_path, knowledge_dir=tmp_path / "nowhere"))
    about = [finding.code for finding in findings if finding.check in {Check.DOCUMENTS, Check.INDEX}]
    assert about == [Code.DOCUMENTS_NOWHERE]


async def test_a_folder_without_documents_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = await examined(healthy(tmp_path, knowledge_dir=tmp_path / "empty"))
    assert Code.DOCUMENTS_NONE in found
    assert Code.DOCUMENTS not in found


async def test_a_folder_that_cannot_be_looked_into_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_root: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(documents_check, "walk", denied)
    found = await examined(healthy(tmp_path))
    assert found[Code.DOCUMENTS_UNREADABLE].data["reason"] == os.strerror(13)


async def test_the_folders_with_readers_of_their_own_are_counted(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    (tmp_path / "knowledge" / "scopes.toml").write_text("[folders.hr]\nreaders = ['slack:C1']\n", encoding="utf-8")
    assert (await examined(patient))[Code.SCOPES].data == {"folders": 1}


async def test_scopes_that_cannot_be_used_are_a_problem(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    (tmp_path / "knowledge" / "scopes.toml").write_text("folders = 3", encoding="utf-8")
    found = await examined(patient)
    assert found[Code.SCOPES_BAD].data["path"] == str(tmp_path / "knowledge" / "scopes.toml")
    assert {Code.DOCUMENTS, Code.SEARCH_MODELS} <= set(found)


@pytest.mark.parametrize("here", [(), ("e5",)])
async def test_search_models_that_are_not_here_are_named(tmp_path: Path, here: tuple[str, ...]) -> None:
    patient = replace(healthy(tmp_path), search_models=lambda: SearchModels(here, (NOT_FETCHED,)))
    found = await examined(patient)
    assert found[Code.SEARCH_MODELS_MISSING].data == {"models": "minilm", "here": len(here)}
    assert Code.SEARCH_MODELS not in found


async def test_a_search_model_that_nobody_knows_is_a_problem(tmp_path: Path) -> None:
    def unknown() -> SearchModels:
        raise BadSetting(name="SOVA_EMBEDDING_MODEL", reason="no such model")

    found = await examined(replace(healthy(tmp_path), search_models=unknown))
    assert found[Code.SEARCH_MODELS_TROUBLE].data["name"] == "SOVA_EMBEDDING_MODEL"
