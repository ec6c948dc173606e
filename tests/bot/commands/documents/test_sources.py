from dataclasses import dataclass, field

import pytest

from bot.access import Access
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Values
from bot.commands.documents.sources import Sources
from bot.commands.registry import Registry
from bot.errors import BadArgument, IndexUnavailable
from bot.messages import Attached, AttachedKind, Author, Citation, ConversationKey, Language, Place, Turn
from bot.ports import Chunk, DocumentRecord, IndexedChunk, SparseVector
from bot.retrieval.scopes import Scopes
from tests.doubles.memory import MemoryHistory
from tests.doubles.memory_index import MemoryIndex

CHANNEL = ConversationKey("slack", "team", "general")
FIRST, SECOND = "Everybody has 25 days of leave.", "Ask your team lead."
TEXT = f"{FIRST}\n\n{SECOND}"


@dataclass
class Guard:
    """Who may read what now, whatever the index still holds."""

    readers: dict[str, str] = field(default_factory=dict)

    async def read(self) -> Scopes:
        return Scopes({folder: frozenset({reader}) for folder, reader in self.readers.items()})


@dataclass
class Desk:
    """A conversation whose answers cite a folder of two documents."""

    history: MemoryHistory = field(default_factory=MemoryHistory)
    index: MemoryIndex = field(default_factory=MemoryIndex)
    guard: Guard = field(default_factory=Guard)
    language: Language = Language.ENGLISH

    async def hold(self, document: str, *texts: tuple[int, str], scope: str = "") -> None:
        chunks = [
            Chunk(document, ordinal, "Leave", ("Holidays",), text, start, start + len(text), "en", scope, 1.0)
            for ordinal, (start, text) in enumerate(texts)
        ]
        bag = SparseVector((), ())
        record = DocumentRecord(document, "digest", len(chunks), scope, 1.0)
        await self.index.replace(record, [IndexedChunk(chunk, {}, bag) for chunk in chunks])

    async def answered(self, *citations: Citation, answer: str = "Yes. [1]", id_: str = "1") -> None:
        turn = Turn(id=id_, question="?", answer=answer, model="owl", at=1.0, citations=citations)
        await self.history.append(CHANNEL, turn)

    async def card(self, text: str = "/sources") -> Card:
        registry = Registry(Access())
        for command in Sources(self.history, self.index, self.guard).commands():
            registry.add(command)
        return await self._run(registry, *registry.parse(text))

    async def of_answer(self, id_: str) -> Card:
        """As the button under that answer asks."""
        registry = Registry(Access())
        for command in Sources(self.history, self.index, self.guard).commands():
            registry.add(command)
        return await self._run(registry, registry.named("sources"), {"answer": id_})

    async def _run(self, registry: Registry, command: Command, values: Values) -> Card:
        invocation = Invocation("c1", CHANNEL, Author("U1", "Ana"), at=1.0, language=self.language)
        card = await registry.run(invocation, command, values)
        assert isinstance(card, Card)
        return card


LEAVE = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(TEXT), 0, 1))
PAY = Citation(3, "hr/pay.md", "", 0.5, Place(0, 4, 0, 0))


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.hold("hr/leave.md", (0, FIRST), (len(FIRST) + 2, SECOND))
    await made.hold("hr/pay.md", (0, "Well"))
    return made


async def test_the_passages_of_the_last_answer_are_shown_from_the_index(desk: Desk) -> None:
    await desk.answered(LEAVE)
    card = await desk.card()
    assert (card.title, card.text) == ("Sources of the last answer", f"[1] hr/leave.md › Holidays\n{TEXT}")


async def test_chunks_that_overlap_are_shown_once(desk: Desk) -> None:
    await desk.hold("hr/leave.md", (0, "one two three"), (8, "three four"))
    await desk.answered(Citation(1, "hr/leave.md", "", 0.9, Place(0, 18, 0, 1)))
    assert (await desk.card()).text == "[1] hr/leave.md\none two three four"


async def test_what_may_not_be_read_here_any_more_is_not_even_named(desk: Desk) -> None:
    desk.guard.readers["hr/pay.md"] = "slack:bosses"
    await desk.answered(LEAVE, PAY)
    card = await desk.card()
    assert "[3] This source may not be shown here." in card.text
    assert "pay" not in card.text.lower().replace("may", "")
    assert "Well" not in card.text
    assert FIRST in card.text


async def test_who_may_read_it_sees_it(desk: Desk) -> None:
    desk.guard.readers["hr"] = "slack:general"
    await desk.answered(PAY)
    assert (await desk.card()).text == "[3] hr/pay.md\nWell"


@pytest.mark.parametrize("typed", ["3", "[3]"])
async def test_one_source_can_be_asked_for_by_its_number(desk: Desk, typed: str) -> None:
    await desk.answered(LEAVE, PAY)
    assert (await desk.card(f"/sources {typed}")).text == "[3] hr/pay.md\nWell"


async def test_a_number_that_was_not_cited_is_answered_with_those_that_were(desk: Desk) -> None:
    await desk.answered(LEAVE, PAY)
    assert (await desk.card("/sources 2")).text == "The last answer has no source [2]. It has: [1], [3]."


async def test_several_sources_are_cut_and_each_is_offered_whole(desk: Desk) -> None:
    long = "word " * 400
    await desk.hold("long.md", (0, long))
    cited = Citation(2, "long.md", "", 0.4, Place(0, len(long), 0, 0))
    await desk.answered(LEAVE, cited)
    card = await desk.card()
    assert [action.command for action in card.actions] == ["sources 1", "sources 2"]
    assert card.text.endswith(" …")
    assert (await desk.card("/sources 2")).text == f"[2] long.md\n{long.rstrip()}"


async def test_a_document_that_changed_is_shown_as_it_is_now_and_said_to_have_changed(desk: Desk) -> None:
    await desk.answered(LEAVE)
    await desk.hold("hr/leave.md", (0, "Everybody has 30 days."), (30, SECOND))
    text = (await desk.card()).text
    assert "The document has changed since that answer." in text
    assert "30 days" in text


async def test_a_document_that_is_gone_is_said_to_be(desk: Desk) -> None:
    await desk.answered(LEAVE)
    await desk.index.remove(["hr/leave.md"])
    assert (await desk.card()).text == "[1] hr/leave.md › Holidays\nThis document is no longer in the index."


async def test_a_turn_kept_before_places_were_still_names_its_sources(desk: Desk) -> None:
    await desk.answered(Citation(1, "hr/leave.md", "Holidays", 0.9))
    assert "hr/leave.md › Holidays\nWhere this passage stood" in (await desk.card()).text


async def test_a_question_that_got_no_answer_does_not_hide_the_last_one(desk: Desk) -> None:
    await desk.answered(LEAVE)
    await desk.answered(answer="", id_="2")
    assert FIRST in (await desk.card()).text


async def test_it_is_said_when_there_is_nothing_to_show(desk: Desk) -> None:
    assert "no answer here yet" in (await desk.card()).text
    await desk.answered()
    desk.language = Language.CZECH
    assert (await desk.card()).text == "Poslední odpověď žádné zdroje neuvádí."


async def test_an_index_that_cannot_be_reached_is_said_to_be(desk: Desk) -> None:
    await desk.answered(LEAVE)
    desk.index.failure = IndexUnavailable(where="qdrant", reason="refused")
    with pytest.raises(IndexUnavailable):
        await desk.card()


# --- attached files -------------------------------------------------------------------------------------------


async def test_an_attached_file_is_shown_from_the_conversation_never_from_the_documents(desk: Desk) -> None:
    """A file named like a document that may not be read here must not open it."""
    desk.guard.readers["hr"] = "slack:boss"
    await desk.hold("hr/salaries.md", (0, "Ana earns 3000."), scope="hr")
    file = Attached("hr/salaries.md", AttachedKind.TEXT, "What Ula wrote herself.", 23)
    place = Place(start=0, end=15, first=0, last=0)
    cited = Citation(1, "hr/salaries.md", "", 1.0, place, attached=True)
    turn = Turn(id="1", question="?", answer="Yes. [1]", model="owl", at=1.0, citations=(cited,), attached=(file,))
    await desk.history.append(CHANNEL, turn)
    assert (await desk.card("/sources 1")).text == "[1] hr/salaries.md (attached)\nWhat Ula wrote herself."


async def test_an_attached_file_of_an_earlier_turn_is_shown_too(desk: Desk) -> None:
    file = Attached("plan.txt", AttachedKind.TEXT, "Ship it.", 8)
    turn = Turn(id="1", question="?", answer="Hm.", model="owl", at=1.0, attached=(file,))
    await desk.history.append(CHANNEL, turn)
    await desk.answered(Citation(1, "plan.txt", "", 1.0, attached=True), id_="2")
    assert (await desk.card()).text == "[1] plan.txt (attached)\nShip it."


async def test_an_attached_file_that_fell_out_of_the_history_is_said_to_be_gone(desk: Desk) -> None:
    await desk.answered(Citation(1, "plan.txt", "", 1.0, attached=True))
    assert (await desk.card()).text.endswith("no longer remembered.")


async def test_a_button_shows_the_sources_of_its_own_answer(desk: Desk) -> None:
    await desk.answered(LEAVE, id_="1")
    await desk.answered(PAY, id_="2")

    assert FIRST in (await desk.of_answer("1")).text


async def test_of_a_forgotten_answer_no_other_sources_are_shown(desk: Desk) -> None:
    await desk.answered(PAY, id_="2")

    card = await desk.of_answer("1")

    assert "don't remember" in card.text


async def test_nobody_is_told_of_what_only_buttons_fill_in(desk: Desk) -> None:
    (command,) = Sources(desk.history, desk.index, desk.guard).commands()

    assert command.usage == "/sources [number]"
    with pytest.raises(BadArgument):
        await desk.card("/sources 1 2")
