"""Owns reading HTML: the article without the site around it, as Markdown-like text. Pure.

What a browser doesn't show is left out, with one exception: inline text that only waits for a script to choose among
variants, as help pages have for systems ("Command" on macOS, "Ctrl" elsewhere). It is kept, and told apart where the
page does so: `Ctrl (macOS: Command)`.
"""

import re

from bot.retrieval.formats import titles
from bot.retrieval.formats.decoding import clean, tidy
from bot.retrieval.formats.markup_tree import Element, parse
from bot.retrieval.formats.prose import Parsed, fenced

# ruff: noqa: SIM905 - lists of tags are read as prose
_DROPPED = frozenset(
    "script style noscript template head nav aside iframe object embed svg math canvas audio video form button select "
    "input textarea dialog menu map".split()
)
_CHROME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"})
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer header hgroup "
    "html hr li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_CONTAINERS = frozenset({"div", "section", "article", "main", "td", "table", "tbody", "tr", "center", "body", "html"})
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)
_PARTS_OF_PAGES = frozenset({"table", "pre", *_HEADINGS})
_PARTS_OF_TABLES = frozenset({"table", "tbody", "tr"})
_MOST_OF_IT = 0.9
"""A block with so much of the page's prose is where the article is; what lies beside it is lost, so it is little."""

_VARIANTS = {
    "MAC": "macOS",
    "WIN": "Windows",
    "UNIX": "Linux",
    "WRITER": "Writer",
    "CALC": "Calc",
    "IMPRESS": "Impress",
    "DRAW": "Draw",
    "MATH": "Math",
    "BASE": "Base",
}
_SWITCHES = frozenset({"switch", "switchinline"})
_KEY_PLUS = re.compile(r"(?<=[\w)])[ \n]*\+[ \n]*(?=[\w(←→↑↓])")
_MODIFIER = re.compile(r"(?:\b(?:Ctrl|Shift|Alt|AltGr|Command|Cmd|Option|Win|Super|Meta)|macOS: \w+\))$")
_BREAK = "\n"


def webpage(html: str) -> Parsed:
    """The article of a page, and its title: the first heading, else the page's own."""
    tree = parse(html)
    article = _article(tree)
    text = _render(article)
    heading = _first_heading(article) or _first_heading(tree)
    if heading and heading not in text:
        text = f"# {heading}\n\n{text}"
    named = tree.find(lambda element: element.tag == "title")
    title = titles.sensible(heading) or titles.sensible(clean(named.text()) if named else None)
    return Parsed(tidy(text), title)


def _first_heading(tree: Element) -> str | None:
    heading = _shown(tree, "h1")
    return _inline(heading) or None if heading else None


def _shown(element: Element, tag: str) -> Element | None:
    """The first element of `tag` that isn't part of what is dropped."""
    for child in element.elements():
        if _is_dropped(child):
            continue
        if child.tag == tag:
            return child
        if found := _shown(child, tag):
            return found
    return None


# --- where the article is -------------------------------------------------------------------------------------


def _article(tree: Element) -> Element:
    for matches in (_is_main, _is_article_body):
        if found := tree.find(matches):
            return found
    articles = [element for element in tree.descendants() if element.tag == "article"]
    if len(articles) == 1:
        return articles[0]
    return _densest(tree.find(lambda element: element.tag == "body") or tree)


def _is_main(element: Element) -> bool:
    return element.tag == "main" or element.attributes.get("role") == "main"


def _is_article_body(element: Element) -> bool:
    return "articleBody" in element.attributes.get("itemprop", "").split()


def _densest(block: Element) -> Element:
    """The innermost block that still holds most of the prose; text in links is no prose, a menu is made of it."""
    chars: dict[int, int] = {}
    whole = _count_prose(block, chars)
    densest = block
    while whole:
        containers = [element for element in block.elements() if element.tag in _CONTAINERS]
        inner = max(containers, key=lambda element: chars.get(id(element), 0), default=None)
        if inner is None or chars.get(id(inner), 0) < _MOST_OF_IT * whole:
            break
        block = inner
        densest = densest if block.tag in _PARTS_OF_TABLES else block
    return densest


def _count_prose(element: Element, chars: dict[int, int]) -> int:
    """The characters of prose in an element, noted in `chars` for each element in it as well."""
    if element.tag == "a" or _is_dropped(element):
        return 0
    counts = (
        len(child.strip()) if isinstance(child, str) else _count_prose(child, chars) for child in element.children
    )
    chars[id(element)] = count = sum(counts)
    return count


def _is_dropped(element: Element) -> bool:
    attributes = element.attributes
    if element.tag in _DROPPED or attributes.get("role") in _CHROME_ROLES or attributes.get("aria-hidden") == "true":
        return True
    if _HIDING_STYLE.search(attributes.get("style", "")):
        return True
    if element.tag in {"header", "footer"}:
        return _shown(element, "h1") is None
    return "hidden" in attributes and element.tag in _BLOCKS


# --- blocks ---------------------------------------------------------------------------------------------------


def _render(article: Element) -> str:
    page = _Page()
    page.block(article)
    page.end_paragraph()
    return "\n".join(page.lines)


class _Page:
    """The lines so far, and the paragraph that is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._paragraph: list[str] = []
        self._prefix = ""
        self._indent = ""
        self._lead = ""

    def block(self, element: Element) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._paragraph.append(child)
            elif not _is_dropped(child):
                self._element(child)

    def _element(self, element: Element) -> None:
        match element.tag:
            case tag if tag in _HEADINGS:
                self._heading(element, _HEADINGS[tag])
            case "pre":
                self.end_paragraph()
                self._add(fenced(clean(element.text()).strip("\n")))
            case "table" if not _is_layout(element):
                self._table(element)
            case "ul" | "ol":
                self._list(element)
            case "dt" | "dd" | "p" | "hr" | "blockquote" | "br":
                self.end_paragraph()
                self.block(element)
                self.end_paragraph()
            case _ if _is_switch(element) and not _holds_blocks(element):
                self._paragraph.append(_variants(element))
            case tag if tag in _BLOCKS:
                self.end_paragraph()
                self.block(element)
                self.end_paragraph()
            case _ if names := _names_of(element):
                self._variant(element, names)
            case _:
                self.block(element)

    def _variant(self, element: Element, names: str) -> None:
        """A variant with blocks of its own says before the first of them whom it is for."""
        self.end_paragraph()
        self._lead = f"{names}: "
        self.block(element)
        self.end_paragraph()
        self._lead = ""

    def _heading(self, element: Element, mark: str) -> None:
        self.end_paragraph()
        if text := _inline(element):
            self._add(f"{mark} {text}\n")

    def _list(self, element: Element) -> None:
        self.end_paragraph()
        outer = self._indent
        for number, item in enumerate((e for e in element.elements() if not _is_dropped(e)), 1):
            mark = f"{number}. " if element.tag == "ol" else "- "
            self._prefix = mark
            self.block(item) if item.tag == "li" else self._element(item)
            self.end_paragraph()
            self._prefix, self._indent = "", outer
        self._add("")

    def _table(self, element: Element) -> None:
        self.end_paragraph()
        for caption in (child for child in element.elements() if child.tag == "caption"):
            self._add(_inline(caption) + "\n")
        rows = [row for row in (_cells(row) for row in _rows(element)) if any(row)]
        width = max(map(len, rows), default=0)
        if width < 2 or len(rows) < 2:
            for row in rows:
                self._add(" ".join(filter(None, row)) + "\n")
            return
        for number, row in enumerate(rows):
            self._add("| " + " | ".join(row + [""] * (width - len(row))) + " |")
            if number == 0:
                self._add("|" + " --- |" * width)
        self._add("")

    def end_paragraph(self) -> None:
        text = _spaced("".join(self._paragraph))
        self._paragraph.clear()
        if not text:
            return
        text, self._lead = self._lead + text, ""
        if self._prefix:
            self._add(self._prefix + text)
            self._indent += " " * len(self._prefix)
            self._prefix = ""
        else:
            self._add(text if self._indent else f"{text}\n")

    def _add(self, text: str) -> None:
        self.lines.extend(f"{self._indent}{line}" if line else "" for line in text.split("\n"))


def _is_layout(table: Element) -> bool:
    """Whether a table only places things on the page: it has no rows, or whole parts of the page in its cells."""
    return not _rows(table) or table.find(lambda inner: inner.tag in _PARTS_OF_PAGES) is not None


def _rows(element: Element) -> list[Element]:
    rows: list[Element] = []
    for child in element.elements():
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"}:
            rows.extend(_rows(child))
    return rows


def _cells(row: Element) -> list[str]:
    return [_inline(cell).replace("|", "\\|") for cell in row.elements() if cell.tag in {"td", "th"}]


# --- inline text ----------------------------------------------------------------------------------------------


def _inline(element: Element) -> str:
    """The text of an element in one line."""
    return _spaced(_flat(element))


def _flat(element: Element) -> str:
    if _is_switch(element):
        return _variants(element)
    parts: list[str] = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif not _is_dropped(child):
            inner = _flat(child)
            parts.append(f" {inner} " if child.tag in _BLOCKS or child.tag == "br" else inner)
    return "".join(parts)


def _is_switch(element: Element) -> bool:
    return element.tag == "span" and not element.classes.isdisjoint(_SWITCHES)


def _holds_blocks(element: Element) -> bool:
    return element.find(lambda inner: inner.tag in _BLOCKS or inner.tag in _HEADINGS) is not None


def _variants(switch: Element) -> str:
    """The usual wording, and those of single systems or programs behind it in brackets."""
    cases = [(_names_of(case), _inline(case)) for case in switch.elements() if not _is_dropped(case)]
    usual = " ".join(text for names, text in cases if not names and text)
    special = "; ".join(f"{names}: {text}" for names, text in cases if names and text and text != usual)
    return f"{usual} ({special})" if usual and special else usual or special


def _names_of(case: Element) -> str:
    """The systems or programs that a variant is for; empty for the usual one, and for what is no variant."""
    if "hidden" not in case.attributes:
        return ""
    return ", ".join(name for word, name in _VARIANTS.items() if word in case.classes)


def _spaced(text: str) -> str:
    """One line with single spaces, and keys that are pressed together written together: `Shift+Ctrl+Enter`."""
    line = " ".join(clean(text).split())
    return _KEY_PLUS.sub(_joined, line)


def _joined(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 30) : match.start()]
    return "+" if _MODIFIER.search(before) else match[0]
