"""Owns how texts side by side look: columns where the terminal is wide enough, else below each other, as in a pipe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from adapters.terminal.markdown import SafeMarkdown
from adapters.terminal.sanitizing import clean
from bot.commands.cards import Field, Pane

NARROWEST = 36
"""Columns of the terminal that one text needs beside others."""
_GAP = 3


@dataclass(frozen=True, slots=True)
class Panes:
    """Texts side by side."""

    panes: Sequence[Pane]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        drawn = [Group(*_parts(pane)) for pane in self.panes]
        if options.max_width < len(drawn) * (NARROWEST + _GAP) - _GAP:
            yield Group(*(part for pane in drawn for part in (Text(), pane)))
            return
        grid = Grid.grid(padding=(0, _GAP, 0, 0), expand=True)
        for _ in drawn:
            grid.add_column(ratio=1, overflow="fold")
        grid.add_row(*drawn)
        yield Text()
        yield grid


def plain_panes(panes: Sequence[Pane]) -> Iterator[str]:
    """Each as text without colours: its title, what it says, its fields."""
    for pane in panes:
        fields = "\n".join(map(_plain, pane.fields))
        yield "\n\n".join(filter(None, [f"--- {clean(pane.title)} ---", clean(pane.text), fields]))


def _parts(pane: Pane) -> Iterator[RenderableType]:
    yield Text(clean(pane.title), style="bold cyan")
    yield SafeMarkdown(pane.text)
    if pane.fields:
        yield Text(" · ".join(map(_plain, pane.fields)), style="dim")


def _plain(field: Field) -> str:
    return clean(f"{field.name}: {field.value}")
