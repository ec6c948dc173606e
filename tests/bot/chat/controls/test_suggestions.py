"""Which documents are suggested to whom."""

from bot.chat.controls.suggestions import MOST_TITLE, Suggestions
from bot.commands.command import Invocation
from bot.messages import Author, ConversationKey, Language
from bot.ports import Chunk, DocumentRecord, IndexedChunk, SparseVector
from bot.retrieval.scopes import Scopes
from tests.doubles.memory_index import MemoryIndex

DIRECT = ConversationKey("slack", "T1", "D1", "1.0", direct=True)


class Readers:
    """The folder hr is for some people alone."""

    async def read(self) -> Scopes:
        return Scopes({"hr": frozenset({"slack:U1"})})


async def _hold(index: MemoryIndex, document: str, title: str, *, language: str = "en", modified: float = 1.0) -> None:
    chunk = Chunk(document, 0, title, (), "text", 0, 4, language, "", modified)
    record = DocumentRecord(document, "digest", 1, "", modified)
    await index.replace(record, [IndexedChunk(chunk, {}, SparseVector((), ()))])


async def _titles(
    index: MemoryIndex, *, user: str = "U1", language: Language = Language.ENGLISH, most: int = 3
) -> list[str]:
    invocation = Invocation("1", DIRECT, Author(user, user), 1.0, language=language)
    return [one.title for one in await Suggestions(index, Readers()).find(invocation, most=most)]


async def test_only_what_the_person_may_read_is_suggested() -> None:
    index = MemoryIndex()
    await _hold(index, "hr/pay.md", "Pay")
    await _hold(index, "faq.md", "Questions")

    assert await _titles(index, user="U1") == ["Questions", "Pay"]
    assert await _titles(index, user="U2") == ["Questions"]


async def test_documents_in_the_persons_language_come_first_and_new_ones_before_old_ones() -> None:
    index = MemoryIndex()
    await _hold(index, "a.md", "Old", modified=1.0)
    await _hold(index, "b.md", "New", modified=2.0)
    await _hold(index, "c.md", "Nové", language="cs", modified=3.0)

    assert await _titles(index) == ["New", "Old", "Nové"]
    assert await _titles(index, language=Language.CZECH) == ["Nové", "New", "Old"]


async def test_no_title_is_suggested_twice_and_none_that_is_empty() -> None:
    index = MemoryIndex()
    await _hold(index, "a.md", "Leave")
    await _hold(index, "b.md", "Leave")
    await _hold(index, "c.md", " ")

    assert await _titles(index) == ["Leave"]


async def test_no_more_are_suggested_than_are_wanted_and_long_titles_are_cut() -> None:
    index = MemoryIndex()
    for number in range(5):
        await _hold(index, f"{number}.md", f"{number} " + "x" * 100)

    titles = await _titles(index, most=2)
    assert [len(title) for title in titles] == [MOST_TITLE, MOST_TITLE]


async def test_a_suggestion_asks_about_the_document_in_the_persons_language() -> None:
    index = MemoryIndex()
    await _hold(index, "a.md", "Leave")
    invocation = Invocation("1", DIRECT, Author("U1", "U1"), 1.0, language=Language.CZECH)

    (suggestion,) = await Suggestions(index, Readers()).find(invocation, most=1)
    assert suggestion.message == "Co se píše v dokumentu „Leave“? Shrň mi to."
