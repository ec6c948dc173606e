"""Owns how the results of commands look in Slack: titles, fields, Slack's own tables, and pages of sources. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from slack_sdk.models.blocks import (
    Block,
    ImageBlock,
    MarkdownBlock,
    RawTextObject,
    SectionBlock,
    TableBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from adapters.slack.rendering.blocks import Rendered, header, mrkdwn, one_line, sections, small, titled
from adapters.slack.rendering.limits import (
    BLOCKS,
    FIELD,
    FIELDS,
    MARKDOWN,
    SECTION,
    TABLE_CELLS,
    TABLE_COLUMNS,
    TABLE_ROWS,
)
from adapters.slack.rendering.mrkdwn import bold, fallback, pieces, plainly, quoted
from adapters.slack.rendering.panes import pane_units
from bot.chat.rendering import saying
from bot.chat.rendering.saying import Source
from bot.commands.cards import Card, Field, Link, Picture, Table
from bot.wording import Wording

SOURCES_PAGE = 6_000
"""Characters of a page of sources: about two screens."""

_ROOM_FOR_MORE = 5
"""Blocks that are left free in a message of a card, for its picture and its buttons."""
_LINKS = 4
"""In one line."""
_LABEL = 60
_DESCRIPTION = 2_000
_PIECE = 2_400
"""Characters of a passage in one section, which the signs of a quotation make longer."""

Unit = tuple[Block, ...]
"""Blocks that stay together in one message."""


def card_messages(card: Card, say: Wording) -> tuple[Rendered, ...]:
    """A command's result, never no message; its picture and its actions go below the last one, by `with_blocks`.

    Slack takes one table a message, so what has more becomes several. The panes come last.
    """
    units = [(block,) for block in (*header(card.title), *sections(plainly(card.text)), *_fields(card.fields))]
    tables = [part for table in card.tables for part in _tables(table)]
    links = [(block,) for block in small(_links(card.links))]
    together = _packed([*units, *tables, *links, *pane_units(card.panes, say)])
    words = fallback("\n".join(filter(None, [card.title, card.text])))
    return tuple(Rendered(words, blocks) for blocks in together) or (Rendered(words, ()),)


def picture_block(picture: Picture, *, file: str) -> Block:
    """A card's picture, which was uploaded: `file` is Slack's id of it."""
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=one_line(picture.description, limit=_DESCRIPTION))


def source_pages(card: Card, say: Wording) -> tuple[Rendered, ...]:
    """The card of `/sources` as pages to be turned, for a message or a modal: each name in bold, its passage quoted."""
    pages = _pages([part for source in saying.sources_of(card.text) for part in _source(source)])
    return tuple(
        Rendered(fallback(card.title), (*header(card.title), *texts, *_mark(number, len(pages), say)))
        for number, texts in enumerate((tuple(map(_section, page)) for page in pages), start=1)
    )


# --- cards ----------------------------------------------------------------------------------------------------------


def _packed(units: Sequence[Unit]) -> list[Unit]:
    """As few messages as Slack allows."""
    messages: list[Unit] = []
    for unit in units:
        if messages and _fit_together(messages[-1], unit):
            messages[-1] += unit
        else:
            messages.append(unit)
    return messages


def _fit_together(message: Unit, unit: Unit) -> bool:
    blocks = (*message, *unit)
    tables = sum(isinstance(block, TableBlock) for block in blocks)
    markdown = sum(len(block.text) for block in blocks if isinstance(block, MarkdownBlock))
    return tables <= 1 and markdown <= MARKDOWN and len(blocks) <= BLOCKS - _ROOM_FOR_MORE


def _fields(fields: Sequence[Field]) -> Iterator[Block]:
    """Side by side; one that is too long for that across the message."""
    written = (f"{bold(field.name)}\n{plainly(field.value)}" for field in fields)
    for is_short, group in groupby(written, key=lambda text: len(text) <= FIELD):
        texts = tuple(group)
        if is_short:
            yield from (_side_by_side(texts[at : at + FIELDS]) for at in range(0, len(texts), FIELDS))
        else:
            yield from (block for text in texts for block in sections(text))


def _links(links: Sequence[Link]) -> list[str]:
    """A few in each line, so that none is torn where the lines are too many for one block."""
    return [" · ".join(map(_link, links[start : start + _LINKS])) for start in range(0, len(links), _LINKS)]


def _link(link: Link) -> str:
    label = plainly(one_line(link.label, limit=_LABEL)).replace("|", "¦")
    return f"<{link.url}|{label}>" if link.url else label


def _side_by_side(texts: Sequence[str]) -> Block:
    return SectionBlock(fields=[mrkdwn(text) for text in texts])


def _tables(table: Table) -> Iterator[Unit]:
    """The table in parts of as many columns, rows and characters as Slack takes; the title stands above the first."""
    title = titled(table.title)
    for start in range(0, len(table.columns), TABLE_COLUMNS):
        columns = slice(start, start + TABLE_COLUMNS)
        names = _cells(table.columns[columns])
        aligned = [{"align": "right" if start + n in table.numeric else "left"} for n in range(len(names))]
        for rows in _parts(names, [_cells(row[columns]) for row in table.rows]):
            drawn = [[RawTextObject(text=cell) for cell in row] for row in (names, *rows)]
            yield (*title, TableBlock(rows=drawn, column_settings=aligned))
            title = ()


def _cells(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells of which two rows fit into a table; Slack takes none that is empty."""
    longest = min(TABLE_CELLS // (2 * max(len(cells), 1)), SECTION)
    return tuple(one_line(cell, limit=longest) or " " for cell in cells)


def _parts(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """The rows of each part; one without any where there are none."""
    header_size = sum(map(len, names))
    parts: list[list[tuple[str, ...]]] = [[]]
    size = header_size
    for row in rows:
        if len(parts[-1]) + 2 > TABLE_ROWS or size + sum(map(len, row)) > TABLE_CELLS:
            parts.append([])
            size = header_size
        parts[-1].append(row)
        size += sum(map(len, row))
    return parts


# --- sources --------------------------------------------------------------------------------------------------------


def _source(source: Source) -> Iterator[str]:
    """A source in sections: its name, and below it what stands there."""
    if not source.passage.strip():
        yield plainly(source.name)
        return
    passages = pieces(plainly(source.passage), limit=_PIECE)
    for name, passage in zip_longest([bold(source.name)], passages, fillvalue=""):
        yield "\n".join(filter(None, [name, quoted(passage)]))


def _pages(texts: Sequence[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    for text in texts:
        if pages[-1] and sum(map(len, pages[-1])) + len(text) > SOURCES_PAGE:
            pages.append([])
        pages[-1].append(text)
    return pages


def _section(text: str) -> Block:
    return SectionBlock(text=mrkdwn(text))


def _mark(page: int, pages: int, say: Wording) -> tuple[Block, ...]:
    return small([plainly(saying.page_mark(page, pages, say))]) if pages > 1 else ()
