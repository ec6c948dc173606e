import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Access, Grantee, Kind, Permission, Rules
from bot.commands.cards import Card
from bot.commands.command import Invocation
from bot.commands.documents import knowledge
from bot.commands.documents.knowledge import Knowledge
from bot.commands.registry import Registry
from bot.errors import BadScopes, IndexUnavailable, NotAllowed
from bot.messages import Author, ConversationKey, Language
from bot.retrieval.keeping import FolderKeeper
from bot.retrieval.loading import Reason
from bot.retrieval.reports import IndexReport
from bot.retrieval.scopes import ScopesFile
from tests.bot.commands.conftest import values
from tests.bot.retrieval.folders import NO_MODEL, NOW, CountingEmbedder, KnowledgeFolder
from tests.bot.retrieval.test_keeping import Notices

CHANNEL = ConversationKey("slack", "team", "C1")
CALL = Invocation("c1", CHANNEL, Author("U1", "Ana"), NOW + 300)
BOSS = replace(CALL, author=Author("boss", "Boss"))
EDITOR = replace(CALL, author=Author("eda", "Eda", frozenset({"editors"})))


class Editors:
    """Rules that give reindexing to a role."""

    def rules(self) -> Rules:
        return Rules(given={"slack": {Permission.REINDEX: frozenset({Grantee(Kind.ROLE, "editors")})}})


Ask = Callable[..., Awaitable[Card]]


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    return KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state")


@pytest.fixture
async def ask(folder: KnowledgeFolder) -> AsyncIterator[Ask]:
    """Calls the command with its keeper at work; nothing is noticed by itself."""
    keeper = FolderKeeper(folder.indexer, Notices(), now=lambda: NOW)
    access = Access(admins=frozenset({"slack:boss"}), file=Editors())
    family = Knowledge(folder.index, folder.indexer, keeper, ScopesFile(folder.root), access)
    registry = Registry(access)
    for command in family.commands():
        registry.add(command)
    await folder.run()
    keeping = asyncio.create_task(keeper.run())

    async def called(text: str = "/knowledge", *, by: Invocation = CALL) -> Card:
        command, given = registry.parse(text)
        card = await registry.run(by, command, given)
        assert isinstance(card, Card)
        return card

    yield called
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_it_tells_what_there_is_and_since_when(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("a.md")
    folder.write("b.md")
    await folder.run()
    assert values(await ask()) == {
        "Documents": "2",
        "Chunks": "2",
        "Index": "–",
        "Last change": "5 minutes ago",
        "Search": "by meaning (word-pieces-256) and by words",
        "Searched here": "all documents",
    }


async def test_a_model_is_told_without_the_digest_of_its_files(tmp_path: Path) -> None:
    class Variant(CountingEmbedder):
        model = "makers/word-pieces@int8-1571fc98"

    folder = KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state", embedder=Variant())
    keeper = FolderKeeper(folder.indexer, Notices(), now=lambda: NOW)
    family = Knowledge(folder.index, folder.indexer, keeper, ScopesFile(folder.root), Access(frozenset()))
    (command,) = family.commands()
    shown = await command.run(CALL, {})
    assert isinstance(shown, Card)
    assert values(shown)["Search"] == "by meaning (makers/word-pieces) and by words"


async def test_an_empty_folder_is_said_to_be_one(ask: Ask) -> None:
    shown = values(await ask())
    assert (shown["Documents"], shown["Last change"]) == ("0", "nothing has been indexed yet")


@pytest.mark.parametrize(
    ("seconds", "told"), [(20, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"), (3 * 86_400, "3 days ago")]
)
async def test_the_last_change_is_told_in_fitting_units(
    folder: KnowledgeFolder, ask: Ask, seconds: float, told: str
) -> None:
    folder.write("a.md")
    await folder.run()
    assert values(await ask(by=replace(CALL, at=NOW + seconds)))["Last change"] == told


async def test_only_what_may_be_read_here_is_counted_and_named(folder: KnowledgeFolder, ask: Ask) -> None:
    for name in ("a.md", "hr/b.md", "pr/c.md", "hr/bad.pdf", "bad.pdf"):
        folder.write(name)
    folder.loader.refused = dict.fromkeys(("hr/bad.pdf", "bad.pdf"), Reason.ENCRYPTED)
    folder.scopes(hr="slack:C9", pr="slack:C1")
    await folder.run()
    card = await ask()
    assert values(card)["Documents"] == "2 of 3 may be read here"
    assert values(card)["Searched here"] == "the documents that are for everyone, and pr"
    assert [row[0] for table in card.tables for row in table.rows] == ["bad.pdf"]
    assert "hr" not in str(card)
    elsewhere = values(await ask(by=replace(CALL, conversation=replace(CHANNEL, channel="C2"))))
    assert elsewhere["Searched here"] == "the documents that are for everyone"


async def test_the_first_failures_are_told_with_their_reasons(folder: KnowledgeFolder, ask: Ask) -> None:
    for number in range(7):
        folder.write(f"{number}.pdf")
        folder.loader.refused[f"{number}.pdf"] = Reason.SCANNED
    await folder.run()
    (table,) = (await ask()).tables
    assert len(table.rows) == 6
    assert table.rows[0][0] == "0.pdf"
    assert "only pictures" in table.rows[0][1]
    assert table.rows[5] == ("and 2 more", "")


async def test_a_run_under_way_shows_how_far_it_is(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.scopes(hr="slack:C9")
    folder.write("hr/a.md")
    folder.embedder.gate = asyncio.Event()
    running = asyncio.create_task(folder.run())
    async with asyncio.timeout(5):
        await folder.embedder.reached.wait()
        assert values(await ask())["Running"] == "0 of 1 documents"
        hr = replace(CALL, conversation=replace(CHANNEL, channel="C9"))
        assert values(await ask(by=hr))["Running"] == "0 of 1 documents, now hr/a.md"
        folder.embedder.gate.set()
        await running


async def test_without_its_model_it_says_that_words_decide(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("a.md")
    folder.embedder.failure = NO_MODEL
    await folder.run()
    assert "words" in values(await ask())["Search"]


async def test_with_the_index_down_the_rest_is_still_shown(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.index.failure = IndexUnavailable(where="http://qdrant:6333", reason="refused")
    shown = values(await ask())
    assert "http://qdrant:6333" in shown["Index"]
    assert shown["Searched here"] == "all documents"


async def test_with_broken_scopes_it_says_so_and_counts_nothing_as_readable(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.root / "scopes.toml").write_text("oops")
    shown = values(await ask())
    assert "TOML" in shown["Searched here"]
    assert shown["Documents"] == "0 of 1 may be read here"


async def test_an_entry_that_guards_nothing_is_told_to_administrators_alone(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("hr/a.md")
    folder.scopes(HR="slack:C9")
    await folder.run()
    assert "HR" in values(await ask(by=BOSS))["scopes.toml"]
    assert "scopes.toml" not in values(await ask())


async def test_figures_are_told_in_czech(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("a.md")
    await folder.run()
    shown = values(await ask(by=replace(CALL, language=Language.CZECH)))
    assert (shown["Poslední změna"], shown["Zde se hledá"]) == ("před 5 minutami", "ve všech dokumentech")


# --- reindex --------------------------------------------------------------------------------------------------


async def test_an_administrator_has_the_folder_looked_at_anew(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("new.md")
    card = await ask("/knowledge reindex", by=BOSS)
    assert "1 document (1 chunk)" in card.text
    assert "1 new." in card.text
    assert list(await folder.documents()) == ["new.md"]


@pytest.mark.parametrize("text", ["/knowledge reindex", "/knowledge force"])
async def test_others_may_not(folder: KnowledgeFolder, ask: Ask, text: str) -> None:
    folder.write("new.md")
    with pytest.raises(NotAllowed):
        await ask(text)
    assert await folder.documents() == {}


async def test_an_editor_may_reindex_and_not_force(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("new.md")
    card = await ask("/knowledge reindex", by=EDITOR)
    assert [action.command for action in card.actions] == ["knowledge reindex"]
    assert list(await folder.documents()) == ["new.md"]
    with pytest.raises(NotAllowed) as refused:
        await ask("/knowledge force", by=EDITOR)
    assert (refused.value.action, refused.value.needed) == ("/knowledge force", "administer")


async def test_what_was_held_back_can_be_forced(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.root / "a.md").unlink()
    held = await ask("/knowledge reindex", by=BOSS)
    assert "lost mount" in held.text
    assert [action.command for action in held.actions] == ["knowledge reindex", "knowledge force"]
    assert "lost mount" in values(await ask())["Trouble"]
    assert "1 removed" in (await ask("/knowledge force", by=BOSS)).text
    assert "Trouble" not in values(await ask())


async def test_a_long_run_is_said_to_go_on(folder: KnowledgeFolder, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "_REINDEX_SECONDS", 0.05)
    folder.write("a.md")
    folder.embedder.gate = asyncio.Event()
    card = await ask("/knowledge reindex", by=BOSS)
    assert "goes on" in card.text
    assert values(card) == {"Running": "0 of 1 documents"}
    assert [action.command for action in card.actions] == ["knowledge"]


async def test_a_run_that_fails_says_why(folder: KnowledgeFolder, ask: Ask) -> None:
    (folder.root / "scopes.toml").write_text("oops")
    with pytest.raises(BadScopes):
        await ask("/knowledge reindex", by=BOSS)


async def test_the_report_names_no_file_that_may_not_be_known_here(folder: KnowledgeFolder, ask: Ask) -> None:
    folder.write("hr/bad.pdf")
    folder.loader.refused["hr/bad.pdf"] = Reason.ENCRYPTED
    folder.scopes(hr="slack:C9")
    assert "hr" not in str(await ask("/knowledge reindex", by=BOSS))


def test_nothing_to_do_is_said_plainly() -> None:
    report = IndexReport(0, 0, 0, 0, 0, 0, 2, 2, 5, 0.25)
    say = CALL.say
    assert list(knowledge.report_lines(report, say))[1] == "Everything was up to date."
    unfinished = list(knowledge.report_lines(replace(report, finished=False), say))
    assert unfinished[-1] == "It isn't finished: there is more to do."
