"""Owns Discord's dialect of Markdown: what Discord knows otherwise than everybody, and what it doesn't know. Pure."""

import html
import re

from bot.chat.rendering import tables
from bot.chat.rendering.dialect import Style
from bot.chat.rendering.dialect import in_dialect as written_in
from bot.output.disarming import without_mentions

RULE = "──────────"
"""Stands for a horizontal rule, which Discord doesn't know."""
TABLE_ROOM = 1_800
"""Characters of a table, so that it fits into a message together with a sentence; more rows begin another one."""

_NESTED = "┃ "
_BIGGEST_ORDINAL = 999  # what is larger begins a sentence: a year
_DEEPEST_HEADING = 3


class DiscordStyle(Style):
    """Discord's Markdown: no rules, no tables, three depths of headings, one of quotations, spoilers, small text."""

    def rule(self, line: str) -> str:
        """As a line of signs."""
        del line
        return RULE

    def quotes(self, marks: str) -> str:
        """In one depth, which is all that Discord knows."""
        return "> " + _NESTED * (marks.count(">") - 1)

    def heading(self, marks: str, text: str) -> str:
        """In bold where it is deeper than Discord knows."""
        if len(marks) <= _DEEPEST_HEADING or not text:
            return f"{marks[:_DEEPEST_HEADING]} {text}"
        return f"**{without_mentions(text.replace('**', ''))}**"

    def marker(self, found: re.Match[str]) -> str:
        """Tasks with boxes; what would make small text is escaped, and so is the dot behind a large number."""
        if found["small"]:
            return "\\-#"
        box = {"": "", " ": "☐ "}.get(found["done"] or "", "☑ ")
        if found["bullet"]:
            return f"- {box}"
        number = found["number"]
        return f"{number}\\{found['sign']} {box}" if int(number) > _BIGGEST_ORDINAL else f"{number}. {box}"

    def character(self, entity: str) -> str:
        """The character itself. Discord knows no references."""
        character = html.unescape(entity)
        return f"\\{character}" if character in "<>" else character

    def bars(self, bars: str) -> str:
        """Escaped, for they would hide what stands behind them."""
        return bars.replace("|", "\\|")

    def with_row(self, grid: tables.Grid, row: tuple[str, ...]) -> tuple[str, tables.Grid]:
        """As blocks of code of `TABLE_ROOM` characters."""
        return tables.extended(grid, row, room=TABLE_ROOM)

    def table(self, grid: tables.Grid) -> str:
        """As an aligned block of code, or as a list."""
        return tables.draw(grid)


STYLE = DiscordStyle()


def in_dialect(text: str) -> str:
    """A whole text in Discord's Markdown."""
    return written_in(text, STYLE)
