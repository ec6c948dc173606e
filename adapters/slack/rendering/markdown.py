"""Owns Slack's dialect of Markdown, as its markdown blocks and its streams read it. Pure.

It is nearly Markdown: lists, tasks, headings, rules, code and tables are Slack's own to draw. What it lacks, formulas
and footnotes, `bot.chat.rendering.dialect` makes readable.
"""

import html

from adapters.slack.rendering.limits import TABLE_COLUMNS, TABLE_ROWS
from adapters.slack.rendering.pinging import Breaking, without_pings
from bot.chat.rendering import tables
from bot.chat.rendering.dialect import Dialect, Style
from bot.chat.rendering.dialect import in_dialect as written_in

TABLE_ROOM = 3_000
"""Characters of a table, so that it is kept whole where a message ends; more rows begin another one."""

_ESCAPED_BAR = "\\|"
_KEPT = frozenset({"&amp;", "&lt;", "&gt;"})
"""The references that Slack knows, in whatever text."""


class DrawnTables(Style):
    """Slack's Markdown with tables as blocks of code: for where Slack takes no tables."""

    def character(self, entity: str) -> str:
        """The character itself, unless Slack knows the reference."""
        return entity if entity in _KEPT else html.unescape(entity)

    def autolink(self, address: str) -> str:
        """The address alone, which Slack makes a link of; in angle brackets it would be one of Slack's own."""
        return address

    def with_row(self, grid: tables.Grid, row: tuple[str, ...]) -> tuple[str, tables.Grid]:
        """As blocks of code of `TABLE_ROOM` characters."""
        return tables.extended(grid, row, room=TABLE_ROOM)

    def table(self, grid: tables.Grid) -> str:
        """As an aligned block of code, or as a list."""
        return tables.draw(grid)


class OwnTables(DrawnTables):
    """Slack's Markdown with Slack's own tables, which people can scroll; drawn in a quotation, or where too wide."""

    def with_row(self, grid: tables.Grid, row: tuple[str, ...]) -> tuple[str, tables.Grid]:
        """In tables of `TABLE_ROOM` characters and as many rows as Slack takes."""
        longer = grid.with_row(row)
        if not _is_own(grid):
            return super().with_row(grid, row)
        if not grid.rows or (len(longer.rows) < TABLE_ROWS and len(_source(longer)) <= TABLE_ROOM):
            return "", longer
        return self.table(grid), grid.without_rows().with_row(row)

    def table(self, grid: tables.Grid) -> str:
        """In Markdown, between empty lines: a table that touches a paragraph is read as a part of it."""
        return f"\n{_source(grid)}\n" if _is_own(grid) else super().table(grid)


OWN_TABLES, DRAWN_TABLES = OwnTables(), DrawnTables()


class Writer:
    """Reads one answer as it streams. What `feed` gave never changes; `tail` is how the rest looks at the moment."""

    def __init__(self, style: Style) -> None:
        self._dialect = Dialect(style)
        self._breaking = Breaking()

    def feed(self, piece: str) -> str:
        """What is certain now that `piece` has come."""
        return self._breaking.feed(self._dialect.feed(piece))

    def tail(self) -> str:
        """How the text goes on if nothing more comes."""
        return self._breaking.tail(self._dialect.tail())


def in_markdown(text: str, style: Style) -> str:
    """A whole text in Slack's Markdown."""
    return without_pings(written_in(text, style))


def _is_own(grid: tables.Grid) -> bool:
    return not grid.margin and len(grid.columns) <= TABLE_COLUMNS


def _source(grid: tables.Grid) -> str:
    rule = ("---:" if index in grid.right else "---" for index in range(len(grid.columns)))
    return "\n".join([_row(grid.columns), f"| {' | '.join(rule)} |", *map(_row, grid.rows)])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', _ESCAPED_BAR) for cell in cells)} |"
