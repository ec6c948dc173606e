from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Language, Passage
from bot.ports import Chunk, Hit
from bot.retrieval.fusion import Ranking, Shape, fuse, one_language, passages

ALL = Shape(passages=100, per_document=100, chunks=1, one_language=False)


def chunk(document: str, ordinal: int = 0, *, text: str = "text", start: int | None = None) -> Chunk:
    at = ordinal * 100 if start is None else start
    language = next((folder for folder in document.split("/") if folder in {"en", "cs"}), "")
    return Chunk(
        document=document,
        ordinal=ordinal,
        title=document,
        headings=(f"part {ordinal}",),
        text=text,
        start=at,
        end=at + len(text),
        language=language,
        scope="all",
        modified=0.0,
    )


def ranking(*documents: str, weight: float = 1.0) -> Ranking:
    return Ranking([Hit(chunk(document), 1.0) for document in documents], weight)


def order(hits: Sequence[Hit]) -> list[str]:
    return [hit.chunk.document for hit in hits]


def hits_of(*chunks: Chunk) -> list[Hit]:
    """Hits in this order, with scores that fall."""
    return [Hit(one, 1 - at / 100) for at, one in enumerate(chunks)]


def shown(*chunks: Chunk, shape: Shape = ALL, language: Language | None = None) -> tuple[Passage, ...]:
    return passages(hits_of(*chunks), shape=shape, language=language)


rankings = st.lists(
    st.builds(
        lambda documents, weight: ranking(*documents, weight=weight),
        st.lists(st.sampled_from("abcdefgh"), unique=True),
        st.floats(0.1, 5),
    ),
    max_size=5,
)


# --- fusion by rank -------------------------------------------------------------------------------------------


def test_scores_are_those_of_reciprocal_rank_fusion() -> None:
    fused = fuse([ranking("a", "b"), ranking("b", "c", weight=2.0)], k=60)
    most = 3 / 61
    expected = {"b": (1 / 62 + 2 / 61) / most, "c": (2 / 62) / most, "a": (1 / 61) / most}
    assert order(fused) == ["b", "c", "a"]
    assert {hit.chunk.document: hit.score for hit in fused} == pytest.approx(expected)


def test_a_chunk_at_the_top_of_every_ranking_scores_one() -> None:
    assert fuse([ranking("a", "b"), ranking("a", weight=3.0)])[0].score == pytest.approx(1.0)


def test_a_chunk_that_only_one_of_two_rankings_holds_scores_half() -> None:
    assert fuse([ranking("a"), ranking()])[0].score == pytest.approx(0.5)


def test_a_heavier_ranking_decides_the_order() -> None:
    assert order(fuse([ranking("a", "b"), ranking("b", "a", weight=2.0)])) == ["b", "a"]


def test_on_a_tie_the_earlier_ranking_comes_first() -> None:
    assert order(fuse([ranking("a"), ranking("b")])) == ["a", "b"]


def test_a_chunk_that_a_ranking_repeats_counts_once() -> None:
    assert fuse([ranking("a", "a", "b")]) == fuse(
        [Ranking([Hit(chunk("a"), 1.0), Hit(chunk("a"), 0.5), Hit(chunk("b"), 1.0)])]
    )
    assert [hit.score for hit in fuse([ranking("a", "a")])] == [1.0]


def test_chunks_of_one_document_are_told_apart() -> None:
    fused = fuse([Ranking([Hit(chunk("a", 0), 1.0), Hit(chunk("a", 1), 1.0)])])
    assert [hit.chunk.ordinal for hit in fused] == [0, 1]


def test_nothing_found_is_nothing() -> None:
    assert fuse([]) == ()
    assert fuse([ranking(), ranking()]) == ()
    assert shown() == ()


@given(rankings)
def test_every_chunk_comes_once_with_a_score_from_0_to_1(given_: list[Ranking]) -> None:
    fused = fuse(given_)
    assert sorted(order(fused)) == sorted({hit.chunk.document for one in given_ for hit in one.hits})
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)
    assert all(0 < hit.score <= 1 for hit in fused)


@given(rankings, st.floats(0.01, 100))
def test_only_the_weights_relations_count(given_: list[Ranking], factor: float) -> None:
    scaled = fuse([Ranking(one.hits, one.weight * factor) for one in given_])
    expected = {hit.chunk.document: hit.score for hit in fuse(given_)}
    assert {hit.chunk.document: hit.score for hit in scaled} == pytest.approx(expected)


# --- one page in two languages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "kept"), [(Language.CZECH, "cs/print.md"), (Language.ENGLISH, "en/print.md"), (None, "en/print.md")]
)
def test_a_page_found_in_two_languages_is_shown_in_the_askers(language: Language | None, kept: str) -> None:
    found = one_language(hits_of(chunk("en/print.md"), chunk("en/save.md"), chunk("cs/print.md")), language=language)
    assert order(found) == [kept, "en/save.md"]


def test_the_askers_translation_takes_the_better_place_and_score() -> None:
    found = one_language(
        hits_of(chunk("en/print.md"), chunk("cs/save.md"), chunk("cs/print.md")), language=Language.CZECH
    )
    assert [(hit.chunk.document, hit.score) for hit in found] == [("cs/print.md", 1.0), ("cs/save.md", 0.99)]


def test_the_other_chunks_of_the_kept_translation_stay_where_they_were() -> None:
    found = one_language(
        hits_of(chunk("en/a.md"), chunk("cs/a.md", 3), chunk("b.md"), chunk("cs/a.md", 1)), language=Language.CZECH
    )
    assert [(hit.chunk.document, hit.chunk.ordinal) for hit in found] == [("cs/a.md", 3), ("b.md", 0), ("cs/a.md", 1)]


def test_the_language_folder_may_stand_anywhere_in_the_path() -> None:
    found = one_language(hits_of(chunk("it/en/vpn.md"), chunk("it/cs/vpn.md")), language=Language.CZECH)
    assert order(found) == ["it/cs/vpn.md"]


@pytest.mark.parametrize("other", ["cs/printing.md", "cs/deep/print.md", "hr/print.md", "print.md", "en.md"])
def test_documents_that_differ_in_more_than_the_folder_are_both_shown(other: str) -> None:
    found = one_language(hits_of(chunk("en/print.md"), chunk(other)), language=Language.CZECH)
    assert sorted(order(found)) == sorted(["en/print.md", other])


def test_a_page_that_exists_in_the_other_language_alone_is_shown() -> None:
    found = shown(chunk("en/print.md"), shape=Shape(), language=Language.CZECH)
    assert [one.document for one in found] == ["en/print.md"]


def test_showing_both_translations_can_be_asked_for() -> None:
    assert len(shown(chunk("en/print.md"), chunk("cs/print.md"), language=Language.CZECH)) == 2


# --- neighbours -----------------------------------------------------------------------------------------------

TEXT = "One two three. Four five six.\n\nSeven eight nine. Ten."


def part(ordinal: int, start: int, end: int) -> Chunk:
    return chunk("doc.md", ordinal, text=TEXT[start:end], start=start)


def test_neighbouring_chunks_become_one_passage_without_their_overlap() -> None:
    found = shown(part(1, 15, 48), part(0, 0, 29), shape=Shape(chunks=2))
    assert len(found) == 1
    only = found[0]
    assert (only.text, only.start, only.end, only.first, only.last) == (TEXT[:48], 0, 48, 0, 1)
    assert only.score == 1.0
    assert only.headings == ("part 0",)


def test_the_place_of_every_character_stays_known_across_a_gap() -> None:
    only = shown(part(0, 0, 29), part(1, 31, 54), shape=Shape(chunks=2))[0]
    assert len(only.text) == only.end - only.start
    assert only.text[31:] == TEXT[31:54]
    assert only.text[29:31] == "\n\n"


def test_chunks_that_are_no_neighbours_stay_apart() -> None:
    found = shown(chunk("a", 0), chunk("a", 2), chunk("b", 1), shape=Shape(per_document=2, chunks=3))
    assert [(one.document, one.first, one.last) for one in found] == [("a", 0, 0), ("a", 2, 2), ("b", 1, 1)]


def test_a_passage_grows_no_wider_than_it_may() -> None:
    found = shown(*(chunk("a", ordinal) for ordinal in range(5)), shape=Shape(per_document=9, chunks=2))
    assert [(one.first, one.last) for one in found] == [(0, 1), (2, 3), (4, 4)]


@given(st.permutations(range(8)), st.integers(1, 4))
def test_every_chunk_stands_in_exactly_one_passage(ordinals: list[int], widest: int) -> None:
    found = shown(*(chunk("a", ordinal) for ordinal in ordinals), shape=Shape(100, 100, widest, one_language=False))
    covered = [ordinal for one in found for ordinal in range(one.first, one.last + 1)]
    assert sorted(covered) == list(range(8))
    assert all(one.last - one.first < widest for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(-8, 3)), min_size=2, max_size=6), st.data())
def test_a_merged_passage_is_the_documents_own_text(steps: list[tuple[int, int]], data: st.DataObject) -> None:
    cuts: list[tuple[int, int]] = []
    at = 0
    for length, gap in steps:
        start = max(at + gap, cuts[-1][0] if cuts else 0, 0)
        cuts.append((start, max(start + length, at + 1)))
        at = cuts[-1][1]
    letters = data.draw(st.text(alphabet="abcde", min_size=at, max_size=at))
    gaps = {at for (_, end), (start, _) in pairwise(cuts) for at in range(end, start)}
    text = "".join("\n" if at in gaps else letter for at, letter in enumerate(letters))
    found = shown(
        *(chunk("a", ordinal, text=text[start:end], start=start) for ordinal, (start, end) in enumerate(cuts)),
        shape=Shape(chunks=10),
    )
    assert [one.text for one in found] == [text[cuts[0][0] :]]


# --- which passages -------------------------------------------------------------------------------------------


def test_other_documents_come_before_a_second_passage_of_the_same() -> None:
    found = shown(chunk("a", 0), chunk("a", 5), chunk("b", 0), shape=Shape(passages=3, per_document=1))
    assert [(one.document, one.first) for one in found] == [("a", 0), ("b", 0), ("a", 5)]


def test_a_second_passage_is_left_out_where_other_documents_fill_the_room() -> None:
    found = shown(chunk("a", 0), chunk("a", 5), chunk("b"), chunk("c"), shape=Shape(passages=3, per_document=1))
    assert [one.document for one in found] == ["a", "b", "c"]


def test_two_passages_of_a_document_may_be_allowed() -> None:
    found = shown(chunk("a", 0), chunk("a", 5), chunk("a", 9), chunk("b"), shape=Shape(passages=3, per_document=2))
    assert [(one.document, one.first) for one in found] == [("a", 0), ("a", 5), ("b", 0)]


@pytest.mark.parametrize(("count", "per_document", "chunks"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_a_shape_without_room_is_refused(count: int, per_document: int, chunks: int) -> None:
    with pytest.raises(ValueError, match="room"):
        Shape(passages=count, per_document=per_document, chunks=chunks)
