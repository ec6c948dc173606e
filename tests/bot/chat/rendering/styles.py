"""A dialect that differs from Markdown in nothing but that it draws tables, for what holds in every dialect."""

from bot.chat.rendering import tables
from bot.chat.rendering.dialect import Style


class PlainStyle(Style):
    """Markdown with tables drawn."""

    def with_row(self, grid: tables.Grid, row: tuple[str, ...]) -> tuple[str, tables.Grid]:
        """In blocks of 1,800 characters."""
        return tables.extended(grid, row, room=1_800)

    def table(self, grid: tables.Grid) -> str:
        """Drawn."""
        return tables.draw(grid)


PLAIN = PlainStyle()
