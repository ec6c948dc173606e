"""Slack's markup becomes text that people, and models, can read."""

import pytest

from adapters.slack.hearing.text import readable

ME = "U0SOVA"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0SOVA> how long?", "how long?"),
        ("<@U0SOVA|sova> how long?", "how long?"),
        ("ask <@U1> or <@U2|petr>, not <@U3>", "ask @Jana or @petr, not @U3"),
        ("see <#C1|general> and <#C2>", "see #general and #C2"),
        ("<!here> <!channel|@channel> <!subteam^S1|@ops> <!subteam^S2>", "@here @channel @ops @S2"),
        ("<!date^1392734382^{date}|18 February 2014>", "18 February 2014"),
        ("<https://wiki.example.org/a|the handbook>", "the handbook (https://wiki.example.org/a)"),
        ("<https://wiki.example.org/a>", "https://wiki.example.org/a"),
        ("<http://example.org|example.org>", "http://example.org"),
        ("<mailto:jana@example.org|jana@example.org>", "jana@example.org"),
        ("<tel:+420123|+420 123>", "+420 123 (+420123)"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; is what people write", "&lt; is what people write"),
        ("```\nif a &lt; b:\n    pass\n```", "```\nif a < b:\n    pass\n```"),
        ("", ""),
        ("<>", "<>"),
    ],
)
def test_markup_reads_as_people_see_it(text: str, shown: str) -> None:
    assert readable(text, names={"U1": "Jana"}, me=ME) == shown


def test_long_texts_take_no_time() -> None:
    assert len(readable("<" * 41_000, names={}, me=ME)) == 41_000
