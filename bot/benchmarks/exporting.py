"""Owns the report of a run as a file: Markdown, CSV, JSON or a picture. Pure.

A Markdown file that holds the two marks keeps everything outside of them.
"""

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.benchmarks.keeping import as_json
from bot.benchmarks.records import Run
from bot.benchmarks.report import failures, headline, sections
from bot.benchmarks.telling import Section
from bot.wording import Wording

BEGIN, END = "<!-- models: written by sova bench models -->", "<!-- end of models -->"
ENDINGS = frozenset({".md", ".csv", ".json", ".png"})


@dataclass(frozen=True, slots=True)
class Report:
    """What is exported: the run, beside an `earlier` one where there is one, and its chart as PNG."""

    run: Run
    earlier: Run | None = None
    png: bytes | None = None


def exported(report: Report, path: Path, say: Wording, *, present: str = "", picture: Path | None = None) -> bytes:
    """What is written into `path`, by its ending; `present` is what a Markdown file holds already.

    `picture` is where the chart is written, to be shown in Markdown.
    """
    match path.suffix.lower():
        case ".md":
            shown = _relative(picture, path.parent) if picture else ""
            return _placed(markdown(report, say, picture=shown), present).encode()
        case ".csv":
            return comma_separated(report.run).encode()
        case ".json":
            return as_json(report.run)
        case ".png":
            return report.png or b""
        case other:
            raise ValueError(other)


def markdown(report: Report, say: Wording, *, picture: str = "") -> str:
    """The whole report as a page's section."""
    return "\n".join(_markdown(report, say, picture)).strip() + "\n"


def comma_separated(run: Run) -> str:
    """One line for each answer, for spreadsheets; times in milliseconds, nothing where a figure isn't known."""
    columns = (
        *("model", "prompt", "round", "phase", "ttft_ms", "total_ms", "tpot_ms", "prompt_tokens", "evaluated_tokens"),
        *("completion_tokens", "load_ms", "engine_prompt_ms", "engine_generation_ms", "failure"),
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for model in run.models:
        for one in model.samples:
            writer.writerow(
                (
                    *(_cell(model.name), _cell(one.prompt), one.round, one.phase.value, _ms(one.ttft_ms)),
                    *(_ms(one.total_ms), _ms(one.tpot_ms), one.prompt_tokens, one.evaluated_tokens),
                    *(one.completion_tokens, _ms(one.load_ms), _ms(one.prompt_ms), _ms(one.generation_ms)),
                    one.failure.code if one.failure else "",
                )
            )
    return out.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _markdown(report: Report, say: Wording, picture: str) -> Iterator[str]:
    yield from headline(report.run, say)
    yield ""
    if picture:
        yield f"![{say('bench-chart-speed')}]({picture})"
        yield ""
    for section in sections(report.run, say, earlier=report.earlier):
        yield from _table(section)
    for sentence in failures(report.run, say):
        yield f"- {_escaped(sentence)}"


def _table(section: Section) -> Iterator[str]:
    yield f"**{section.title}**"
    yield ""
    yield _row(section.columns)
    yield _row(["--:" if index in section.numeric else "---" for index in range(len(section.columns))])
    yield from (_row([_escaped(cell) for cell in row]) for row in section.rows)
    yield ""
    for note in section.notes:
        yield _escaped(note)
    yield ""


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Names of models and reasons of engines are others' words: no HTML, no new cell."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def _placed(report: str, present: str) -> str:
    head, found, rest = present.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{report}\n{END}{tail}" if found and ended else report


def _relative(picture: Path, folder: Path) -> str:
    """As a page in `folder` points to it."""
    return Path(os.path.relpath(picture.absolute(), folder.absolute())).as_posix()
