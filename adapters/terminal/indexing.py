"""Owns indexing as seen at a terminal: a bar of documents, or in a pipe a line each tenth, and what came of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.terminal.render import print_line
from adapters.terminal.sanitizing import clean, writable
from bot.commands.documents.knowledge import COUNTED, failure_reason, report_lines
from bot.errors import AssistantError
from bot.retrieval.reports import IndexProgress, IndexReport, SearchModels, Tell
from bot.wording import Wording

Form = Literal["text", "json"]
_TENTHS = 10


class Indexes(Protocol):
    """Whoever brings the index up to date."""

    async def run(self, *, force: bool, tell: Tell) -> IndexReport:
        """Do it, telling the progress."""
        ...


async def index_on(
    indexer: Indexes,
    *,
    models: SearchModels,
    out: Console,
    aside: Console,
    say: Wording,
    force: bool = False,
    form: Form = "text",
) -> int:
    """Index the folder; `aside` shows how far it is, `out` what came of it (one object with `json`).

    Where one of the `models` is missing it says what search is like without it, and how to get it.
    The exit code is 1 when files could not be read or nothing was removed because too much is gone, else 0. Raises
    what the run raises.
    """
    with _showing(aside, say) as tell:
        report = await indexer.run(force=force, tell=tell)
    if form == "json":
        _print_json(out, report, models, say)
    else:
        _print_report(out, report, models, say)
    return 1 if report.failures or report.trouble else 0


@contextmanager
def _showing(console: Console, say: Wording) -> Iterator[Tell]:
    if not console.is_terminal:
        yield _as_lines(console, say)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(step: IndexProgress) -> None:
            name = say("indexing-documents", document=clean(step.document)) if step.document else ""
            bar.update(task, completed=step.done, total=step.total, description=name)

        yield tell


def _as_lines(console: Console, say: Wording) -> Tell:
    told = -1

    def tell(step: IndexProgress) -> None:
        nonlocal told
        tenth = step.done * _TENTHS // max(step.total, 1)
        if tenth != told and step.total:
            print_line(console, say("indexing-part", done=step.done, total=step.total))
        told = tenth

    return tell


def _print_report(console: Console, report: IndexReport, models: SearchModels, say: Wording) -> None:
    for line in report_lines(report, say):
        print_line(console, line)
    if report.failures:
        print_line(console, say("indexing-failures", count=len(report.failures)))
    for failure in report.failures:
        print_line(console, f"  {failure.document}: {failure_reason(failure, say)}")
    if report.unused_scopes:
        print_line(console, say("knowledge-unused-folders", folders=", ".join(report.unused_scopes)))
    if advice := _advice(models, say):
        print_line(console, advice)


def _print_json(console: Console, report: IndexReport, models: SearchModels, say: Wording) -> None:
    """One object on one line; where the stream isn't UTF-8, in ASCII."""
    ascii_only = console.encoding not in {"utf-8", "utf8"}
    console.file.write(json.dumps(_as_json(report, models, say), ensure_ascii=ascii_only) + "\n")
    console.file.flush()


def _as_json(report: IndexReport, models: SearchModels, say: Wording) -> dict[str, object]:
    return {
        **{name: getattr(report, name) for name in COUNTED},
        "documents": report.documents,
        "chunks": report.chunks,
        "seconds": round(report.seconds, 3),
        "finished": report.finished,
        "failures": [{"document": writable(one.document), "reason": one.reason.value} for one in report.failures],
        "skipped": [{"document": writable(one.document), "reason": one.reason.value} for one in report.skipped],
        "trouble": _told(report.trouble, say),
        "missing_models": [error.model for error in (*models.missing, *report.missing_models)],
        "search_advice": _advice(models, say),
        "unused_scopes": list(report.unused_scopes),
    }


def _advice(models: SearchModels, say: Wording) -> str | None:
    """What search is like without the models that were never fetched, and what to do; None when all are here."""
    if not models.missing:
        return None
    names = ", ".join(error.model for error in models.missing)
    return say("indexing-without-models", models=names, here=len(models.here))


def _told(error: AssistantError | None, say: Wording) -> dict[str, str] | None:
    return {"code": error.code, "sentence": say.of_error(error)} if error else None
