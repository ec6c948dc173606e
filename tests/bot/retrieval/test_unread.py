from pathlib import Path

import pytest

from bot.retrieval.loading import Reason
from bot.retrieval.unread import holds_unread
from tests.bot.retrieval.folders import KnowledgeFolder


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    return KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state")


async def unread(folder: KnowledgeFolder) -> bool:
    return await holds_unread(folder.root, folder.indexer.standing)


async def test_a_document_that_nobody_has_looked_at_is_unread(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    assert await unread(folder)


@pytest.mark.parametrize("name", ["picture.png", ".hidden.md", "scopes.toml"])
async def test_what_is_no_document_is_not(folder: KnowledgeFolder, name: str) -> None:
    folder.write(name)
    assert not await unread(folder)


async def test_a_document_that_could_not_be_read_is_not_waiting(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    await folder.run()
    assert not await unread(folder)
    folder.write("good.md")
    assert await unread(folder)


async def test_a_folder_that_is_not_there_holds_nothing(folder: KnowledgeFolder) -> None:
    folder.root.rmdir()
    assert not await unread(folder)
