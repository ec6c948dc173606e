from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.ports import Chunk
from bot.retrieval.chunking import ChunkLimits, chunk, embedding_text

SMALL = ChunkLimits(tokens=12, most=18, overlap=3)


def words(text: str) -> int:
    return len(text.split())


def cut(text: str, limits: ChunkLimits = SMALL, *, title: str = "") -> tuple[Chunk, ...]:
    return chunk("guide.md", text, title=title, language="en", scope="all", modified=7.0, size=words, limits=limits)


def sentence(number: int, of: int = 6) -> str:
    return " ".join(f"word{number}{chr(ord('a') + at)}" for at in range(of)) + "."


pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["# A", "## B *b*", "###### C #", "#", "```", "~~~ python", "| a | b |", "|---|---|", "- item", "> q"]
    ),
    st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n", "\r", "\u2028", "\x0b", " ", "\u00a0"]),
    st.sampled_from(["e\u0301", "a\u0308\u0323", "👩‍👩‍👧", "ěščřž", "\u200d", "\ufeff", "\x00"]),
    st.text(alphabet="abc .", min_size=20, max_size=120),
)
documents = st.lists(pieces, max_size=40).map("".join)


@given(documents)
@settings(max_examples=300, deadline=None)
@example("# A\r\n\r\ne\u0301 text\r\n\r\n## B\r\n")
@example("\ufeff# Title\n\n\n")
def test_every_chunk_stands_exactly_where_it_says(text: str) -> None:
    for piece in cut(text):
        assert text[piece.start : piece.end] == piece.text


@given(documents)
@settings(max_examples=300, deadline=None)
def test_nothing_that_can_be_read_is_left_out(text: str) -> None:
    covered = {at for piece in cut(text) for at in range(piece.start, piece.end)}
    left_out = [text[at] for at in range(len(text)) if at not in covered]
    assert "".join(left_out).strip() == ""


@given(documents)
@settings(max_examples=200, deadline=None)
def test_chunks_go_through_the_document_in_order(text: str) -> None:
    found = cut(text)
    assert [piece.ordinal for piece in found] == list(range(len(found)))
    for before, after in pairwise(found):
        assert before.start <= after.start
        assert before.end < after.end


@given(documents)
@settings(max_examples=200, deadline=None)
def test_no_chunk_is_a_mere_heading_unless_the_document_is(text: str) -> None:
    found = cut(text)
    if len(found) < 2:
        return
    for piece in found:
        assert any(map(str.isalnum, piece.text))


@given(st.text(max_size=300))
@settings(deadline=None)
def test_chunks_without_headings_keep_to_the_size(text: str) -> None:
    for piece in cut(text.replace("#", "")):
        assert words(piece.text) <= SMALL.most or not any(map(str.isalnum, piece.text[:20]))


def test_white_space_makes_no_chunk() -> None:
    assert cut("") == ()
    assert cut(" \r\n\t\n ") == ()


def test_a_heading_stays_with_the_text_below_it() -> None:
    found = cut(f"# Printing\n\n{sentence(1, 14)}\n\n## Landscape\n\n### Steps\n\n{sentence(2, 18)}")
    assert [piece.text.split("\n")[0] for piece in found] == ["# Printing", "## Landscape"]
    assert found[1].text.endswith("word2r.")


def test_a_heading_at_the_end_stays_with_the_text_above_it() -> None:
    found = cut(f"# Printing\n\n{sentence(1, 15)}\n\n# See also")
    assert len(found) == 1
    assert found[0].text.endswith("# See also")


def test_a_document_of_headings_alone_is_one_chunk() -> None:
    found = cut("# Printing\n\n## Landscape\n")
    assert [piece.text for piece in found] == ["# Printing\n\n## Landscape"]
    assert found[0].headings == ("Printing", "Landscape")


def test_each_chunk_knows_the_headings_above_it() -> None:
    text = "\n\n".join(
        ["# One", sentence(1, 15), "## Two", sentence(2, 15), "## Three", sentence(3, 15), "# Four", sentence(4, 15)]
    )
    assert [piece.headings for piece in cut(text)] == [("One",), ("One", "Two"), ("One", "Three"), ("Four",)]


def test_text_before_the_first_heading_stands_below_none() -> None:
    found = cut(f"{sentence(1, 15)}\n\n# Later\n\n{sentence(2, 15)}")
    assert [piece.headings for piece in found] == [(), ("Later",)]


def test_a_later_part_of_a_section_keeps_its_headings() -> None:
    found = cut("# One\n\n## Two\n\n" + "\n\n".join(sentence(number, 10) for number in range(6)))
    assert len(found) > 2
    assert {piece.headings for piece in found} == {("One", "Two")}


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "  ```"])
def test_a_comment_in_a_code_block_is_no_heading(fence: str) -> None:
    text = f"# Setup\n\n{fence}sh\n# not a heading\nmake chat\n{fence}\n\n{sentence(1, 14)}"
    assert {piece.headings for piece in cut(text)} == {("Setup",)}


def test_a_code_block_ends_only_at_its_own_marks() -> None:
    text = f"````\n```\n# inside\n```\n````\n\n# Outside\n\n{sentence(1, 16)}"
    assert cut(text)[-1].headings == ("Outside",)
    assert all("inside" not in piece.headings for piece in cut(text))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("# Plain", "Plain"),
        ("## Closed ##", "Closed"),
        ("# **Bold** and `code`", "Bold and code"),
        ("# A [link](https://example.org/a) here", "A link here"),
        ("# Anchored {#anchor}", "Anchored"),
        ("#\tTab", "Tab"),
        ("# C#", "C#"),
    ],
)
def test_heading_names_are_told_without_markup(line: str, name: str) -> None:
    assert cut(f"{line}\n\n{sentence(1)}")[0].headings == (name,)


@pytest.mark.parametrize("line", ["#nospace", "####### seven", "    # indented code", "\\# escaped", "#"])
def test_what_only_looks_like_a_heading_is_text(line: str) -> None:
    assert cut(f"{line}\n\n{sentence(1)}")[0].headings == ()


def test_a_table_that_fits_is_not_cut() -> None:
    table = "| a | b |\n|---|---|\n| c | d |"
    found = cut(f"{sentence(1, 11)}\n\n{table}\n\n{sentence(2, 11)}", ChunkLimits(tokens=14, most=20, overlap=0))
    assert any(table in piece.text for piece in found)


def test_a_code_block_that_fits_is_not_cut() -> None:
    block = "```sh\none two three\nfour five six\nseven eight nine\n```"
    found = cut(f"{sentence(1, 11)}\n\n{block}\n\n{sentence(2, 11)}", ChunkLimits(tokens=10, most=14, overlap=0))
    assert any(block in piece.text for piece in found)


def test_neighbouring_chunks_may_overlap_a_little() -> None:
    found = cut(" ".join(sentence(number, 3) for number in range(20)), ChunkLimits(tokens=12, most=15, overlap=4))
    overlaps = [before.end - after.start for before, after in pairwise(found)]
    assert max(overlaps) > 0
    for before, after in pairwise(found):
        assert words(before.text[after.start - before.start :]) <= 4


def test_what_is_known_of_the_document_travels_along() -> None:
    piece = cut(sentence(1), title="The guide")[0]
    assert (piece.document, piece.title, piece.language, piece.scope, piece.modified) == (
        "guide.md",
        "The guide",
        "en",
        "all",
        7.0,
    )


def test_title_and_headings_are_embedded_and_not_shown() -> None:
    piece = cut(f"# One\n\n{sentence(1, 16)}\n\n{sentence(2, 16)}", title="The guide")[1]
    assert embedding_text(piece) == f"The guide › One\n\n{piece.text}"
    assert "The guide" not in piece.text


def test_a_title_that_is_the_first_heading_is_embedded_once() -> None:
    piece = cut(f"# One\n\n{sentence(1, 16)}\n\n{sentence(2, 16)}", title="One")[1]
    assert embedding_text(piece).split("\n")[0] == "One"


def test_a_chunk_without_title_and_headings_is_embedded_as_it_is() -> None:
    piece = cut(sentence(1))[0]
    assert embedding_text(piece) == piece.text


def test_an_endless_heading_does_not_fill_every_chunk() -> None:
    found = cut("# " + "x" * 10_000 + "\n\n" + sentence(1))
    assert len(found[-1].headings[0]) <= 200


@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n", "\n", " ", ""])
def test_a_long_document_is_cut_as_exactly_as_a_short_one(between: str) -> None:
    text = between.join(f"Sentence{number} ends." for number in range(8_000))
    found = cut(text, ChunkLimits())
    assert len(text) > 100_000
    assert all(text[piece.start : piece.end] == piece.text for piece in found)
    covered = {at for piece in found for at in range(piece.start, piece.end)}
    assert not "".join(text[at] for at in range(len(text)) if at not in covered).strip()


@pytest.mark.parametrize(
    "line", ["# " + " " * 200_000 + "x", "# " + "[" * 200_000, "`" * 200_000, "> " * 100_000, "word " * 200_000]
)
@pytest.mark.timeout(20)
def test_a_hostile_line_is_cut_in_reasonable_time(line: str) -> None:
    cut(line + "\n\ntext")


@pytest.mark.parametrize(("tokens", "most", "overlap"), [(0, 0, 0), (10, 5, 0), (10, 20, 10), (10, 20, -1)])
def test_limits_that_make_no_sense_are_refused(tokens: int, most: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="limits"):
        ChunkLimits(tokens=tokens, most=most, overlap=overlap)
