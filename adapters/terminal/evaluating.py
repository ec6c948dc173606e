"""Owns how far an evaluation is, as seen at a terminal: a bar, or in a pipe a line each tenth."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from adapters.terminal.render import print_line
from bot.retrieval.evaluation.asking import EvaluationProgress, Tell
from bot.wording import Wording

_TENTHS = 10


@contextmanager
def evaluation_progress(console: Console, say: Wording) -> Iterator[Tell]:
    """Give who can be told how far an evaluation is."""
    if not console.is_terminal:
        yield _Lines(console, say)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar, say)


def _step(progress: EvaluationProgress, say: Wording) -> str:
    return say("evaluation-answering", model=progress.model) if progress.model else say("evaluation-searching")


class _Bar:
    """One bar a step."""

    def __init__(self, bar: Progress, say: Wording) -> None:
        self._bar = bar
        self._say = say
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: EvaluationProgress) -> None:
        if progress.model not in self._tasks:
            self._tasks[progress.model] = self._bar.add_task(_step(progress, self._say))
        self._bar.update(self._tasks[progress.model], completed=progress.done, total=progress.total)


class _Lines:
    """One line each tenth of a step."""

    def __init__(self, console: Console, say: Wording) -> None:
        self._console = console
        self._say = say
        self._told: tuple[str, int] | None = None

    def __call__(self, progress: EvaluationProgress) -> None:
        now = progress.model, progress.done * _TENTHS // progress.total
        if now == self._told:
            return
        self._told = now
        step = _step(progress, self._say)
        print_line(self._console, self._say("evaluation-progress", step=step, done=progress.done, total=progress.total))
