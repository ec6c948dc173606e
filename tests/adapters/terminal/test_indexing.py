import asyncio
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from adapters.terminal.indexing import Form, index_on
from bot.errors import EmbeddingUnavailable, NoKnowledge
from bot.messages import Language, Notice
from bot.retrieval.loading import Reason
from bot.retrieval.reports import SearchModels
from bot.wording import speak
from tests.bot.retrieval.folders import KnowledgeFolder


class Terminal:
    """What `sova index` writes, on its two streams."""

    def __init__(self, *, drawn: bool = False) -> None:
        self.out = Console(file=io.StringIO(), width=200)
        self.aside = Console(file=io.StringIO(), width=200, force_terminal=drawn)

    async def index(
        self,
        folder: KnowledgeFolder,
        *,
        force: bool = False,
        form: Form = "text",
        language: Language = Language.ENGLISH,
        models: SearchModels | None = None,
    ) -> int:
        say, models = speak(language), models or SearchModels(here=("words",))
        return await index_on(
            folder.indexer, models=models, out=self.out, aside=self.aside, say=say, force=force, form=form
        )

    @property
    def said(self) -> str:
        assert isinstance(self.out.file, io.StringIO)
        return self.out.file.getvalue()

    @property
    def told_aside(self) -> str:
        assert isinstance(self.aside.file, io.StringIO)
        return self.aside.file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    return KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state")


async def test_it_says_what_was_done(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.write("b.md")
    folder.write("picture.png")
    terminal = Terminal()
    assert await terminal.index(folder) == 0
    assert "2 documents (2 chunks) can be searched" in terminal.said
    assert "2 new." in terminal.said
    assert "1 file is no document" in terminal.said
    assert terminal.told_aside == "0 of 2 documents\n1 of 2 documents\n2 of 2 documents\n"


async def test_in_a_pipe_progress_is_told_once_a_tenth(folder: KnowledgeFolder) -> None:
    for number in range(40):
        folder.write(f"{number}.md")
    terminal = Terminal()
    await terminal.index(folder)
    assert len(terminal.told_aside.splitlines()) == 11


async def test_on_a_terminal_a_bar_names_the_document_in_hand(folder: KnowledgeFolder) -> None:
    folder.write("a[red].md")
    terminal = Terminal(drawn=True)
    folder.embedder.gate = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(terminal.index(folder))
        await folder.embedder.reached.wait()
        while "0/1" not in terminal.told_aside:  # noqa: ASYNC110 - rich draws by its own clock
            await asyncio.sleep(0.01)
        folder.embedder.gate.set()
    assert "Indexing a[red].md" in terminal.told_aside


async def test_files_that_cannot_be_read_are_named_and_the_exit_code_says_so(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    terminal = Terminal()
    assert await terminal.index(folder) == 1
    assert "1 file can't be read:\n  bad.pdf: it is protected by a password\n" in terminal.said


async def test_a_folder_that_lost_its_documents_is_told_and_can_be_forced(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.root / "a.md").unlink()
    terminal = Terminal()
    assert await terminal.index(folder) == 1
    assert "sova index --force" in terminal.said
    assert await terminal.index(folder, force=True) == 0


async def test_as_json_it_is_one_object_for_scripts(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.SCANNED
    folder.scopes(HR="terminal:*")
    terminal = Terminal()
    assert await terminal.index(folder, form="json") == 1
    told = json.loads(terminal.said)
    assert told.pop("seconds") >= 0
    assert told == {
        "new": 1,
        "changed": 0,
        "moved": 0,
        "updated": 0,
        "relabelled": 0,
        "deleted": 0,
        "unchanged": 0,
        "documents": 1,
        "chunks": 1,
        "finished": True,
        "failures": [{"document": "bad.pdf", "reason": "scanned"}],
        "skipped": [],
        "trouble": None,
        "missing_models": [],
        "search_advice": None,
        "unused_scopes": ["HR"],
    }


async def test_trouble_is_told_in_json_too(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.root / "a.md").unlink()
    terminal = Terminal()
    await terminal.index(folder, form="json")
    assert json.loads(terminal.said)["trouble"]["code"] == "knowledge-vanished"


@pytest.mark.parametrize(("here", "told"), [((), "by words alone"), (("e5",), "less by its meaning")])
async def test_without_a_search_model_it_says_what_that_means_and_what_brings_it(
    folder: KnowledgeFolder, here: tuple[str, ...], told: str
) -> None:
    models = SearchModels(here, missing=(EmbeddingUnavailable("minilm", (Notice("embedding-not-fetched"),)),))
    text, scripts = Terminal(), Terminal()
    assert await text.index(folder, models=models) == 0
    assert await scripts.index(folder, models=models, form="json") == 0
    last = text.said.splitlines()[-1]
    assert told in last
    assert "minilm" in last
    assert "`sova models fetch --if-needed`" in last
    assert json.loads(scripts.said)["search_advice"] == last
    assert json.loads(scripts.said)["missing_models"] == ["minilm"]


async def test_what_ends_the_run_is_raised(folder: KnowledgeFolder) -> None:
    folder.root.rmdir()
    with pytest.raises(NoKnowledge):
        await Terminal().index(folder)


async def test_it_speaks_czech(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    terminal = Terminal()
    await terminal.index(folder, language=Language.CZECH)
    assert "Hledat lze v 1 dokumentu (1 část)" in terminal.said
