"""Owns reading Markdown-like text as people do: its words in paragraphs, lists and rows, without its signs. Pure."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_BULLET, _BETWEEN_CELLS, _INDENT = "•", " · ", "  "
_CODE = frozenset({"fence", "code_block", "html_block"})
_BLOCK_ENDS = frozenset({"heading_close", "paragraph_close", "table_close", "bullet_list_close", "ordered_list_close"})


def unmarked(text: str) -> str:
    """`text` without what marks headings, emphasis, links, lists and tables; lines that were only wrapped are joined.

    Code stays as it is. What isn't Markdown comes out with its lines joined to paragraphs.
    """
    return "\n".join(_lines(_PARSER.parse(text))).strip("\n")


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    """A line for each paragraph, item and row, and an empty one between blocks; those of a list stand together."""
    markers: list[str] = []
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "list_item_open":
            markers.append(f"{token.info}{token.markup}" if token.info else _BULLET)
        elif token.type == "list_item_close":
            markers.pop()
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield _BETWEEN_CELLS.join(cells or ())
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_words(token))
        elif token.type == "inline":
            yield f"{_marked(markers)}{_words(token)}"
        elif token.type in _CODE:
            yield from (*token.content.rstrip("\n").split("\n"), "")
        elif token.type in _BLOCK_ENDS and not markers:
            yield ""


def _marked(markers: list[str]) -> str:
    """What stands before a line: the item's sign before its first one, as much room before the others."""
    if not markers:
        return ""
    sign, markers[-1] = markers[-1], " " * len(markers[-1])
    return f"{_INDENT * (len(markers) - 1)}{sign} "


def _words(inline: Token) -> str:
    return "".join(_word(token) for token in inline.children or ())


def _word(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case _:
            return token.content
