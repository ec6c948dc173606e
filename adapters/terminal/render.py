"""Owns how cards, errors and what surrounds an answer look: native on a terminal, plain text in a pipe."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from adapters.terminal.panes import Panes, plain_panes
from adapters.terminal.sanitizing import clean, writable
from bot.commands.cards import Action, Card, Field, Link, Table
from bot.errors import AssistantError
from bot.messages import Attached, Citation, FinishReason, Reply
from bot.wording import Wording

READER_GONE = 128 + 13
"""The exit code when nobody reads the output any more: SIGPIPE's, which Windows doesn't have by name."""

_ENDINGS = {
    FinishReason.LENGTH: "terminal-ended-length",
    FinishReason.REPEATING: "terminal-ended-repeating",
    FinishReason.STOPPED: "terminal-ended-stopped",
    FinishReason.INTERRUPTED: "terminal-ended-interrupted",
}


class _Console(Console):
    """Rich's console, except that a reader who has gone is an error for us to handle, not the end of the program."""

    def on_broken_pipe(self) -> None:
        """Called where the BrokenPipeError was caught."""
        raise BrokenPipeError


def console_on(stream: TextIO, *, plain: bool = False) -> Console:
    """A console that draws only where `stream` is a terminal, or nowhere when `plain`; rich itself reads `NO_COLOR`."""
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="replace")  # a terminal that can't show a letter shows a question mark
    return _Console(
        file=stream, force_terminal=stream.isatty() and not plain, markup=False, emoji=False, highlight=False
    )


def silence(console: Console) -> None:
    """Send the rest nowhere: the reader is gone, and Python would complain when it flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, console.file.fileno())
    os.close(nowhere)


def print_card(console: Console, card: Card, say: Wording) -> None:
    """Show a command's result."""
    if console.is_terminal:
        console.print(card_renderable(card, say))
    else:
        console.file.write(render_plain(card, say))
        console.file.flush()


def card_renderable(card: Card, say: Wording) -> RenderableType:
    """A command's result as it is drawn on a terminal."""
    return Group(*_parts(card, say))


def print_error(console: Console, error: AssistantError, say: Wording) -> None:
    """Say in red what went wrong."""
    print_line(console, say.of_error(error), style="red")


def print_line(console: Console, sentence: str, *, style: str = "") -> None:
    """One sentence; wrapped on a terminal, on one line in a pipe."""
    console.print(Text(clean(sentence), style=style), soft_wrap=not console.is_terminal)


def print_surroundings(console: Console, reply: Reply, say: Wording) -> None:
    """What belongs to an answer without being its text: how it ended, notices, sources, and in grey its figures."""
    for sentence in endings(reply, say):
        print_line(console, sentence, style="yellow")
    if reply.citations:
        print_line(console, "\n".join([f"{say('terminal-sources')}:", *_sources(reply.citations, say)]), style="dim")
    if console.is_terminal:
        print_line(console, footer(reply, say), style="dim")


def endings(reply: Reply, say: Wording) -> Iterator[str]:
    """How the answer ended, unless it simply did, and every notice."""
    if reply.finish_reason in _ENDINGS:
        yield say(_ENDINGS[reply.finish_reason])
    for notice in reply.notices:
        yield say.of_notice(notice)


def footer(reply: Reply, say: Wording) -> str:
    """Model, tokens, pace and time to first token, as far as the engine tells: `owl:1b · 12 tokens · …`."""
    parts = [reply.model]
    if reply.usage.completion_tokens is not None:
        parts.append(say("terminal-footer-tokens", tokens=reply.usage.completion_tokens))
    if reply.timings.tokens_per_second is not None:
        parts.append(say("terminal-footer-rate", rate=reply.timings.tokens_per_second))
    if reply.timings.ttft_ms is not None:
        parts.append(say("terminal-footer-ttft", seconds=reply.timings.ttft_ms / 1000))
    return " · ".join(parts)


def print_json(console: Console, reply: Reply) -> None:
    """Write the answer as one JSON object on one line; where the stream isn't UTF-8, in ASCII."""
    ascii_only = console.encoding not in {"utf-8", "utf8"}
    console.file.write(json.dumps(as_json(reply), ensure_ascii=ascii_only) + "\n")
    console.file.flush()


def as_json(reply: Reply) -> dict[str, object]:
    """The answer in the shape that scripts rely on; its text is the model's own, which JSON escapes."""
    return {
        "text": writable(reply.text),
        "citations": [_citation(citation) for citation in reply.citations],
        "attachments": [_attachment(file) for file in reply.attached],
        "notices": [notice.code for notice in reply.notices],
        "model": reply.model,
        "engine": reply.engine,
        "finish_reason": reply.finish_reason.value,
        "usage": {
            "prompt_tokens": reply.usage.prompt_tokens,
            "completion_tokens": reply.usage.completion_tokens,
        },
        "timings": {name: _rounded(value) for name, value in asdict(reply.timings).items()},
        "abstained": reply.abstained,
        "conversation": reply.conversation.channel,
    }


def render_plain(card: Card, say: Wording) -> str:
    """The card as text without colours: columns are aligned by spaces, nothing is cut off."""
    blocks = [
        clean(card.title),
        clean(card.text),
        _plain_fields(card.fields),
        *(_plain_table(table) for table in card.tables),
        *plain_panes(card.panes),
        _links(card.links),
        clean(card.picture.description) if card.picture else "",
        _next(card.actions, say),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _attachment(file: Attached) -> dict[str, str | int]:
    return {"name": writable(file.name), "kind": file.kind.value, "characters": file.characters}


def _citation(citation: Citation) -> dict[str, str | int | float]:
    return {
        "n": citation.n,
        "document": writable(citation.document),
        "heading": writable(citation.heading),
        "score": round(citation.score, 4),
        "attached": citation.attached,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _sources(citations: Sequence[Citation], say: Wording) -> Iterator[str]:
    for citation in citations:
        name = say("source-attached", name=citation.document) if citation.attached else citation.document
        yield f"  [{citation.n}] {name} › {citation.heading}" if citation.heading else f"  [{citation.n}] {name}"


# --- cards on a terminal --------------------------------------------------------------------------------------


def _parts(card: Card, say: Wording) -> Iterator[RenderableType]:
    yield Text(clean(card.title), style="bold")
    if card.text:
        yield Text(clean(card.text))
    if card.fields:
        yield Padding(_field_grid(card.fields), (0, 0, 0, 2))
    for table in card.tables:
        if table.title:
            yield Text(f"\n{clean(table.title)}", style="dim bold")
        yield _table_grid(table)
    if card.panes:
        yield Panes(card.panes)
    if card.links:
        yield Text(_links(card.links), style="dim")
    if card.picture:
        yield Text(clean(card.picture.description), style="italic")
    if card.actions:
        yield Text(_next(card.actions, say), style="dim")


def _field_grid(fields: Sequence[Field]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for field in fields:
        grid.add_row(Text(clean(field.name)), Text(clean(field.value)))
    return grid


def _table_grid(table: Table) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for index, column in enumerate(table.columns):
        grid.add_column(Text(clean(column)), justify="right" if index in table.numeric else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(clean(cell)) for cell in row))
    return grid


# --- cards in a pipe ------------------------------------------------------------------------------------------


def _plain_fields(fields: Sequence[Field]) -> str:
    return "\n".join(clean(f"{field.name}: {field.value}") for field in fields)


def _plain_table(table: Table) -> str:
    rows = [[clean(cell).replace("\n", " ") for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    title = [f"{clean(table.title)}:"] if table.title else []
    return "\n".join([*title, *(_plain_row(row, widths=widths, numeric=table.numeric) for row in rows)])


def _plain_row(row: Sequence[str], *, widths: Sequence[int], numeric: frozenset[int]) -> str:
    cells = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - cell_len(cell))
        cells.append(room + cell if index in numeric else cell + room)
    return "  ".join(cells).rstrip()


def _links(links: Sequence[Link]) -> str:
    """One a line where they have addresses; names alone stand in one."""
    shown = [clean(f"{one.label}  {one.url}".rstrip()) for one in links]
    return "\n".join(shown) if any(one.url for one in links) else "  ".join(shown)


def _next(actions: Sequence[Action], say: Wording) -> str:
    hints = [f"  /{clean(action.command)}  {clean(action.label)}" for action in actions]
    return "\n".join([f"{say('terminal-next')}:", *hints]) if hints else ""
