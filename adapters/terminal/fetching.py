"""Owns a model's way to this machine as seen at a terminal: a bar of bytes, or in a pipe a line each tenth."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from adapters.terminal.render import print_line
from bot.models.catalogue import CatalogueModel
from bot.models.embedding_catalogue import EmbeddingModel
from bot.models.fetching import FetchProgress
from bot.wording import Wording

_TENTHS = 10


async def show_fetching(
    console: Console,
    steps: AsyncGenerator[FetchProgress, None],
    *,
    model: CatalogueModel | EmbeddingModel,
    say: Wording,
) -> bool:
    """Run `steps` to their end and show how far they are; False when nothing had to be fetched."""
    async with aclosing(steps):
        if console.is_terminal:
            return await _as_bar(console, steps, model=model, say=say)
        return await _as_lines(console, steps, model=model, say=say)


async def _as_bar(
    console: Console,
    steps: AsyncGenerator[FetchProgress, None],
    *,
    model: CatalogueModel | EmbeddingModel,
    say: Wording,
) -> bool:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    task: TaskID | None = None
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        async for step in steps:
            described = say("models-fetching", model=model.name, source=step.source)
            if task is None:
                task = bar.add_task(described, total=step.total_bytes)
            bar.update(task, completed=step.done_bytes, description=described)
    return task is not None


async def _as_lines(
    console: Console,
    steps: AsyncGenerator[FetchProgress, None],
    *,
    model: CatalogueModel | EmbeddingModel,
    say: Wording,
) -> bool:
    told: tuple[str, int] | None = None
    async for step in steps:
        now = (step.source, step.done_bytes * _TENTHS // step.total_bytes)
        if told is None or told[0] != now[0]:
            print_line(console, say("models-fetching", model=model.name, source=step.source))
        if now != told:
            print_line(console, say("models-fetched-part", percent=now[1] * 100 // _TENTHS))
        told = now
    return told is not None
