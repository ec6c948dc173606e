"""Holds Slack's Markdown to what safe Markdown means, at any cut of the stream, and to pinging nobody."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.rendering.limits import TABLE_ROWS
from adapters.slack.rendering.markdown import DRAWN_TABLES, OWN_TABLES, Writer, in_markdown
from adapters.slack.rendering.pinging import Breaking, without_pings
from bot.output.sanitizer import sanitized
from tests.adapters.slack.rendering.pings import OWN_LINK, PING
from tests.bot.chat.rendering.texts import cuts_of, sizes, written

HOSTS = frozenset({"ok.example"})
PINGS = (
    "<@U012ABCDEF>", "<#C012ABCDEF|general>", "<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S012>",
    "<!date^1392734382^{date}^https://evil.example|today>", "<https://evil.example|click>", "<mailto:a@b.example|a>",
    "&lt;@U012ABCDEF&gt;", "\\<@U012ABCDEF>", "`<@U012ABCDEF>`", "`<!channel>`", "```\n<!here>\n```\n", "<", "@", "!",
    "channel", "`", "@channel", "@here ", "<@", "U012", "| <@U1> | `<!here>` |\n|---|---|\n", "[x](<!channel>)",
)  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PINGS), written), max_size=12).map("".join)


def shown(text: str) -> str:
    """What becomes of a model's text."""
    return in_markdown(sanitized(text, link_hosts=HOSTS), OWN_TABLES).rstrip("\n")


@pytest.mark.parametrize(
    ("markdown", "slack"),
    [
        ("# One\n##### Five", "# One\n##### Five"),
        ("- [ ] open\n* [x] done\n1. one\n2) two", "- [ ] open\n* [x] done\n1. one\n2) two"),
        ("> one\n> > two", "> one\n> > two"),
        ("a\n\n---\nb", "a\n\n---\nb"),
        ("a &lt; b &amp;&amp; c &quot;d&quot; &mdash;", 'a &lt; b &amp;&amp; c "d" —'),
        ("so \\(x^2 \\leq 3\\) is[^1]", "so `x² ≤ 3` is¹"),
        ("__two words__ in __init__.py", "**two words** in \\_\\_init\\_\\_.py"),
        ("||seen||", "||seen||"),
        ("```py\nx = a < b\n```", "```py\nx = a < b\n```"),
        ("see <https://ok.example/a>", "see https://ok.example/a"),
        ("see <https://evil.example/a>", "see `https://evil.example/a`"),
        ("![logo](https://evil.example/l.png)", "[logo] (`https://evil.example/l.png`)"),
    ],
)
def test_what_slack_knows_stays_markdown_and_what_it_lacks_is_made_readable(markdown: str, slack: str) -> None:
    assert shown(markdown) == slack


def test_a_table_stays_a_table_between_empty_lines_with_its_bars_escaped() -> None:
    text = "Look:\n| Model | Size |\n|---|--:|\n| `a|b` | **4** |\n| c |\nso"
    assert shown(text) == "Look:\n\n| Model | Size |\n| --- | ---: |\n| `a\\|b` | **4** |\n| c |  |\n\nso"


def test_a_long_table_goes_on_in_another_one_with_the_same_columns() -> None:
    table = "| Name | Size |\n|---|---|\n" + "".join(f"| n{number} | 7 GB |\n" for number in range(250))
    parts = re.findall(r"(?m)^\| Name \| Size \|\n\| --- \| --- \|\n((?:\| n.*\n?)+)", shown(table))
    assert len(parts) == 3
    assert all(part.count("\n") < TABLE_ROWS for part in parts)
    assert "".join(parts).count("7 GB") == 250


@pytest.mark.parametrize("table", ["> | q |\n> |---|\n> | x |", "|" + "a|" * 21 + "\n|" + "-|" * 21])
def test_a_table_that_slack_could_not_draw_is_a_block_of_code(table: str) -> None:
    assert "```" in shown(table)


def test_tables_are_drawn_where_slack_takes_none() -> None:
    assert "| a |" not in in_markdown("| a |\n|---|\n| b |\n", DRAWN_TABLES)
    assert in_markdown("| a |\n|---|\n| b |\n", DRAWN_TABLES) == "```\na\n─\nb\n```\n"


@settings(max_examples=300, deadline=None)
@given(hostile)
def test_no_text_of_a_model_mentions_anybody_or_makes_a_link_of_slacks_own(text: str) -> None:
    for style in (OWN_TABLES, DRAWN_TABLES):
        slack = in_markdown(sanitized(text, link_hosts=HOSTS), style)
        assert not PING.search(slack)
        assert not OWN_LINK.search(slack)


@settings(max_examples=200, deadline=None)
@given(hostile, sizes)
def test_what_was_written_never_changes_however_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    whole, writer, so_far, given_text = in_markdown(text, OWN_TABLES), Writer(OWN_TABLES), "", ""
    for piece in cuts_of(text, cuts):
        so_far += writer.feed(piece)
        given_text += piece
        assert whole.startswith(so_far)
        assert so_far + writer.tail() == in_markdown(given_text, OWN_TABLES)
    assert so_far + writer.tail() == whole


@given(st.lists(st.sampled_from([*PINGS, "a < b ", "List<String>", "<!-- x -->"])).map("".join), sizes)
def test_mentions_are_broken_in_code_too_and_other_code_stays_as_it_is(text: str, cuts: list[int]) -> None:
    breaking, so_far = Breaking(), ""
    for piece in cuts_of(text, cuts):
        so_far += breaking.feed(piece)
    assert so_far + breaking.tail() == without_pings(text)
    assert not PING.search(without_pings(text))


def test_code_that_mentions_nobody_is_not_touched() -> None:
    code = "if a <b and c<!d: List<String> <!-- x --> std::vector<std::string> #include <stdio.h>"
    assert without_pings(code) == code
