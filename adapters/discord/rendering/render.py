"""Owns how Sova looks in Discord: answers, what is beside them, states, errors and cards as texts of messages. Pure.

Everything is plain content of at most `LIMIT` characters a message, not embeds: so it can be searched, copied and
quoted, and is shown to those who have switched embeds off. Nothing written here mentions anybody.
"""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from adapters.discord.rendering import tables
from adapters.discord.rendering.dialect import Dialect, in_dialect
from adapters.discord.rendering.escaping import plainly, spoken
from adapters.discord.rendering.splitting import LIMIT, Pages, Splitter, split
from bot.commands.cards import Card, Field, Table
from bot.errors import AssistantError
from bot.messages import Citation, FinishReason, Progress, Reply, ReplyDelta, Stage
from bot.wording import Wording

SOURCES_CHARACTERS = 160
"""Of the sources under an answer: about two lines; the rest is behind the button."""

_SMALL = "-# "
_LONGEST_NAME = 80
_LONGEST_FOOTER = LIMIT // 2
_PAGE_MARK_ROOM = 40
_ENTRY = re.compile(r"\n\n(?=\[\d+\] )")

_ENDINGS = {
    FinishReason.LENGTH: "rendering-ended-length",
    FinishReason.REPEATING: "rendering-ended-repeating",
    FinishReason.STOPPED: "rendering-ended-stopped",
    FinishReason.INTERRUPTED: "rendering-ended-interrupted",
}


class Answer:
    """An answer while it streams: its messages as they look at any moment."""

    def __init__(self) -> None:
        self._dialect = Dialect()
        self._splitter = Splitter()

    def add(self, delta: ReplyDelta) -> None:
        """Take in a piece. What the model thinks is never shown."""
        self._splitter.feed(self._dialect.feed(delta.text))

    def pages(self) -> Pages:
        """The messages as they look now; none before the first word."""
        return self._splitter.pages(tail=self._dialect.tail())

    def failed(self, error: AssistantError, say: Wording) -> tuple[str, ...]:
        """The messages when `error` ended the answer: what was said up to there, and the error."""
        return _with_footer(self.pages().texts, f"⚠️ {spoken(say.of_error(error))}")


def answer(reply: Reply, say: Wording) -> tuple[str, ...]:
    """The whole answer with its footer, never no message; those that were finished while it streamed are the same."""
    footer = "\n".join(_footer(reply, say))
    messages = _with_footer(split(in_dialect(reply.text), room=_room(footer)), footer)
    return messages or (_small(say("notice-empty-answer", model=reply.model)),)


def failure(error: AssistantError, say: Wording) -> tuple[str, ...]:
    """What is said when there is no answer at all."""
    return split(f"⚠️ {spoken(say.of_error(error))}")


def progress(state: Progress, say: Wording) -> str:
    """What an answer waits for before its first word."""
    match state.stage:
        case Stage.QUEUED:
            sentence = say("rendering-queued")
        case Stage.LOADING:
            sentence = say("rendering-loading", model=state.model)
        case Stage.READING:
            sentence = say("rendering-reading")
        case unreachable:
            assert_never(unreachable)
    return _small(sentence)


def place(ahead: int, say: Wording) -> str:
    """Where a question stands while `ahead` others are answered before it."""
    return _small(say.place(ahead))


def card_texts(card: Card) -> tuple[str, ...]:
    """A command's result; its picture and its actions are for whoever sends it, as a file and as buttons."""
    parts = [_bold(card.title), spoken(card.text), "\n".join(map(_field, card.fields)), *map(_table, card.tables)]
    return split("\n\n".join(filter(None, parts)))


def source_pages(card: Card, say: Wording) -> tuple[str, ...]:
    """The card of `/sources` as pages to be turned: each source under its name in bold, its passage as a quotation."""
    entries = "\n\n".join(map(_entry, _ENTRY.split(card.text)))
    pages = split(f"{_bold(card.title)}\n\n{entries}", limit=LIMIT - _PAGE_MARK_ROOM)
    if len(pages) == 1:
        return pages
    marks = (_small(say("rendering-page", page=page, pages=len(pages))) for page in range(1, len(pages) + 1))
    return tuple(f"{page}\n{mark}" for page, mark in zip(pages, marks, strict=True))


# --- under an answer ------------------------------------------------------------------------------------------------


def _footer(reply: Reply, say: Wording) -> Iterator[str]:
    """How the answer ended, unless it simply did, every notice, and the sources; each in a line of small text."""
    if reply.finish_reason in _ENDINGS:
        yield _small(say(_ENDINGS[reply.finish_reason]))
    for notice in reply.notices:
        yield _small(say.of_notice(notice))
    if reply.citations:
        yield _sources(reply.citations, say)


def _sources(citations: Sequence[Citation], say: Wording) -> str:
    """As many sources as fit, the first one always, and how many more there are."""
    names = [_source(citation, say) for citation in citations]
    shown = [names[0]]
    for name in names[1:]:
        if sum(map(len, [*shown, name])) > SOURCES_CHARACTERS:
            break
        shown.append(name)
    hidden = len(names) - len(shown)
    more = [spoken(say("rendering-more-sources", count=hidden))] if hidden else []
    return f"{_SMALL}{spoken(say('rendering-sources'))} {'  '.join([*shown, *more])}"


def _source(citation: Citation, say: Wording) -> str:
    document = _shortened(citation.document)
    name = say("source-attached", name=document) if citation.attached else document
    heading = f" · {_shortened(citation.heading)}" if citation.heading else ""
    return f"[{citation.n}] {plainly(' '.join(f'{name}{heading}'.split()))}"


def _shortened(name: str) -> str:
    """The end of a path says more than its beginning."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _small(sentence: str) -> str:
    return _SMALL + " ".join(spoken(sentence).split())


def _room(footer: str) -> int:
    return len(footer) + 1 if 0 < len(footer) < _LONGEST_FOOTER else 0


def _with_footer(pages: tuple[str, ...], footer: str) -> tuple[str, ...]:
    """The footer under the last message where it fits, else in its own."""
    if not footer:
        return pages
    if pages and len(pages[-1]) + 1 + len(footer) <= LIMIT:
        return (*pages[:-1], f"{pages[-1]}\n{footer}")
    return (*pages, *split(footer))


# --- cards ----------------------------------------------------------------------------------------------------------


def _bold(title: str) -> str:
    return f"**{plainly(' '.join(title.split()))}**" if title.strip() else ""


def _field(field: Field) -> str:
    return f"**{plainly(field.name)}:** {spoken(field.value)}"


def _table(table: Table) -> str:
    """The table behind its title; a long one in several blocks of code, so that each fits into a message."""
    grid = tables.Grid(tuple(map(plainly, table.columns)), right=table.numeric)
    blocks = tables.blocks(grid, [tuple(map(plainly, row)) for row in table.rows])
    return "\n".join(filter(None, [_bold(table.title), *blocks]))


def _entry(entry: str) -> str:
    """A source: its name, and below it what stands there."""
    name, _, passage = entry.partition("\n")
    quoted = "\n".join(f"> {line}".rstrip() for line in plainly(passage).split("\n"))
    return f"{_bold(name)}\n{quoted}" if passage.strip() else spoken(name)
