"""What holds of every dialect: cuts of the stream make no difference, and what a platform knows is its own to write."""

import re

import pytest
from hypothesis import given, settings

from bot.chat.rendering.dialect import Dialect, in_dialect
from tests.bot.chat.rendering.styles import PLAIN, PlainStyle
from tests.bot.chat.rendering.texts import cuts_of, sizes, written


class Shouting(PlainStyle):
    """Marks each thing that a platform may write its own way."""

    def rule(self, line: str) -> str:
        return "RULE"

    def quotes(self, marks: str) -> str:
        return "QUOTE " * marks.count(">")

    def heading(self, marks: str, text: str) -> str:
        return f"HEADING{len(marks)} {text}"

    def marker(self, found: re.Match[str]) -> str:
        return "ITEM "

    def character(self, entity: str) -> str:
        return "CHARACTER"

    def autolink(self, address: str) -> str:
        return f"LINK {address}"

    def bars(self, bars: str) -> str:
        return "BARS"


@pytest.mark.parametrize(
    "text",
    [
        "# One\n###### Six", "---", "> > twice", "- one\n  1. two", "- [ ] open", "-# small", "a &lt; b", "||a||",
        "<https://ok.example/a>", "**bold** *it* ~~gone~~ `code`", "```py\nx\n```",
    ],
)  # fmt: skip
def test_without_a_dialect_of_its_own_a_platform_gets_markdown_as_it_came(text: str) -> None:
    assert in_dialect(text, PLAIN) == text + "\n"


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("## Two ##", "HEADING2 Two"),
        ("***", "RULE"),
        ("> > twice", "QUOTE QUOTE twice"),
        ("  - one", "  ITEM one"),
        ("a &lt; ||b||", "a CHARACTER BARSbBARS"),
        ("see <https://ok.example/a>.", "see LINK https://ok.example/a."),
        ("`&lt; ||` \\|\\|", "`&lt; ||` \\|\\|"),
    ],
)
def test_a_platform_writes_what_it_knows_otherwise_in_its_own_way_and_never_in_code(text: str, shouted: str) -> None:
    assert in_dialect(text, Shouting()) == shouted + "\n"


@settings(max_examples=200, deadline=None)
@given(written, sizes)
def test_what_was_written_never_changes_however_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    whole, dialect, so_far = in_dialect(text, Shouting()), Dialect(Shouting()), ""
    for piece in cuts_of(text, cuts):
        so_far += dialect.feed(piece)
        assert whole.startswith(so_far)
    assert so_far + dialect.end() == whole
