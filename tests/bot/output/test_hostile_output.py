"""A model that is fully hijacked says anything, in any pieces: nothing of it is active."""

from hypothesis import given, settings

from bot.output.sanitizer import Sanitizer, sanitized
from tests.bot.output.hostile import closed, cut_text, faults, hostile_text

HOSTS = frozenset({"good.example", "*.good.example"})
GOOD = ("good.example", "sub.good.example")


@settings(max_examples=400, deadline=None)
@given(hostile_text)
def test_nothing_that_a_hijacked_model_says_is_active(text: str) -> None:
    assert faults(sanitized(text)) == []


@settings(max_examples=400, deadline=None)
@given(hostile_text)
def test_only_links_to_allowed_hosts_are_active(text: str) -> None:
    assert faults(sanitized(text, link_hosts=HOSTS), hosts=GOOD) == []


@settings(max_examples=400, deadline=None)
@given(cut_text())
def test_however_the_text_is_cut_the_same_comes_out(cut: tuple[str, list[str]]) -> None:
    text, pieces = cut
    for hosts in (frozenset[str](), HOSTS):
        sanitizer = Sanitizer(link_hosts=hosts)
        assert "".join(map(sanitizer.feed, pieces)) + sanitizer.end() == sanitized(text, link_hosts=hosts)


@settings(max_examples=200, deadline=None)
@given(cut_text())
def test_what_was_shown_so_far_is_safe_at_every_moment(cut: tuple[str, list[str]]) -> None:
    sanitizer, shown = Sanitizer(link_hosts=HOSTS), ""
    for piece in cut[1]:
        shown += sanitizer.feed(piece)
        assert faults(closed(shown), hosts=GOOD) == []
