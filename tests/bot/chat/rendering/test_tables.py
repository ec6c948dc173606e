"""Holds tables to being aligned in whatever letters, and to being lists where a telephone couldn't show them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes, width

from bot.chat.rendering.splitting import closed, split
from bot.chat.rendering.tables import WIDTH, Grid, begun, blocks, cells, draw
from tests.bot.chat.rendering.texts import FAMILY, FLAGS

LIMIT, BLOCK = 2_000, 1_800

short = st.sampled_from(
    ["", "a", "12", "4.7 GB", "日本語", FAMILY, FLAGS, "příliš žluťoučký", "**bold**", "`x|y`", "\\*"]
)


def columns_of(line: str, widths: list[int]) -> list[str]:
    """What stands in each column, two spaces apart, as a screen shows it."""
    screen = [part for grapheme in iter_graphemes(line) for part in (grapheme, *[""] * (width(grapheme) - 1))]
    starts = [sum(widths[:index]) + 2 * index for index in range(len(widths))]
    return ["".join(screen[start : start + room]) for start, room in zip(starts, widths, strict=True)]


def test_columns_are_aligned_and_numbers_stand_to_the_right() -> None:
    grid = Grid(("Model", "Size", "Rate")).with_row(("qwen", "4.7 GB", "12,5 %")).with_row(("phi", "12 GB", "3 %"))
    assert draw(grid) == (
        "```\nModel    Size    Rate\n─────  ──────  ──────\nqwen   4.7 GB  12,5 %\nphi     12 GB     3 %\n```"
    )


@settings(deadline=None)
@given(st.lists(st.tuples(short, short, short), max_size=6))
def test_each_column_begins_at_the_same_place_in_every_line(rows: list[tuple[str, str, str]]) -> None:
    grid = Grid(("Name", "|", "Last"), right=frozenset({1}))
    for row in rows:
        grid = grid.with_row(row)
    first, _, rule, *body, last = draw(grid).split("\n")
    assert first == last == "```"
    assert width(rule) <= WIDTH
    bare = {"**bold**": "bold", "`x|y`": "x|y", "\\*": "*"}
    widths = [len(part) for part in rule.split("  ")]
    for line, row in zip(body, rows, strict=True):
        assert [cell.strip() for cell in columns_of(line, widths)] == [bare.get(cell, cell) for cell in row]


def test_a_column_that_is_said_to_stand_to_the_right_does() -> None:
    grid = begun("| Wide name |", "|---:|")
    assert grid is not None
    assert draw(grid.with_row(("x",))).split("\n")[3] == "        x"


def test_a_table_that_is_too_wide_becomes_a_list() -> None:
    grid = (
        Grid(("", "Name", "What it is good for")).with_row(("✓", "qwen", "everything " * 6)).with_row(("", "phi", ""))
    )
    assert draw(grid) == f"- **qwen** · ✓ · What it is good for: {'everything ' * 6}\n- **phi**"


def test_marks_are_not_read_literally_in_a_block() -> None:
    grid = Grid(("A",)).with_row(("**b** `c|d` \\*e\\* ~~f~~ [g](https://ok.example/h) snake_case",))
    assert draw(grid).split("\n")[3] == "b c|d *e* f g (https://ok.example/h) snake_case"


def test_nothing_in_a_cell_ends_the_block_or_mentions_anybody() -> None:
    drawn = draw(Grid(("A",)).with_row(("\\`\\`\\` @**everyone** <\\@123",)))
    assert drawn.count("```") == 2
    assert "@everyone" not in drawn
    assert "<@" not in drawn
    assert "@here" not in draw(Grid(("A", "B")).with_row(("@**here**", "wide " * 20)))


@pytest.mark.parametrize(
    ("header", "delimiter", "is_table"),
    [
        ("| a | b |", "|---|---|", True),
        ("| a | b", "| :-- | --:", True),
        ("> | a |", "> |---|", True),
        ("| a | b |", "|---|", False),
        ("| a | b |", "| c | d |", False),
        ("| a | b |", "", False),
    ],
)
def test_a_table_begins_with_a_header_and_a_line_of_dashes(header: str, delimiter: str, is_table: bool) -> None:
    assert (begun(header, delimiter) is not None) == is_table


def test_bars_that_are_escaped_are_no_ends_of_cells() -> None:
    assert cells("| `a\\|b` | c`<br>`d |  |") == ("`a|b`", "c / d", "")


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(1, 60))
def test_a_long_table_goes_on_in_blocks_of_its_own_that_fit_into_messages(rows: int, length: int) -> None:
    drawn = blocks(
        Grid(("Name", "Size")), [(f"{number}:" + "n" * (length - 1), "7 GB") for number in range(rows)], room=BLOCK
    )
    assert all(len(block) <= BLOCK for block in drawn)
    messages = split("\n".join(drawn), limit=LIMIT)
    assert all(len(message) <= LIMIT and closed(message) == message for message in messages)
    assert "".join(messages).count("7 GB") == rows
