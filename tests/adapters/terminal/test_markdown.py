import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.token import Token
from rich.console import Console

from adapters.terminal.markdown import _PARSER, GrowingText, SafeMarkdown, finished_length

FRAGMENTS = st.sampled_from(
    [
        "word",
        "# ",
        "#",
        "\n",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "2. ",
        "> ",
        "```",
        "```py",
        "~~~",
        "    ",
        "  ",
        "a | b",
        "|",
        "--|--",
        "-",
        "---",
        "===",
        "***",
        "*",
        "**",
        "`",
        "[x](http://e)",
        "[x]: http://e",
        "<div>",
        "\t",
        "\\",
        "&#13;",
        "ě",
        "😀",
    ]
)
PIECES = st.lists(FRAGMENTS, max_size=40)


def grown(pieces: list[str]) -> tuple[list[str], str]:
    text, finished = GrowingText(), []
    for piece in pieces:
        text.add(piece)
        finished.append(text.take_finished())
    return [part for part in finished if part], text.open


def blocks(text: str) -> list[tuple[str, str]]:
    return [_told(token) for token in _PARSER.parse(text)]


def _told(token: Token) -> tuple[str, str]:
    return token.type, token.content


def drawn(text: str, *, width: int = 40) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, height=10)
    console.print(SafeMarkdown(text))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@given(PIECES)
def test_finished_and_open_text_are_the_input_however_it_was_cut(pieces: list[str]) -> None:
    finished, rest = grown(pieces)
    assert "".join(finished) + rest == "".join(pieces)


@given(PIECES)
@example(["foo\n", "#", "tag\n\nbar\n"])
@example(["foo\n", "-", " bar\n\nbaz\n"])
def test_blocks_that_were_finished_early_are_the_blocks_of_the_whole(pieces: list[str]) -> None:
    finished, rest = grown(pieces)
    assert [block for part in [*finished, rest] for block in blocks(part)] == blocks("".join(pieces))


def test_an_open_fence_is_not_finished_whatever_it_holds() -> None:
    text = "Look:\n\n```py\n# not a heading\n\n- not a list\n\n"
    assert text[: finished_length(text)] == "Look:\n\n"


def test_a_block_is_finished_when_the_next_one_has_begun() -> None:
    text = "One.\n\nTwo.\n"
    assert text[: finished_length(text)] == "One.\n\n"


def test_a_line_that_is_still_being_written_finishes_nothing() -> None:
    assert finished_length("One.\n\n#") == 0


@given(PIECES, st.integers(min_value=1, max_value=60))
def test_any_markdown_is_drawn_without_controls_at_any_width(pieces: list[str], width: int) -> None:
    output = drawn("".join(pieces), width=width)
    assert not set(output.replace("\x1b[", "")) & {"\x1b", "\r", "\x07", "\x9b"}


@pytest.mark.parametrize(
    "text", ["&#13;gone", "&#x202e;desrever", "`a\x1b]0;title\x07`", "# \x1b[2J", "[a](<b\x1b[2J>)"]
)
def test_nothing_in_the_text_steers_the_terminal(text: str) -> None:
    output = drawn(text)
    assert "\r" not in output
    assert "\u202e" not in output
    assert "\x1b[2J" not in output
    assert "\x1b]" not in output


def test_a_link_shows_where_it_leads_and_is_not_clickable() -> None:
    output = drawn("[your bank](https://evil.example/login)", width=80)
    assert "your bank" in output
    assert "https://evil.example/login" in output
    assert "\x1b]8;" not in output


def test_a_bare_address_is_shown_once() -> None:
    assert drawn("<https://example.org/>", width=80).count("https://example.org/") == 1


def test_a_picture_is_only_its_words_and_its_address() -> None:
    output = drawn("![a cat](https://evil.example/pixel.png)", width=80)
    assert "a cat" in output
    assert "https://evil.example/pixel.png" in output


def test_angle_brackets_and_tags_are_shown_as_they_are() -> None:
    assert "vector<int> <script>alert(1)</script>" in drawn("vector<int> <script>alert(1)</script>", width=80)


def test_an_address_that_is_defined_below_does_not_vanish() -> None:
    assert "https://evil.example" in drawn("See [it][1].\n\n[1]: https://evil.example\n", width=80)


def test_lines_have_no_trailing_spaces() -> None:
    assert all(line == line.rstrip(" ") for line in drawn("# T\n\nword\n\n```py\nx\n```").split("\n"))
