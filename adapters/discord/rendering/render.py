"""Owns how Sova looks in Discord: answers, what is beside them, states, errors and cards as texts of messages. Pure.

Everything is plain content of at most `LIMIT` characters a message, not embeds: so it can be searched, copied and
quoted, and is shown to those who have switched embeds off. Nothing written here mentions anybody.
"""

from collections.abc import Iterator, Sequence

from adapters.discord.rendering.dialect import STYLE, TABLE_ROOM, in_dialect
from adapters.discord.rendering.escaping import plainly, spoken
from bot.chat.rendering import saying, tables
from bot.chat.rendering.dialect import Dialect
from bot.chat.rendering.saying import Escapes, Source
from bot.chat.rendering.splitting import Pages, Splitter, split
from bot.commands.cards import Card, Field, Link, Table
from bot.errors import AssistantError
from bot.messages import Progress, Reply, ReplyDelta
from bot.wording import Wording

LIMIT = 2_000
"""The longest message. Discord counts code points, as one of its engineers says (discord/discord-api-docs#1315)."""

_SMALL = "-# "
_LINKS = 4
"""In one line: so none is longer than what is split between messages."""
_LONGEST_FOOTER = LIMIT // 2
_PAGE_MARK_ROOM = 40
_ESCAPES = Escapes(plainly, spoken)


class Answer:
    """An answer while it streams: its messages as they look at any moment."""

    def __init__(self) -> None:
        self._dialect = Dialect(STYLE)
        self._splitter = Splitter(limit=LIMIT)

    def add(self, delta: ReplyDelta) -> None:
        """Take in a piece. What the model thinks is never shown."""
        self._splitter.feed(self._dialect.feed(delta.text))

    def pages(self) -> Pages:
        """The messages as they look now; none before the first word."""
        return self._splitter.pages(tail=self._dialect.tail())

    def so_far(self) -> tuple[str, ...]:
        """Just the texts of these messages."""
        return self.pages().texts

    def waiting(self, state: Progress, say: Wording) -> tuple[str, ...]:
        """What stands there before the first word."""
        return (progress(state, say),)

    def whole(self, reply: Reply, say: Wording) -> tuple[str, ...]:
        """The messages of the whole answer, see `answer`."""
        return answer(reply, say)

    def failed(self, error: AssistantError, say: Wording) -> tuple[str, ...]:
        """The messages when `error` ended the answer: what was said up to there, and the error."""
        return _with_footer(self.pages().texts, f"⚠️ {spoken(say.of_error(error))}")


def answer(reply: Reply, say: Wording) -> tuple[str, ...]:
    """The whole answer with its footer, never no message; those that were finished while it streamed are the same."""
    footer = "\n".join(_footer(reply, say))
    messages = _with_footer(split(in_dialect(reply.text), limit=LIMIT, room=_room(footer)), footer)
    return messages or (_small(saying.nothing_said(reply, say)),)


def failure(error: AssistantError, say: Wording) -> tuple[str, ...]:
    """What is said when there is no answer at all."""
    return split(f"⚠️ {spoken(say.of_error(error))}", limit=LIMIT)


def progress(state: Progress, say: Wording) -> str:
    """What an answer waits for before its first word."""
    return _small(saying.state(state, say))


def place(ahead: int, say: Wording) -> str:
    """Where a question stands while `ahead` others are answered before it."""
    return _small(say.place(ahead))


def card_texts(card: Card) -> tuple[str, ...]:
    """A command's result; its picture and its actions are for whoever sends it, as a file and as buttons."""
    parts = [_bold(card.title), spoken(card.text), "\n".join(map(_field, card.fields)), *map(_table, card.tables)]
    links = "\n".join(_links(card.links[start : start + _LINKS]) for start in range(0, len(card.links), _LINKS))
    return split("\n\n".join(filter(None, [*parts, links])), limit=LIMIT)


def source_pages(card: Card, say: Wording) -> tuple[str, ...]:
    """The card of `/sources` as pages to be turned: each source under its name in bold, its passage as a quotation."""
    entries = "\n\n".join(map(_entry, saying.sources_of(card.text)))
    pages = split(f"{_bold(card.title)}\n\n{entries}", limit=LIMIT - _PAGE_MARK_ROOM)
    if len(pages) == 1:
        return pages
    marks = (_small(saying.page_mark(page, len(pages), say)) for page in range(1, len(pages) + 1))
    return tuple(f"{page}\n{mark}" for page, mark in zip(pages, marks, strict=True))


# --- under an answer ------------------------------------------------------------------------------------------------


def _footer(reply: Reply, say: Wording) -> Iterator[str]:
    """How the answer ended, unless it simply did, every notice, and the sources; each in a line of small text."""
    yield from map(_small, saying.remarks(reply, say))
    if reply.citations:
        yield _SMALL + saying.sources_line(reply.citations, say, _ESCAPES)


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
    return (*pages, *split(footer, limit=LIMIT))


# --- cards ----------------------------------------------------------------------------------------------------------


def _bold(title: str) -> str:
    return f"**{plainly(' '.join(title.split()))}**" if title.strip() else ""


def _field(field: Field) -> str:
    return f"**{plainly(field.name)}:** {spoken(field.value)}"


def _table(table: Table) -> str:
    """The table behind its title; a long one in several blocks of code, so that each fits into a message."""
    grid = tables.Grid(tuple(map(plainly, table.columns)), right=table.numeric)
    blocks = tables.blocks(grid, [tuple(map(plainly, row)) for row in table.rows], room=TABLE_ROOM)
    return "\n".join(filter(None, [_bold(table.title), *blocks]))


def _links(links: Sequence[Link]) -> str:
    """Some of a card's links in one line of small text; an address in `<>` gets no preview."""
    return _SMALL + " · ".join(
        f"[{plainly(one.label)}](<{one.url}>)" if one.url else plainly(one.label) for one in links
    )


def _entry(source: Source) -> str:
    """A source: its name, and below it what stands there."""
    quoted = "\n".join(f"> {line}".rstrip() for line in plainly(source.passage).split("\n"))
    return f"{_bold(source.name)}\n{quoted}" if source.passage.strip() else spoken(source.name)
