"""Owns reading Markdown, plain text and source code: titles, headings, fences. Pure."""

import re
from dataclasses import dataclass

from bot.retrieval.formats import headings, titles
from bot.retrieval.formats.decoding import tidy


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's reader makes of a file: Markdown-like text, and the title where the file itself tells one."""

    text: str
    title: str | None = None


_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_FRONT_TITLE = re.compile(r"""^title[ \t]*[:=][ \t]*(["']?)(.+?)\1[ \t]*$""", re.MULTILINE | re.IGNORECASE)
_ADORNMENTS = "=-~^#*+"
_ADOC_HEADING = re.compile(r"^(={1,6})[ \t]+(?=\S)", re.MULTILINE)
_BACKTICKS = re.compile(r"`{3,}")


def markdown(text: str) -> Parsed:
    """Markdown without its front matter and without comments, which a reader of the page doesn't see either."""
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    body = tidy(headings.marked_underlines(_without_comments(body), signs="=-"))
    found = _FRONT_TITLE.search(front[2]) if front else None
    return Parsed(body, titles.sensible(found[2] if found else None) or titles.first_heading(body))


def plain(text: str) -> Parsed:
    """Plain text with its headings marked. The title is the first heading, or a first line that stands alone."""
    body = headings.marked_numbers(tidy(headings.marked_underlines(text, signs=_ADORNMENTS)))
    heading = titles.first_heading(body)
    return Parsed(body, titles.first_line(body) if heading is None else heading)


def asciidoc(text: str) -> Parsed:
    """AsciiDoc; its `==` headings become `##`."""
    return plain(_ADOC_HEADING.sub(lambda match: "#" * len(match[1]) + " ", text))


def code(text: str, *, language: str) -> Parsed:
    """Source code in a fence, so that its comments aren't taken for headings."""
    return Parsed(fenced(text.strip("\n"), language=language))


def fenced(text: str, *, language: str = "") -> str:
    """`text` as a Markdown code block, by a fence longer than any in it."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"


def _without_comments(text: str) -> str:
    if "```" in text:
        return text  # in code, a comment is what the page shows
    kept, *parts = text.split("<!--")
    return kept + "".join(part.partition("-->")[2] if "-->" in part else f"<!--{part}" for part in parts)
