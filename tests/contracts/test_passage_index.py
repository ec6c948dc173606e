"""Owns the contract of the port `PassageIndex`, on every store that may stand behind it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Chunk, DocumentRecord, IndexQuery, PassageIndex
from tests.contracts.passage_indexes import (
    KINDS,
    a_chunk,
    bag,
    by_meaning,
    by_words,
    found,
    indexed,
    open_kind,
    put,
    record_of,
)

pytest_plugins = ["tests.contracts.edge_folders"]
pytestmark = pytest.mark.asyncio(loop_scope="module")

randomly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCOPES = ["all", "hr", "vedení", "", "a/b"]
any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
layouts = st.lists(
    st.tuples(st.sampled_from(SCOPES), st.sampled_from(["en", "cs", ""]), st.integers(1, 3)), min_size=1, max_size=8
)


@pytest_asyncio.fixture(params=KINDS, scope="module", loop_scope="module")
async def opened(request: pytest.FixtureRequest, empty_edge_folder: Path) -> AsyncIterator[PassageIndex]:
    """One index of the kind for all tests: opening each time would wait for the disk more than it tests."""
    async with open_kind(request.param, empty_edge_folder) as index:
        yield index


@pytest_asyncio.fixture(loop_scope="module")
async def index(opened: PassageIndex) -> PassageIndex:
    """The index, emptied of what the test before left."""
    await opened.remove([record.document for record in await opened.documents()])
    return opened


async def test_a_new_index_is_empty(index: PassageIndex) -> None:
    assert list(await index.documents()) == []
    assert (await index.size())[0] == 0
    assert await found(index, by_meaning(1, 0, 0)) == []
    assert await found(index, by_words(1)) == []


async def test_a_document_is_found_by_meaning_and_by_words(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md")))
    assert await found(index, by_meaning(1, 0, 0)) == [a_chunk("a.md")]
    assert await found(index, by_words(1)) == [a_chunk("a.md")]


@randomly
@given(document=any_text, title=any_text, headings=st.lists(any_text, max_size=3), text=any_text, scope=any_text)
async def test_every_text_comes_back_as_it_was(
    index: PassageIndex, document: str, title: str, headings: list[str], text: str, scope: str
) -> None:
    chunk = a_chunk(document, title=title, headings=tuple(headings), text=text, scope=scope)
    await put(index, indexed(chunk), digest=text)
    assert await found(index, by_meaning(1, 0, 0, scopes=frozenset({scope}))) == [chunk]
    assert await index.chunks(document, first=0, last=0) == [chunk]
    assert list(await index.documents()) == [DocumentRecord(document, text, 1, scope, 1.5)]
    await index.remove([document])


async def test_replacing_leaves_nothing_of_the_old_version(index: PassageIndex) -> None:
    await put(index, *(indexed(a_chunk("a.md", n)) for n in range(5)), digest="old")
    new = [indexed(a_chunk("a.md", n, text="new")) for n in range(2)]
    await put(index, *new, digest="new")
    assert {chunk.text for chunk in await found(index, by_meaning(1, 0, 0))} == {"new"}
    assert len(await found(index, by_words(1))) == 2
    assert list(await index.documents()) == [record_of(new, digest="new")]
    assert (await index.size())[0] == 2


async def test_a_document_may_become_one_without_chunks(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md")))
    empty = DocumentRecord("a.md", "e", 0, "all", 2.5)
    await index.replace(empty, [])
    assert list(await index.documents()) == [empty]
    assert await found(index, by_words(1)) == []


async def test_replacing_moves_a_document_to_another_scope(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md")))
    await put(index, indexed(a_chunk("a.md", scope="hr")))
    assert await found(index, by_words(1)) == []
    assert await found(index, by_words(1, scopes=frozenset({"hr"}))) == [a_chunk("a.md", scope="hr")]


async def test_a_large_document_is_held_whole(index: PassageIndex) -> None:
    await put(index, *(indexed(a_chunk("a.md", n), tokens=(1, 2 + n)) for n in range(300)))
    assert (await index.size())[0] == 300
    assert len(await found(index, by_words(1, limit=1000))) == 300
    assert await found(index, by_words(2 + 299)) == [a_chunk("a.md", 299)]


async def test_removed_documents_are_gone_and_the_others_stay(index: PassageIndex) -> None:
    for name in ("a.md", "b.md", "c.md"):
        await put(index, indexed(a_chunk(name)))
    await index.remove(["a.md", "c.md", "never-there.md"])
    await index.remove([])
    assert [record.document for record in await index.documents()] == ["b.md"]
    assert await found(index, by_meaning(1, 0, 0)) == [a_chunk("b.md")]
    assert (await index.size())[0] == 1


async def test_documents_are_listed_by_path(index: PassageIndex) -> None:
    for name in ("b.md", "a/z.md", "č.md", "a.md"):
        await put(index, indexed(a_chunk(name)))
    assert [record.document for record in await index.documents()] == ["a.md", "a/z.md", "b.md", "č.md"]


@randomly
@given(layout=layouts, asked=st.frozensets(st.sampled_from(SCOPES)), language=st.sampled_from([None, "en", "cs", ""]))
async def test_scopes_neither_leak_nor_hide(
    index: PassageIndex, layout: list[tuple[str, str, int]], asked: frozenset[str], language: str | None
) -> None:
    names = [f"{number}.md" for number in range(len(layout))]
    chunks: list[Chunk] = []
    for name, (scope, spoken, count) in zip(names, layout, strict=True):
        own = [a_chunk(name, n, scope=scope, language=spoken) for n in range(count)]
        await put(index, *map(indexed, own))
        chunks += own
    permitted = {chunk for chunk in chunks if chunk.scope in asked and language in (None, chunk.language)}
    queries = [replace(one, scopes=asked, language=language) for one in (by_meaning(0.5, 1, 0), by_words(1))]
    for hits in await index.rankings(queries):
        assert {hit.chunk for hit in hits} == permitted
        assert len(hits) == len(permitted)
    await index.remove(names)


async def test_no_scope_sees_nothing(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md")))
    assert await found(index, by_words(1, scopes=frozenset())) == []


async def test_the_filter_comes_before_the_limit(index: PassageIndex) -> None:
    await put(index, *(indexed(a_chunk("secret.md", n, scope="hr")) for n in range(20)))
    await put(index, indexed(a_chunk("a.md"), e5=(0.0, 1.0, 0.1)))
    assert await found(index, by_meaning(1, 0, 0, limit=1)) == [a_chunk("a.md")]


async def test_meaning_ranks_by_the_angle_alone(index: PassageIndex) -> None:
    for name, vector in {"far": (0.0, 9.0, 0.0), "near": (0.2, 0.02, 0.0), "middle": (3.0, 3.0, 0.0)}.items():
        await put(index, indexed(a_chunk(name), e5=vector))
    (hits,) = await index.rankings([by_meaning(2, 0, 0)])
    assert [hit.chunk.document for hit in hits] == ["near", "middle", "far"]
    assert [hit.score for hit in hits] == pytest.approx([0.995, 0.707, 0.0], abs=0.001)


async def test_a_rare_word_counts_more_than_a_common_one(index: PassageIndex) -> None:
    for name in ("a.md", "b.md", "c.md"):
        await put(index, indexed(a_chunk(name), tokens=(1, 7)))
    await put(index, indexed(a_chunk("rare.md"), tokens=(2, 8)))
    (hits,) = await index.rankings([by_words(1, 2)])
    assert hits[0].chunk.document == "rare.md"
    assert [hit.score for hit in hits] == pytest.approx([1.2040, 0.3567, 0.3567, 0.3567], abs=0.001)


async def test_a_chunk_without_the_words_is_not_found_by_them(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md"), tokens=(1, 2)))
    await put(index, indexed(a_chunk("b.md"), tokens=()))
    assert await found(index, by_words(2, 3)) == [a_chunk("a.md")]
    assert await found(index, by_words(9)) == []
    assert await found(index, by_words()) == []


async def test_a_chunk_that_a_model_left_out_is_found_by_words_alone(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md"), e5=None))
    assert await found(index, by_meaning(1, 0, 0)) == []
    assert await found(index, by_words(1)) == [a_chunk("a.md")]


async def test_rankings_come_in_the_order_of_the_queries(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md"), e5=(1.0, 0.0, 0.0), tokens=(1,)))
    await put(index, indexed(a_chunk("b.md", language="cs"), e5=(0.0, 1.0, 0.0), tokens=(2,)))
    queries = [
        by_words(2),
        by_meaning(1, 0, 0, limit=1),
        by_words(1, scopes=frozenset({"nobody"})),
        by_meaning(1, 0, 0, language="cs"),
        IndexQuery((1.0, 0.0), frozenset({"all"}), 5, using="mini"),
    ]
    rankings = await index.rankings(queries)
    assert [[hit.chunk.document for hit in hits] for hits in rankings] == [["b.md"], ["a.md"], [], ["b.md"], []]
    assert list(await index.rankings([])) == []


async def test_neighbours_are_given_exactly_and_in_order(index: PassageIndex) -> None:
    chunks = [a_chunk("a.md", n) for n in (4, 0, 3, 1, 2)]
    await put(index, *map(indexed, chunks))
    await put(index, *(indexed(a_chunk("b.md", n)) for n in range(5)))
    near = await index.chunks("a.md", first=1, last=3)
    assert list(near) == [a_chunk("a.md", n) for n in (1, 2, 3)]
    assert [chunk.ordinal for chunk in await index.chunks("a.md", first=-2, last=0)] == [0]
    assert list(await index.chunks("a.md", first=5, last=9)) == []
    assert list(await index.chunks("unknown.md", first=0, last=9)) == []


async def test_a_document_comes_back_with_the_vectors_it_was_given(index: PassageIndex) -> None:
    given = [indexed(a_chunk("a.md", n), e5=(0.0, 2.0, 0.0) if n else None, tokens=range(n)) for n in (2, 0, 1)]
    await put(index, *given)
    await put(index, indexed(a_chunk("b.md")))
    held = await index.indexed("a.md")
    assert [(one.chunk, one.sparse) for one in held] == [(a_chunk("a.md", n), bag(*range(n))) for n in range(3)]
    assert [set(one.dense) for one in held] == [set(), {"e5"}, {"e5"}]
    directions = [[number / max(one.dense["e5"]) for number in one.dense["e5"]] for one in held[1:]]
    assert directions == [[0.0, 1.0, 0.0]] * 2
    assert list(await index.indexed("unknown.md")) == []


async def test_what_an_index_gives_back_can_be_put_under_another_name(index: PassageIndex) -> None:
    await put(index, *(indexed(a_chunk("old.md", n), e5=(1.0, 1.0, float(n))) for n in range(3)))
    moved = [replace(one, chunk=replace(one.chunk, document="new.md")) for one in await index.indexed("old.md")]
    await put(index, *moved)
    await index.remove(["old.md"])
    (hits,) = await index.rankings([by_meaning(1, 1, 2)])
    assert [hit.chunk.ordinal for hit in hits] == [2, 1, 0]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.943, 0.577], abs=0.001)
    assert len(await found(index, by_words(1))) == 3


async def test_a_bag_bears_the_highest_token_number(index: PassageIndex) -> None:
    await put(index, indexed(a_chunk("a.md"), tokens=(0, 2**32 - 1)))
    assert await found(index, replace(by_words(), vector=bag(2**32 - 1))) == [a_chunk("a.md")]
