"""Owns tables where a platform knows none: as aligned blocks of code, or as lists where they are too wide. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wcwidth import width

from bot.output.disarming import without_mentions
from bot.output.fences import CodeText

WIDTH = 64
"""Columns of a block of code; a telephone shows about 40 and breaks the lines that are longer."""

_LONGEST_HEADER = 1_000
_GAP = "  "

_ROW = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*\|")
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_QUOTE = re.compile(r"\A[ \t]*(?:>[ \t]?)+")
_BAR = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(
    r"[-+−~≈<>]?\s?[$€£]?\s?\d[\d\s.,]*(?:\s?(?:[%‰€$£]|°?[^\W\d_]{1,3}(?:/[^\W\d_]{1,3})?))?", re.IGNORECASE
)
_LINE_BREAK = re.compile(r"`<br ?/?>`", re.IGNORECASE)
_MARKS = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<run>`+)(?P<code>[^`]|[^`].*?[^`])(?P=run)(?!`)"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<url>[^\s()]*)\)|\*{1,3}|~~|(?<!\w)__?(?=\w)|(?<=\w)__?(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose texts are a platform's Markdown. `right` are the columns that are aligned to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    right: frozenset[int] = frozenset()
    margin: str = ""

    def with_row(self, row: Sequence[str]) -> "Grid":
        """The same with one more row, cut or filled up to the columns."""
        filled = (*row, *("" for _ in self.columns))[: len(self.columns)]
        return Grid(self.columns, (*self.rows, filled), self.right, self.margin)

    def without_rows(self) -> "Grid":
        """The columns alone."""
        return Grid(self.columns, (), self.right, self.margin)


def may_be_header(line: str) -> bool:
    """Whether a table may begin with `line`."""
    return len(line) <= _LONGEST_HEADER and is_row(line)


def is_row(line: str) -> bool:
    """Whether `line` is a row of the table above it."""
    return bool(_ROW.match(line))


def begun(header: str, delimiter: str) -> Grid | None:
    """The table that begins with these two lines; None where they are none."""
    quote = _QUOTE.match(header)
    bare = _QUOTE.sub("", delimiter, count=1)
    columns, marks = cells(header), cells(delimiter)
    if not _DELIMITER.fullmatch(bare) or len(columns) != len(marks):
        return None
    right = frozenset(index for index, mark in enumerate(marks) if mark.endswith(":") and not mark.startswith(":"))
    return Grid(columns, (), right, "> " if quote else "")


def cells(line: str) -> tuple[str, ...]:
    """The cells of a row, without the bars around them."""
    bare = _QUOTE.sub("", line, count=1).strip().removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return tuple(_LINE_BREAK.sub(" / ", cell).replace("\\|", "|").strip() for cell in _BAR.split(bare))


def blocks(grid: Grid, rows: Sequence[Sequence[str]], *, room: int) -> list[str]:
    """The table drawn, with `rows` spread over blocks of at most `room` characters, where a row fits in."""
    drawn = []
    for row in rows:
        full, grid = extended(grid, row, room=room)
        drawn += [full] if full else []
    return [*drawn, draw(grid)]


def extended(grid: Grid, row: Sequence[str], *, room: int) -> tuple[str, Grid]:
    """What is drawn for good because the block would grow too long with `row`, else nothing; and the table to go on."""
    longer = grid.with_row(row)
    if not grid.rows or len(draw(longer)) <= room:
        return "", longer
    return draw(grid), grid.without_rows().with_row(row)


def draw(grid: Grid, *, width_limit: int = WIDTH) -> str:
    """The table as a block of code, or as a list where it is wider than `width_limit` columns."""
    table = [[_bare(cell) for cell in row] for row in (grid.columns, *grid.rows)]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width_limit:
        lines = [_item(grid.columns, row, title=_title_column(grid)) for row in grid.rows] or [_title(grid)]
    else:
        lines = _block(table, widths, grid.right | _numeric(table))
    return "\n".join(grid.margin + line for line in lines)


def _block(table: Sequence[Sequence[str]], widths: Sequence[int], right: frozenset[int]) -> list[str]:
    header, *rows = (_aligned(row, widths, right) for row in table)
    rule = _GAP.join("─" * one for one in widths)
    return ["```", header, rule, *rows, "```"]


def _aligned(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    shown = []
    for index, (cell, room) in enumerate(zip(row, widths, strict=True)):
        space = " " * (room - width(cell))
        shown.append(space + cell if index in right else cell + space)
    return _GAP.join(shown).rstrip()


def _numeric(table: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns that hold nothing but numbers, with their units."""
    columns = [[cell for cell in column if cell] for column in zip(*table[1:], strict=True)]
    return frozenset(
        index for index, column in enumerate(columns) if column and all(_NUMBER.fullmatch(cell) for cell in column)
    )


def _item(columns: Sequence[str], row: Sequence[str], *, title: int) -> str:
    """A row as an item of a list: what it is about in bold, and the rest behind the names of the columns."""
    named = [
        f"{column}: {cell}" if column else cell
        for index, (column, cell) in enumerate(zip(columns, row, strict=True))
        if cell and index != title
    ]
    bold = [f"**{without_mentions(row[title].replace('**', ''))}**"] if row[title] else []
    return "- " + " · ".join([*bold, *named])


def _title(grid: Grid) -> str:
    return " · ".join(column for column in grid.columns if column)


def _title_column(grid: Grid) -> int:
    """The first column that no row leaves empty."""
    full = (index for index in range(len(grid.columns)) if all(row[index] for row in grid.rows))
    return next(full, 0)


def _bare(cell: str) -> str:
    """`cell` as it stands in a block of code, where Markdown would be read literally."""
    bare = _MARKS.sub(_unmarked, " ".join(cell.split()))
    return CodeText().feed(without_mentions(bare))


def _unmarked(found: re.Match[str]) -> str:
    if found["label"]:
        return f"{found['label']} ({found['url']})"
    return found["escaped"] or found["code"] or ""
