"""Drives the knowledge over an index in memory that knows nothing yet of a change in `scopes.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import BadScopes
from bot.messages import Author, ConversationKey, Notice, Remark
from bot.ports import Chunk, DocumentRecord, IndexedChunk
from bot.retrieval.knowledge import Grounds, Knowledge
from bot.retrieval.paths import SCOPES_FILE
from bot.retrieval.relevance import Thresholds
from bot.retrieval.reports import IndexProgress
from bot.retrieval.retriever import Retriever
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.sparse import FoldedStems
from tests.doubles.memory_index import MemoryIndex

BAGS = FoldedStems()
ULA = Author("U1", "Ula")
CHANNEL = ConversationKey("slack", "team", "general")
SALARIES = "hr/salaries.md"
QUESTION = "When are the salaries paid?"


@dataclass
class Folder:
    """One document about salaries, indexed as readable for everyone."""

    root: Path
    index: MemoryIndex = field(default_factory=MemoryIndex)
    unread: IndexProgress | None = None
    waiting: bool = False

    def allow(self, text: str) -> None:
        (self.root / SCOPES_FILE).write_text(text, encoding="utf-8")

    @property
    def knowledge(self) -> Knowledge:
        retriever, scopes = Retriever(self.index, [], BAGS), ScopesFile(self.root)
        thresholds = Thresholds({}, least=0.0)
        return Knowledge(
            self.index,
            retriever,
            scopes,
            thresholds=thresholds,
            unread=lambda: self.unread,
            waiting=self._waits,
        )

    async def _waits(self) -> bool:
        return self.waiting

    async def consult(self) -> Grounds | None:
        return await self.knowledge.consult(QUESTION, turns=[], conversation=CHANNEL, author=ULA)


@pytest.fixture
async def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    text = "The salaries are paid on the tenth."
    chunk = Chunk(SALARIES, 0, "Salaries", (), text, 0, len(text), "en", "", 1.0)
    await made.index.replace(
        DocumentRecord(SALARIES, "digest", 1, "", 1.0), [IndexedChunk(chunk, {}, BAGS.passage(text))]
    )
    return made


async def test_what_everyone_may_read_is_found(folder: Folder) -> None:
    grounds = await folder.consult()
    assert grounds is not None
    assert [passage.document for passage in grounds.passages] == [SALARIES]


async def test_a_folder_that_was_just_closed_is_closed_before_the_index_knows_it(folder: Folder) -> None:
    folder.allow('[folders.hr]\nreaders = ["slack:bosses"]\n')
    grounds = await folder.consult()
    assert grounds is not None
    assert grounds.passages == ()
    assert not grounds.is_relevant


async def test_scopes_that_cannot_be_read_close_everything(folder: Folder) -> None:
    folder.allow("[folders")
    with pytest.raises(BadScopes):
        await folder.consult()


async def test_while_documents_are_read_it_is_said_how_many_are_not(folder: Folder) -> None:
    folder.unread = IndexProgress(3, 40)
    assert await folder.knowledge.caveats(QUESTION) == (Notice("indexing", {"done": 3, "total": 40}),)
    assert await folder.knowledge.caveats("Hello!") == ()


async def test_before_it_is_known_how_many_are_not_read_only_an_empty_index_is_said(folder: Folder) -> None:
    folder.unread = IndexProgress(0, 0)
    assert await folder.knowledge.caveats(QUESTION) == ()
    await folder.index.remove([SALARIES])
    assert await folder.knowledge.caveats(QUESTION) == (Notice("indexing", {"done": 0, "total": 0}),)


async def test_where_documents_were_never_read_an_answer_says_so(folder: Folder) -> None:
    folder.waiting = True
    await folder.index.remove([SALARIES])
    assert await folder.knowledge.caveats(QUESTION) == (Notice("unindexed"),)
    assert await folder.knowledge.caveats("Hello!") == ()


async def test_of_a_folder_without_documents_nothing_is_said(folder: Folder) -> None:
    await folder.index.remove([SALARIES])
    assert await folder.knowledge.caveats(QUESTION) == ()


async def test_documents_that_came_after_others_were_read_are_no_reason_to_ask_for_indexing(folder: Folder) -> None:
    folder.waiting = True
    assert await folder.knowledge.caveats(QUESTION) == ()


async def test_when_all_is_read_nothing_is_said(folder: Folder) -> None:
    assert await folder.knowledge.caveats(QUESTION) == ()


async def consult(
    folder: Folder, question: str, *, remarks: Sequence[Remark] = (), within: frozenset[str] | None = None
) -> Grounds | None:
    return await folder.knowledge.consult(
        question, turns=[], conversation=CHANNEL, author=ULA, remarks=remarks, within=within
    )


async def test_what_was_said_before_tells_what_a_follow_up_is_about(folder: Folder) -> None:
    alone = await consult(folder, "And when is that?")
    after = await consult(folder, "And when is that?", remarks=[Remark("Bo", "I wait for the salaries.")])
    assert alone is not None
    assert after is not None
    assert (alone.passages, [one.document for one in after.passages]) == ((), [SALARIES])


async def test_what_was_said_before_is_not_searched_for_with_a_question_that_stands_alone(folder: Folder) -> None:
    found = await consult(folder, "Which printer prints colours?", remarks=[Remark("Bo", "I wait for the salaries.")])
    assert found is not None
    assert found.passages == ()


async def test_what_is_to_be_done_with_what_was_said_is_no_question_for_the_documents(folder: Folder) -> None:
    assert await consult(folder, "Summarize what you said", remarks=[Remark("Bo", "The salaries!")]) is None
    assert await consult(folder, "Translate this", remarks=[Remark("Bo", "Les salaires!")]) is None


async def test_a_place_may_be_narrowed_to_scopes_and_never_widened(folder: Folder) -> None:
    for within, found in ((None, [SALARIES]), ({""}, [SALARIES]), ({"it"}, []), (set(), [])):
        grounds = await consult(folder, QUESTION, within=None if within is None else frozenset(within))
        assert grounds is not None
        assert [one.document for one in grounds.passages] == found
    folder.allow('[folders.hr]\nreaders = ["slack:bosses"]\n')
    grounds = await consult(folder, QUESTION, within=frozenset({"hr", ""}))
    assert grounds is not None
    assert grounds.passages == ()
