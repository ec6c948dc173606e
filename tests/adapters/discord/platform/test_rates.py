"""That Sova's own pace in Discord stays within what Discord takes; on a clock that the test moves."""

import pytest

from adapters.discord.answering.rates import PACE
from bot.chat.showing.pacing import Budgets, Seen


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def greedily(channels: int, *, seconds: int) -> list[float]:
    """When changes are made by answers that always have something to show, in this many channels."""
    clock = Clock()
    budgets, made = Budgets(PACE, clock=clock), []
    for _ in range(seconds * 20):
        for channel in range(channels):
            while budgets.wait(channel, last=True) == 0:
                budgets.spend(channel)
                made.append(clock.now)
        clock.now += 0.05
    return made


@pytest.mark.parametrize(("channels", "most", "window"), [(1, 5, 5.0), (60, 50, 1.0)], ids=["a channel", "all"])
def test_however_much_there_is_to_show_discord_is_never_asked_too_often(
    channels: int, most: int, window: float
) -> None:
    made = greedily(channels, seconds=20)
    assert len(made) > 2 * most
    assert max(sum(at <= other < at + window for other in made) for at in made) <= most


def test_a_text_on_its_way_leaves_room_for_the_last_one() -> None:
    budgets = Budgets(PACE, clock=Clock())
    while budgets.wait(1, last=False) == 0:
        budgets.spend(1)
    assert budgets.wait(1, last=True) == 0


def test_a_message_is_changed_once_a_second_at_most_and_typing_never_fades() -> None:
    assert Seen(has_news=True, shown_at=100.0).delay(PACE, now=100.4, budget=0.0) == pytest.approx(0.6)
    assert PACE.typing_seconds < 10
