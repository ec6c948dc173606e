import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import (
    BadScopes,
    BadSetting,
    IndexingElsewhere,
    IndexMismatch,
    IndexUnavailable,
    KnowledgeVanished,
    NoKnowledge,
)
from bot.file_locks import FileLock
from bot.retrieval.loading import Reason
from bot.retrieval.preparing import DenseModel
from bot.retrieval.reports import IndexProgress
from tests.bot.retrieval.folders import NO_MODEL, NOW, CountingEmbedder, KnowledgeFolder, VectorIndex


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    return KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state")


def counts(report: object) -> dict[str, int]:
    """What a report counts, without what is zero."""
    names = ("new", "changed", "moved", "updated", "relabelled", "deleted", "unchanged")
    return {name: number for name in names if (number := getattr(report, name))}


# --- keeping up -----------------------------------------------------------------------------------------------


async def test_new_changed_moved_and_deleted_files_reach_the_index(folder: KnowledgeFolder) -> None:
    for name in ("stays.md", "changes.md", "goes.md", "old/moves.md"):
        folder.write(name)
    assert counts(await folder.run()) == {"new": 4}
    folder.write("changes.md", "Something else.", at=2_000.0)
    (folder.root / "goes.md").unlink()
    (folder.root / "old/moves.md").rename(folder.root / "moved.md")
    folder.write("comes.md")
    report = await folder.run()
    assert counts(report) == {"new": 1, "changed": 1, "moved": 1, "deleted": 1, "unchanged": 1}
    assert (report.documents, report.chunks) == (4, 4)
    assert await folder.is_true()
    assert await folder.texts("changes.md") == "Something else."


async def test_an_unchanged_folder_costs_nothing(folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md")
    folder.write("b.md")
    await folder.run()
    folder.restart()
    monkeypatch.setattr("bot.retrieval.observing._digest", lambda *_: pytest.fail("a file was read"))
    assert counts(await folder.run()) == {"unchanged": 2}
    assert (folder.loader.asked, folder.embedder.texts, writes(folder)) == ([], [], [])


async def test_one_changed_file_costs_one_file(folder: KnowledgeFolder) -> None:
    for number in range(20):
        folder.write(f"{number}.md")
    await folder.run()
    folder.write("7.md", "New words.", at=2_000.0)
    await folder.run()
    assert (folder.loader.asked, writes(folder)) == (["7.md"], ["+7.md"])


async def test_a_touched_file_is_read_once_to_compare_and_not_indexed(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    folder.write("a.md", at=3_000.0)
    assert counts(await folder.run()) == {"unchanged": 1}
    assert folder.loader.asked == []


async def test_a_change_within_the_tick_of_the_files_clock_is_noticed(folder: KnowledgeFolder) -> None:
    folder.write("a.md", "one", at=NOW)
    await folder.run()
    folder.write("a.md", "two", at=NOW)
    assert counts(await folder.run()) == {"changed": 1}
    assert await folder.texts("a.md") == "two"


async def test_without_its_manifest_it_reads_but_does_not_index_again(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.state / "manifest.jsonl").write_text('{"version": 1, "changed_at": nonsense')
    folder.restart()
    assert counts(await folder.run()) == {"unchanged": 1}
    assert folder.loader.asked == []


async def test_only_the_changed_part_of_a_document_is_embedded_again(folder: KnowledgeFolder) -> None:
    parts = [f"# Part {number}\n\n" + f"word{number} " * 260 for number in range(4)]
    folder.write("a.md", "\n\n".join(parts))
    await folder.run()
    folder.write("a.md", "\n\n".join([*parts[:3], "# Part 3\n\nAll new."]), at=2_000.0)
    await folder.run()
    assert len(folder.embedder.texts) == 1
    assert "All new." in folder.embedder.texts[0]


async def test_a_moved_document_is_not_embedded_again(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    (folder.root / "a.md").rename(folder.root / "b.md")
    assert counts(await folder.run()) == {"moved": 1}
    assert (folder.embedder.texts, writes(folder)) == ([], ["+b.md", "-a.md"])


async def test_a_renamed_folder_has_not_vanished(folder: KnowledgeFolder) -> None:
    for number in range(5):
        folder.write(f"old/{number}.md")
    await folder.run()
    (folder.root / "old").rename(folder.root / "new")
    report = await folder.run()
    assert (counts(report), report.trouble) == ({"moved": 5}, None)


async def test_copies_of_a_document_are_documents_of_their_own(folder: KnowledgeFolder) -> None:
    folder.write("a.md", "same")
    folder.write("b.md", "same")
    await folder.run()
    (folder.root / "a.md").rename(folder.root / "c.md")
    folder.write("d.md", "same")
    assert counts(await folder.run()) == {"moved": 1, "new": 1, "unchanged": 1}
    assert await folder.is_true()


async def test_the_newest_files_are_indexed_first(folder: KnowledgeFolder) -> None:
    for at, name in enumerate(["old.md", "newer.md", "newest.md"]):
        folder.write(name, at=1_000.0 + at)
    await folder.run()
    assert writes(folder) == ["+newest.md", "+newer.md", "+old.md"]


async def test_progress_tells_each_document_and_the_end(folder: KnowledgeFolder) -> None:
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    told: list[IndexProgress] = []
    await folder.indexer.run(tell=told.append)
    assert told == [IndexProgress(0, 2, "a.md"), IndexProgress(1, 2, "b.md"), IndexProgress(2, 2)]
    assert (await folder.indexer.standing()).progress is None


async def test_a_run_tells_how_many_documents_the_index_lacks(folder: KnowledgeFolder) -> None:
    assert folder.indexer.unread() is None
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    seen: list[IndexProgress | None] = []
    await folder.indexer.run(tell=lambda _: seen.append(folder.indexer.unread()))
    assert seen == [IndexProgress(0, 2), IndexProgress(1, 2), None]
    assert folder.indexer.unread() is None


async def test_a_run_that_reads_its_first_document_already_tells_how_many_there_are(
    folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md")
    reading = asyncio.Event()

    async def never(_: str) -> None:
        reading.set()
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(folder.loader, "load", never)
    running = asyncio.create_task(folder.indexer.run())
    await asyncio.sleep(0)
    assert folder.indexer.unread() == IndexProgress(0, 0)
    async with asyncio.timeout(5):
        await reading.wait()
    assert folder.indexer.unread() == IndexProgress(0, 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert folder.indexer.unread() is None


async def test_documents_that_could_only_be_indexed_better_are_not_lacking(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    folder.models = (DenseModel(CountingEmbedder(dimension=8)),)
    folder.restart()
    seen: list[IndexProgress | None] = []
    assert (await folder.indexer.run(tell=lambda _: seen.append(folder.indexer.unread()))).updated == 1
    assert seen == [None, None]


def writes(folder: KnowledgeFolder) -> list[str]:
    assert isinstance(folder.index, VectorIndex)
    return folder.index.writes


# --- a lost mount ---------------------------------------------------------------------------------------------


async def four(folder: KnowledgeFolder) -> None:
    for name in "abcd":
        folder.write(f"{name}.md")
    await folder.run()


async def test_when_more_than_half_is_gone_nothing_is_removed(folder: KnowledgeFolder) -> None:
    await four(folder)
    for name in "abc":
        (folder.root / f"{name}.md").unlink()
    folder.write("new.md")
    report = await folder.run()
    assert isinstance(report.trouble, KnowledgeVanished)
    assert (report.trouble.missing, report.trouble.indexed) == (3, 4)
    assert counts(report) == {"new": 1, "unchanged": 1}
    assert len(await folder.documents()) == 5


async def test_half_of_the_documents_may_go(folder: KnowledgeFolder) -> None:
    await four(folder)
    for name in "ab":
        (folder.root / f"{name}.md").unlink()
    assert counts(await folder.run()) == {"deleted": 2, "unchanged": 2}


@pytest.mark.parametrize("missing", [False, True])
async def test_an_empty_or_missing_folder_empties_nothing_unless_it_is_meant(
    folder: KnowledgeFolder, *, missing: bool
) -> None:
    await four(folder)
    shutil.rmtree(folder.root)
    if not missing:
        folder.root.mkdir()
    assert isinstance((await folder.run()).trouble, KnowledgeVanished)
    assert len(await folder.documents()) == 4
    assert counts(await folder.run(force=True)) == {"deleted": 4}
    assert await folder.documents() == {}


async def test_a_mount_that_comes_back_costs_nothing(folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    await four(folder)
    folder.root.rename(folder.state / "away")
    await folder.run()
    (folder.state / "away").rename(folder.root)
    monkeypatch.setattr("bot.retrieval.observing._digest", lambda *_: pytest.fail("a file was read"))
    assert counts(await folder.run()) == {"unchanged": 4}


async def test_a_folder_that_never_was_there_is_told(folder: KnowledgeFolder) -> None:
    folder.root.rmdir()
    error = await folder.run_failing(NoKnowledge)
    assert (await folder.indexer.standing()).trouble is error


async def test_an_empty_folder_is_no_fault(folder: KnowledgeFolder) -> None:
    report = await folder.run()
    assert (report.documents, report.trouble, report.failures) == (0, None, ())


# --- failing files --------------------------------------------------------------------------------------------


async def test_a_failing_file_is_told_and_the_others_are_indexed(folder: KnowledgeFolder) -> None:
    for name in ("good.md", "bad.pdf"):
        folder.write(name)
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    report = await folder.run()
    assert [(failure.document, failure.reason) for failure in report.failures] == [("bad.pdf", Reason.ENCRYPTED)]
    assert await folder.is_true(but=["bad.pdf"])


async def test_a_failing_file_is_tried_again_after_pauses_that_grow(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.SCANNED
    pauses = []
    for _ in range(6):
        report = await folder.run()
        assert folder.loader.asked == ["bad.pdf"]
        assert report.retry_at is not None
        folder.now = report.retry_at - 1
        folder.restart()
        assert [failure.document for failure in (await folder.run()).failures] == ["bad.pdf"]
        assert folder.loader.asked == []
        pauses.append(report.retry_at - folder.now)
        folder.now = report.retry_at
    waited = [failure.attempts for failure in (await folder.indexer.standing()).failures]
    assert waited == [6]
    assert (await folder.run()).retry_at == folder.now + 86_400


async def test_a_failing_file_that_changes_is_tried_at_once(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    await folder.run()
    del folder.loader.refused["bad.pdf"]
    assert counts(await folder.run()) == {}
    folder.write("bad.pdf", "Opened.", at=2_000.0)
    report = await folder.run()
    assert (counts(report), report.failures) == ({"new": 1}, ())


async def test_force_tries_failed_files_at_once(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    await folder.run()
    folder.loader.refused.clear()
    assert counts(await folder.run(force=True)) == {"new": 1}


@pytest.mark.parametrize(
    ("reason", "stays"),
    [(Reason.CHANGED, True), (Reason.NO_ACCESS, True), (Reason.EMPTY, False), (Reason.ENCRYPTED, False)],
)
async def test_what_a_file_said_before_stays_only_while_it_may_still_say_it(
    folder: KnowledgeFolder, reason: Reason, *, stays: bool
) -> None:
    folder.write("a.md", "before")
    await folder.run()
    folder.write("a.md", "after", at=2_000.0)
    folder.loader.refused["a.md"] = reason
    assert counts(await folder.run()) == ({} if stays else {"deleted": 1})
    assert bool(await folder.texts("a.md")) is stays


async def test_a_fault_of_our_own_in_one_document_does_not_stop_the_others(
    folder: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md", "fine")
    folder.write("b.md", "poison")

    def count(text: str) -> int:
        if "poison" in text:
            raise ZeroDivisionError
        return len(text)

    monkeypatch.setattr(folder.indexer._preparation, "_count_tokens", count)
    report = await folder.run()
    assert [(failure.document, failure.reason) for failure in report.failures] == [("b.md", Reason.UNREADABLE)]
    assert list(await folder.documents()) == ["a.md"]


async def test_a_file_of_white_space_is_an_empty_one(folder: KnowledgeFolder) -> None:
    folder.write("a.md", " \n\n ")
    assert [failure.reason for failure in (await folder.run()).failures] == [Reason.EMPTY]


async def test_what_is_no_document_is_skipped_and_no_failure(folder: KnowledgeFolder) -> None:
    folder.write("picture.png")
    report = await folder.run()
    assert [(item.document, item.reason) for item in report.skipped] == [("picture.png", Reason.UNKNOWN_KIND)]
    assert report.failures == ()


async def test_a_file_that_is_gone_fails_no_more(folder: KnowledgeFolder) -> None:
    folder.write("bad.pdf")
    folder.loader.refused["bad.pdf"] = Reason.ENCRYPTED
    await folder.run()
    (folder.root / "bad.pdf").unlink()
    assert (await folder.run()).failures == ()


# --- scopes ---------------------------------------------------------------------------------------------------


async def test_documents_are_labelled_by_their_folder(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.write("hr/b.md")
    folder.scopes(hr="terminal:*")
    await folder.run()
    assert await folder.documents() == {"a.md": "", "hr/b.md": "hr"}
    assert {chunk.scope for chunk in await folder.index.chunks("hr/b.md", first=0, last=9)} == {"hr"}


async def test_another_audience_is_another_label_and_nothing_is_read_or_embedded(folder: KnowledgeFolder) -> None:
    folder.write("hr/b.md")
    folder.write("a.md")
    await folder.run()
    folder.scopes(hr="terminal:*")
    report = await folder.run()
    assert (counts(report), folder.loader.asked, folder.embedder.texts) == ({"relabelled": 1, "unchanged": 2}, [], [])
    assert await folder.documents() == {"a.md": "", "hr/b.md": "hr"}
    assert {chunk.scope for chunk in await folder.index.chunks("hr/b.md", first=0, last=9)} == {"hr"}


async def test_a_moved_document_gets_the_label_of_its_new_place(folder: KnowledgeFolder) -> None:
    folder.scopes(hr="terminal:*")
    folder.write("a.md")
    (folder.root / "hr").mkdir()
    await folder.run()
    (folder.root / "a.md").rename(folder.root / "hr/a.md")
    await folder.run()
    assert await folder.documents() == {"hr/a.md": "hr"}


async def test_labels_change_before_anything_else_is_done(folder: KnowledgeFolder) -> None:
    folder.write("hr/b.md")
    await folder.run()
    folder.scopes(hr="terminal:*")
    folder.write("hr/b.md", "Changed.", at=2_000.0)
    folder.write("hr/c.md")
    await folder.run()
    assert writes(folder)[0] == "+hr/b.md"
    assert set((await folder.documents()).values()) == {"hr"}


async def test_with_broken_scopes_nothing_is_indexed(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    (folder.root / "scopes.toml").write_text("oops")
    await folder.run_failing(BadScopes)
    assert await folder.documents() == {}


async def test_an_entry_that_guards_nothing_is_in_the_report(folder: KnowledgeFolder) -> None:
    folder.write("hr/a.md")
    folder.scopes(HR="terminal:*")
    assert (await folder.run()).unused_scopes == ("HR",)


# --- models ---------------------------------------------------------------------------------------------------


async def test_without_its_model_documents_are_found_by_words_and_completed_later(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.embedder.failure = NO_MODEL
    report = await folder.run()
    assert (report.missing_models, report.retry_at) == ((NO_MODEL,), NOW + 60)
    assert [one.dense for one in folder.index._chunks["a.md"]] == [{}]
    assert counts(await folder.run()) == {"unchanged": 1}
    folder.embedder.failure = None
    assert counts(await folder.run()) == {"updated": 1}
    assert [set(one.dense) for one in folder.index._chunks["a.md"]] == [{"words"}]


async def test_a_model_that_goes_missing_takes_nothing_from_what_is_there(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    folder.embedder.failure = NO_MODEL
    folder.write("b.md")
    assert counts(await folder.run()) == {"new": 1, "unchanged": 1}
    assert [set(one.dense) for one in folder.index._chunks["a.md"]] == [{"words"}]


async def test_a_model_embeds_the_languages_it_knows(tmp_path: Path) -> None:
    models = (DenseModel(CountingEmbedder(name="english"), frozenset({"en"})), DenseModel(CountingEmbedder()))
    folder = KnowledgeFolder(tmp_path / "knowledge", tmp_path / "state", models=models)
    folder.write("unknown.md")
    folder.write("cs/a.md")
    await folder.run()
    dense = {name: set(chunks[0].dense) for name, chunks in folder.index._chunks.items()}
    assert dense == {"unknown.md": {"english", "words"}, "cs/a.md": {"words"}}


async def test_another_model_indexes_everything_again(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    folder.models = (DenseModel(CountingEmbedder(dimension=8)),)
    folder.restart()
    assert counts(await folder.run()) == {"updated": 1}
    assert [len(one.dense["words"]) for one in folder.index._chunks["a.md"]] == [8]


def outdated(folder: KnowledgeFolder) -> VectorIndex:
    assert isinstance(folder.index, VectorIndex)
    folder.index.outdated = IndexMismatch(built_with="one", wanted="other")
    return folder.index


async def test_an_index_of_other_models_is_built_anew_beside_it(folder: KnowledgeFolder) -> None:
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    await folder.run()
    index = outdated(folder)
    report = await folder.indexer.run(interrupted=lambda: bool(index.building and index.building.writes))
    assert (report.finished, bool(index.outdated)) == (False, True)
    assert counts(await folder.run()) == {"new": 1, "unchanged": 1}
    assert not index.outdated
    assert await folder.is_true()


async def test_a_new_index_does_not_take_the_old_ones_place_when_the_folder_is_lost(folder: KnowledgeFolder) -> None:
    await four(folder)
    for name in "abc":
        (folder.root / f"{name}.md").unlink()
    outdated(folder)
    await folder.run_failing(KnowledgeVanished)
    assert len(await folder.documents()) == 4
    assert counts(await folder.run(force=True)) == {"new": 1}
    assert len(await folder.documents()) == 1


async def test_what_is_deleted_goes_from_an_outdated_index_too(folder: KnowledgeFolder) -> None:
    await four(folder)
    index = outdated(folder)
    (folder.root / "a.md").unlink()
    folder.scopes(**{"b.md": "terminal:*"})
    await folder.indexer.prune()
    assert await folder.documents() == {"b.md": "", "c.md": "", "d.md": ""}
    (folder.root / "c.md").unlink()
    await folder.indexer.run(interrupted=lambda: True)
    assert await folder.documents() == {"b.md": "", "d.md": ""}
    assert index.outdated


# --- interruptions --------------------------------------------------------------------------------------------


async def test_a_killed_run_goes_on_where_it_was(folder: KnowledgeFolder) -> None:
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    folder.embedder.gate = gate = asyncio.Event()
    gate.set()
    second = asyncio.Event()

    def tell(step: IndexProgress) -> None:
        if step.document == "b.md":
            gate.clear()
            second.set()

    running = asyncio.create_task(folder.indexer.run(tell=tell))
    async with asyncio.timeout(5):
        await second.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    gate.set()
    shutil.rmtree(folder.state)
    folder.restart()
    assert counts(await folder.run()) == {"new": 1, "unchanged": 1}
    assert folder.loader.asked == ["b.md"]


async def test_a_cancelled_run_leaves_whole_documents_and_can_be_followed_by_another(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.embedder.gate = asyncio.Event()
    running = asyncio.create_task(folder.run())
    async with asyncio.timeout(5):
        await folder.embedder.reached.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await folder.documents() == {}
    assert not folder.indexer.is_running
    folder.embedder.gate = None
    assert counts(await folder.run()) == {"new": 1}


async def test_an_interrupted_run_ends_after_the_document_in_hand(folder: KnowledgeFolder) -> None:
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    report = await folder.indexer.run(interrupted=lambda: bool(writes(folder)))
    assert (await folder.indexer.standing()).ran_at is None
    assert (counts(report), report.finished) == ({"new": 1}, False)
    assert counts(await folder.run()) == {"new": 1, "unchanged": 1}


async def test_what_is_deleted_goes_while_a_run_is_under_way(folder: KnowledgeFolder) -> None:
    await four(folder)
    folder.write("long.md")
    folder.embedder.gate = asyncio.Event()
    running = asyncio.create_task(folder.run())
    async with asyncio.timeout(5):
        await folder.embedder.reached.wait()
        (folder.root / "a.md").unlink()
        folder.scopes(long="terminal:*")
        (folder.root / "scopes.toml").write_text("[folders.'b.md']\nreaders = []\n[folders.'long.md']\nreaders = []")
        await folder.indexer.prune()
        assert await folder.documents() == {"b.md": "b.md", "c.md": "", "d.md": ""}
        folder.embedder.gate.set()
        await running
    assert (await folder.documents())["long.md"] == "long.md"


async def test_runs_wait_for_each_other(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    reports = await asyncio.gather(folder.indexer.run(), folder.indexer.run())
    assert [counts(report) for report in reports] == [{"new": 1}, {"unchanged": 1}]


async def test_a_run_in_another_program_is_told(folder: KnowledgeFolder) -> None:
    folder.state.mkdir()
    with FileLock(folder.state / "indexing.lock") as lock:
        lock.seize()
        await folder.run_failing(IndexingElsewhere)
    await folder.run()


async def test_a_run_on_another_machine_is_told(folder: KnowledgeFolder) -> None:
    folder.write("a.md")

    free = False

    @asynccontextmanager
    async def lease() -> AsyncIterator[None]:
        if not free:
            raise IndexingElsewhere(path="redis")
        yield

    folder.alone = lease
    folder.restart()
    await folder.run_failing(IndexingElsewhere)
    assert not folder.loader.asked
    free = True
    assert counts(await folder.run()) == {"new": 1}


async def test_an_index_that_is_gone_ends_the_run_and_the_next_one_goes_on(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    folder.index.failure = IndexUnavailable(where="qdrant", reason="refused")
    error = await folder.run_failing(IndexUnavailable)
    assert (await folder.indexer.standing()).trouble is error
    assert (await folder.indexer.standing()).ran_at is None
    folder.index.failure = None
    await folder.run()
    assert (await folder.indexer.standing()).trouble is None
    assert (await folder.indexer.standing()).ran_at == NOW


async def test_a_state_folder_that_cannot_be_made_names_its_setting(folder: KnowledgeFolder) -> None:
    folder.state.write_text("a file")
    error = await folder.run_failing(BadSetting)
    assert isinstance(error, BadSetting)
    assert error.name == "SOVA_STATE_DIR"


async def test_when_the_index_was_changed_last_outlives_a_restart(folder: KnowledgeFolder) -> None:
    folder.write("a.md")
    await folder.run()
    folder.now += 500
    folder.restart()
    await folder.run()
    assert (await folder.indexer.standing()).changed_at == NOW


# --- whatever happens -----------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a.md", "b.md", "hr/a.md", "hr/b.md", "x/y/c.md"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, st.sampled_from(["one", "two", "three"])),
        st.tuples(st.just("delete"), NAMES, st.none()),
        st.tuples(st.just("move"), NAMES, NAMES),
        st.tuples(st.just("scopes"), st.sampled_from(["hr", "x", "x/y", "hr/a.md"]), st.none()),
        st.tuples(st.just("run"), st.none(), st.none()),
        st.tuples(st.just("interrupted"), st.none(), st.none()),
        st.tuples(st.just("prune"), st.none(), st.none()),
    ),
    max_size=14,
)


async def _after(folder: KnowledgeFolder, steps: list[tuple[str, str, str]]) -> None:
    for number, (what, name, more) in enumerate(steps):
        path = folder.root / name if name else folder.root
        match what:
            case "write":
                folder.write(name, more, at=1_000.0 + number)
            case "delete":
                path.unlink(missing_ok=True)
            case "move" if path.is_file():
                (folder.root / more).parent.mkdir(parents=True, exist_ok=True)
                path.replace(folder.root / more)
            case "scopes":
                folder.scopes(**{name: "terminal:*"})
            case "run":
                await folder.run()
            case "interrupted":
                await folder.indexer.run(interrupted=lambda: True)
            case "prune":
                await folder.indexer.prune()


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_whatever_happened_a_run_makes_the_index_what_the_folder_is(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    async def story() -> None:
        base = tmp_path_factory.mktemp("story")
        folder = KnowledgeFolder(base / "knowledge", base / "state")
        await _after(folder, steps)
        await folder.run(force=True)
        assert await folder.is_true()
        scopes = await folder.indexer._scopes.read()
        assert all(scope == scopes.scope_of(name) for name, scope in (await folder.documents()).items())
        assert counts(await folder.run()).keys() <= {"unchanged"}

    asyncio.run(story())
