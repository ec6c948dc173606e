"""Owns how far a benchmark is, as seen at a terminal: a line that changes, or in a pipe one a model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text

from adapters.terminal.render import print_line
from adapters.terminal.sanitizing import clean

Tell = Callable[[str, str], None]
"""Takes what is done now, such as the model's name, and a line about it."""


@contextmanager
def benchmark_progress(console: Console) -> Iterator[Tell]:
    """Give who can be told how far a benchmark is."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    with console.status("") as status:
        yield _Spinning(status)


class _Spinning:
    """One line, which changes."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def __call__(self, _about: str, line: str) -> None:
        self._status.update(Text(clean(line)))


class _Lines:
    """One line when something else begins."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._about = ""

    def __call__(self, about: str, line: str) -> None:
        if about != self._about:
            self._about = about
            print_line(self._console, line)
