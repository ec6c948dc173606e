"""Owns HTML as a tree, forgiving like a browser and bounded in depth. Pure; of the standard library's parser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# ruff: noqa: SIM905 - lists of tags are read as prose

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_ROW = frozenset({"tr", "td", "th", "caption"})
_ROWS = _ROW | {"thead", "tbody", "tfoot"}
_CLOSED_BY_SIBLING = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "thead": _ROWS,
    "tbody": _ROWS,
    "tfoot": _ROWS,
    "tr": _ROW,
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "option": frozenset({"option"}),
    "p": frozenset({"p"}),
}
_PARAGRAPH = frozenset({"p"})
_CLOSES_PARAGRAPH = frozenset(
    "address article aside blockquote div dl fieldset footer form h1 h2 h3 h4 h5 h6 header hr main nav ol pre section "
    "table ul".split()
)
_BOUNDARIES = frozenset({"table", "ul", "ol", "dl", "td", "th", "body", "div", "section", "article"})
_DEEPEST = 150
"""Elements nested deeper hang on the one at this depth: no page needs more, and a hostile one has millions."""


@dataclass(slots=True)
class Element:
    """An element with its attributes, its children, and the text between them."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of its `class`."""
        return frozenset(self.attributes.get("class", "").split())

    def elements(self) -> "Iterator[Element]":
        """Its child elements."""
        return (child for child in self.children if isinstance(child, Element))

    def descendants(self) -> "Iterator[Element]":
        """All elements below it, in the order of the page."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if element is not self:
                yield element
            waiting.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def find(self, matches: "Callable[[Element], bool]") -> "Element | None":
        """The first element below it that matches."""
        return next((element for element in self.descendants() if matches(element)), None)

    def text(self) -> str:
        """All text in it, as it stands."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse(html: str) -> Element:
    """The page's tree, under an element without a name."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def parse_html_declaration(self, i: int) -> int:
        """Take `<![…` for a comment as browsers do; the standard library gives up where it knows no such section."""
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._close_what_cannot_hold(tag)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """XHTML's `<script/>` holds nothing; taken as HTML would, it would hold the rest of the page."""
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def _close_what_cannot_hold(self, tag: str) -> None:
        closed = _CLOSED_BY_SIBLING.get(tag) or (_PARAGRAPH if tag in _CLOSES_PARAGRAPH else frozenset())
        end = len(self._open)
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag in closed:
                end = depth
            elif self._open[depth].tag in _BOUNDARIES:
                break
        del self._open[end:]
