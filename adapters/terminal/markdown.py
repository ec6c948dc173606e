"""Owns Markdown in the terminal: which part of a growing text is finished, and how a hostile text is drawn safely."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.syntax import Syntax

from adapters.terminal.sanitizing import clean

CODE_THEME = "ansi_dark"  # the terminal's own colours, so that code is readable on light and dark grounds
HIGHLIGHTED_CHARACTERS = 20_000  # some lexers take quadratic time, and the model chooses lexer and code

# HTML is off, or rich would drop `<int>` in silence. Images are off: nothing is ever fetched or drawn. References are
# off, because a later `[1]: …` would change what was printed long before, and would itself vanish.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"]).disable(["image", "reference"])


def finished_length(text: str) -> int:
    """How many characters at the start of `text` are whole blocks that no later text can change.

    Only complete lines count, since `#` at the end may become a heading or a `#tag`; and the last block counts never,
    since the next line may belong to it.
    """
    complete = text[: text.rfind("\n") + 1]
    starts = [
        token.map[0] for token in _PARSER.parse(complete) if token.level == 0 and token.map and token.nesting >= 0
    ]
    if not starts:
        return 0
    return sum(len(line) for line in complete.split("\n")[: starts[-1]]) + starts[-1]


@dataclass(slots=True)
class GrowingText:
    """A Markdown text that arrives in pieces: `take_finished` hands out whole blocks once, `open` is the rest."""

    open: str = ""
    _checked: int = field(default=0, repr=False)

    def add(self, text: str) -> None:
        """Append a piece."""
        self.open += text

    def take_finished(self) -> str:
        """The blocks that are finished since the last call, as they were written; often empty."""
        complete = self.open.rfind("\n") + 1
        if complete == self._checked:
            return ""
        cut = finished_length(self.open)
        finished, self.open = self.open[:cut], self.open[cut:]
        self._checked = complete - cut
        return finished

    def take_rest(self) -> str:
        """Everything that is left; the text is over."""
        rest, self.open = self.open, ""
        return rest


class SafeMarkdown:
    """Markdown from a source that nobody trusts: link targets are always shown, nothing is clickable or fetched.

    Blocks are drawn one by one with an empty line between them, so pieces look as the whole would. Character references
    such as `&#13;` are decoded by the parser, so each segment is cleaned once more as it is drawn. `continues`: blocks
    were drawn before, so that an empty line comes first, too.
    """

    def __init__(self, text: str, *, continues: bool = False) -> None:
        self._blocks = [_Block(tokens) for tokens in _top_level(_PARSER.parse(clean(text)))]
        self._continues = continues

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        spaced = self._continues
        for block in self._blocks:
            lines = _without_blank_edges(
                [_cleaned(line) for line in console.render_lines(block, options.update(height=None), pad=False)]
            )
            if lines and spaced:
                yield Segment.line()
            for line in lines:
                yield from line
                yield Segment.line()
            spaced = spaced or bool(lines)


def _top_level(tokens: list[Token]) -> Iterable[list[Token]]:
    block: list[Token] = []
    for token in tokens:
        block.append(_shown_once(token))
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _cleaned(line: list[Segment]) -> list[Segment]:
    """`line` without controls, and without the spaces that rich fills it up with: they would be copied along."""
    kept = [Segment(clean(segment.text), segment.style) for segment in line]
    while kept:
        text, style, _ = kept.pop()
        if stripped := text.rstrip(" "):
            return [*kept, Segment(stripped, style)]
    return []


def _without_blank_edges(lines: list[list[Segment]]) -> list[list[Segment]]:
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


class _Heading(Heading):
    """A heading at the left, where reading begins; rich centres those of the first level."""

    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = dict.fromkeys(Heading.LEVEL_ALIGN, "left")


class _Code(CodeBlock):
    """Code set in by two columns."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        lexer = self.lexer_name if len(code) <= HIGHLIGHTED_CHARACTERS else "text"
        yield Syntax(code, lexer, theme=self.theme, word_wrap=True, padding=(0, 2))


class _Block(Markdown):
    """One block, as the parser left it."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__("", code_theme=CODE_THEME, hyperlinks=False)
        self.parsed = tokens


def _shown_once(token: Token) -> Token:
    """A bare address (`<https://…>`) is its own target: drop the link around it, or it would be shown twice."""
    if token.children:
        token.children = list(_without_bare_links(token.children))
    return token


def _without_bare_links(tokens: list[Token]) -> Iterable[Token]:
    index = 0
    while index < len(tokens):
        if _is_bare_link(tokens[index : index + 3]):
            yield tokens[index + 1]
            index += 3
        else:
            yield tokens[index]
            index += 1


def _is_bare_link(tokens: list[Token]) -> bool:
    if [token.type for token in tokens] != ["link_open", "text", "link_close"]:
        return False
    return tokens[0].markup == "autolink" and tokens[1].content == tokens[0].attrs.get("href")
