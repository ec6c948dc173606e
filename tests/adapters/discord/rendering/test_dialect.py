"""Holds Discord's Markdown to what safe Markdown means, at any cut of the stream, and to staying safe."""

import re

import pytest
from hypothesis import given, settings

from adapters.discord.rendering.dialect import RULE, STYLE, in_dialect
from bot.chat.rendering.dialect import Dialect
from bot.output.sanitizer import sanitized
from tests.bot.chat.rendering.texts import cuts_of, sizes, written

HOSTS = frozenset({"ok.example"})
CODE_AND_ESCAPES = re.compile(
    r"(?ms)^(?:> ?)* {0,3}```[\w+#.-]*$.*?^[> ]*```$|\\[!-/:-@\[-`{-~]|(`+)(?!`)[^\n]*?(?<!`)\1(?!`)"
)


def shown(text: str) -> str:
    """What becomes of a model's text."""
    return in_dialect(sanitized(text, link_hosts=HOSTS)).rstrip("\n")


@pytest.mark.parametrize(
    ("markdown", "discord"),
    [
        ("# One\n### Three", "# One\n### Three"),
        ("#### Four **and** so on ####", "**Four and so on**"),
        ("#tag and C#", "#tag and C#"),
        ("1986. That year", "1986\\. That year"),
        ("1. one\n2) two", "1. one\n2. two"),
        ("- [ ] open\n* [x] done\n+ plus", "- ☐ open\n- ☑ done\n- plus"),
        ("> one\n> > two", "> one\n> ┃ two"),
        (">>> all", "> ┃ ┃ all"),
        ("a\n\n---\n***\n___", f"a\n\n{RULE}\n{RULE}\n{RULE}"),
        ("-# small", "\\-# small"),
        ("||hidden||", "\\|\\|hidden\\|\\|"),
        ("__two words__", "**two words**"),
        ("__init__.py and a__b__c", "\\_\\_init\\_\\_.py and a\\_\\_b\\_\\_c"),
        ("name: ____", "name: \\_\\_\\_\\_"),
        ("a &lt; b &amp;&amp; c &gt; d", "a \\< b && c \\> d"),
        ("5&nbsp;kg &mdash; &eacute;", "5\u00a0kg — é"),
        ("&zwj;&shy;&#64;", "\\&zwj;\\&shy;\\&#64;"),
        ("said[^1] and[^why]\n\n[^1]: by whom", "said¹ and(why)\n\n¹ by whom"),
        ("so \\(x^2 \\leq 3\\) is", "so `x² ≤ 3` is"),
        ("$$\\frac{a+b}{2}$$", "`(a+b)/2`"),
        ("it costs $5 and $6", "it costs $5 and $6"),
        ("$\\alpha_1$", "`α₁`"),
        ("\\[\nE = mc^2\n\\]\nso", "```\nE = mc²\n```\nso"),
        ("`a &lt; __b__ ||c||`", "`a &lt; __b__ ||c||`"),
        ("```py\n# __x__ ||\n| a |\n```", "```py\n# __x__ ||\n| a |\n```"),
        ("[t](https://ok.example/a__b)", "[t](https://ok.example/a__b)"),
        ("https://ok.example/x__y__z", "https://ok.example/x__y__z"),
        ("5 * 3 \\* 2", "5 * 3 \\* 2"),
        ("**__both of them__**", "**\\_\\_both of them\\_\\_**"),
        ("\\(a]\\text{(b}\\)", "`a]\u2060(b`"),
        ("a __ b", "a \\_\\_ b"),
        ("`a`\\(b\\)", "`a`\\(b\\)"),
        ("$$\na = 1\n\nb", "```\na = 1\n```\nb"),
        ("$$\na = 1\n```py\nb\n```", "```\na = 1\n```\n```py\nb\n```"),
    ],
)
def test_what_discord_lacks_is_made_readable_and_what_it_reads_otherwise_is_escaped(
    markdown: str, discord: str
) -> None:
    assert shown(markdown) == discord


def test_a_table_becomes_an_aligned_block_and_text_with_bars_stays() -> None:
    assert shown("| Model | Size |\n|---|---|\n| `a` | 4.7 GB |\n| b | 12 GB |\n\nso | so") == (
        "```\nModel    Size\n─────  ──────\na      4.7 GB\nb       12 GB\n```\n\nso | so"
    )
    assert shown("| just | this |\nline") == "| just | this |\nline"
    assert shown("> | q |\n> |---|\n> | x |") == "> ```\n> q\n> ─\n> x\n> ```"


@settings(max_examples=200, deadline=None)
@given(written, sizes)
def test_what_was_written_never_changes_however_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    whole, dialect, so_far, given_text = in_dialect(text), Dialect(STYLE), "", ""
    for piece in cuts_of(text, cuts):
        so_far += dialect.feed(piece)
        given_text += piece
        assert whole.startswith(so_far)
        assert so_far + dialect.tail() == in_dialect(given_text)
    assert so_far + dialect.end() == whole


@settings(deadline=None)
@given(written)
def test_nothing_safe_comes_alive(text: str) -> None:
    discord = shown(text)
    outside = CODE_AND_ESCAPES.sub("·", discord)
    assert not re.search(r"@(?:everyone|here)\b|<[@#]", outside)
    assert all(found.startswith("https://ok.example/") for found in re.findall(r"https?://\S+", outside))
    assert set(re.findall(r"\]\(([^)\s]*)\)", outside)) <= {"https://ok.example/a_b"}


@pytest.mark.parametrize(
    "text",
    ["@**everyone**", "#### @**everyone**", "@__everyone__", "\\(@\\text{everyone}\\)", "| a |\n|-|\n| @**here** |"],
)
def test_no_mention_is_put_together(text: str) -> None:
    assert not re.search(r"@(?:everyone|here)", shown(text))


def test_text_streams_word_by_word_and_does_not_wait_for_its_line() -> None:
    dialect = Dialect(STYLE)
    assert dialect.feed("The answer is that **it") == "The answer is that **it"
    assert dialect.feed(" is** so &am") == " is** so "
    assert dialect.tail() == "&am\n"
