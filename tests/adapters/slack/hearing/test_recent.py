"""What is remembered of the running discussion of a channel."""

from adapters.slack.hearing.recent import Recent
from adapters.slack.hearing.said import Said


def said(text: str, *, at: float, channel: str = "C1") -> Said:
    return Said(channel, f"{at:.6f}", "U1", text)


def test_what_was_said_before_is_told_once_in_its_order() -> None:
    recent = Recent()
    for remark in (said("b", at=2), said("a", at=1), said("b", at=2), said("elsewhere", at=1, channel="C2")):
        recent.take_in(remark)
    assert [one.text for one in recent.before(said("?", at=3))] == ["a", "b"]


def test_what_was_said_long_ago_belongs_to_another_discussion() -> None:
    recent = Recent()
    recent.take_in(said("long ago", at=100))
    recent.take_in(said("just now", at=650))
    assert [one.text for one in recent.before(said("?", at=701))] == ["just now"]


def test_of_a_very_long_remark_the_beginning_is_kept() -> None:
    recent = Recent()
    recent.take_in(said("x" * 41_000, at=1))
    assert [len(one.text) for one in recent.before(said("?", at=2))] == [4_000]
