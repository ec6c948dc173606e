"""Holds mrkdwn to escaping what Slack reads, and to being cut without tearing anything apart."""

import html

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.rendering.limits import FALLBACK
from adapters.slack.rendering.mrkdwn import bold, fallback, pieces, plainly, quoted


def test_the_three_signs_that_slack_reads_are_escaped_and_mentions_are_broken() -> None:
    assert plainly("a < b && c > d") == "a &lt; b &amp;&amp; c &gt; d"
    assert plainly("<@U1> @channel") == "&lt;\u2060@U1&gt; @\u2060channel"


def test_titles_are_bold_lines_that_no_star_ends_and_quotations_go_on_in_each_line() -> None:
    assert bold("A *title*\nof two lines") == "*A ∗title∗ of two lines*"
    assert bold(" \n") == ""
    assert quoted("one\ntwo") == ">one\n>two"


@given(st.text(alphabet="ab <>&\n", max_size=300), st.integers(12, 60))
def test_a_long_text_is_cut_into_pieces_and_no_reference_is_torn_apart(text: str, limit: int) -> None:
    cut = pieces(plainly(text), limit=limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(map(html.unescape, cut)).split()) == "".join(text.split())


def test_a_text_is_cut_between_paragraphs_then_lines_then_words() -> None:
    assert pieces("one two\n\nthree four", limit=15) == ("one two", "three four")
    assert pieces("one two\nthree four", limit=15) == ("one two", "three four")
    assert pieces("one two three four", limit=15) == ("one two three", "four")


def test_a_notification_has_the_words_of_an_answer_without_its_marks() -> None:
    assert fallback("# Yes\nIt is **so**, `x < y`:\n```py\na &amp;&amp; b\n```\n\\*end") == (
        "Yes\nIt is so, x &lt; y:\na &amp;&amp; b\n*end"
    )
    assert fallback("@**channel** <**@U1>") == "@\u2060channel &lt;\u2060@U1&gt;"
    assert 0 < len(fallback("a & b " * 9_000)) <= FALLBACK
    assert fallback("**\n```\n```") == "…"
