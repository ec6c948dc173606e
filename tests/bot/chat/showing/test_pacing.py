"""When messages are changed; a clock that the test moves."""

from dataclasses import dataclass, field, replace

import pytest

from bot.chat.showing.pacing import CHANNELS, Budget, Budgets, Pace, Rate, Seen

RATE, FREE = Rate(5, window=5.0, reserved=1), Rate(10_000, window=1.0, reserved=0)
PACE = Pace(channel=RATE, whole=FREE, edit_seconds=1.0, state_seconds=1.0, typing_seconds=8.0)


@dataclass
class Clock:
    now: float = 100.0
    told: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now


def test_four_changes_go_at_once_the_fifth_is_kept_for_the_last_text() -> None:
    clock = Clock()
    budget = Budget(RATE, clock=clock)
    for _ in range(4):
        assert budget.wait(last=False) == 0
        budget.spend()
    assert budget.wait(last=False) == 5.0
    assert budget.wait(last=True) == 0
    budget.spend()
    assert budget.wait(last=True) == 5.0


def test_what_was_done_longer_ago_than_the_window_no_longer_counts() -> None:
    clock = Clock()
    budget = Budget(RATE, clock=clock)
    for _ in range(5):
        budget.spend()
        clock.now += 1
    assert budget.wait(last=True) == 0
    assert budget.wait(last=False) == 1.0
    clock.now += 1
    assert budget.wait(last=False) == 0


def test_answers_in_one_channel_share_its_budget_and_others_have_their_own() -> None:
    budgets = Budgets(PACE, clock=Clock())
    for _ in range(5):
        budgets.spend(1)
    assert budgets.wait(1, last=True) == 5.0
    assert budgets.wait(2, last=False) == 0


def test_all_channels_together_keep_within_what_the_platform_takes() -> None:
    budgets = Budgets(replace(PACE, whole=Rate(10, window=1.0, reserved=4)), clock=Clock())
    for channel in range(6):
        budgets.spend(channel)
    assert budgets.wait(99, last=False) == 1.0
    assert budgets.wait(last=True) == 0


def test_channels_that_nobody_asks_for_are_forgotten() -> None:
    budgets = Budgets(PACE, clock=Clock())
    for _ in range(5):
        budgets.spend(0)
    for channel in range(1, CHANNELS + 1):
        budgets.spend(channel)
    assert budgets.wait(0, last=True) == 0


async def test_taking_waits_for_the_clock() -> None:
    budgets = Budgets(replace(PACE, channel=Rate(1, window=0.01, reserved=0)))
    await budgets.take(1, last=True)
    assert budgets.wait(1, last=True) > 0
    await budgets.take(1, last=True)


@pytest.mark.parametrize(
    ("seen", "budget", "delay"),
    [
        (Seen(), 0.0, None),
        (Seen(has_news=True), 0.0, 0.0),
        (Seen(has_news=True), 2.0, 2.0),
        (Seen(has_news=True, shown_at=99.75), 0.0, 0.75),
        (Seen(has_news=True, shown_at=99.75), 2.0, 2.0),
        (Seen(has_news=True, shown_at=90.0), 0.0, 0.0),
        (Seen(shown_at=99.0), 0.0, None),
        (Seen(state_at=99.5), 0.0, 0.5),
        (Seen(state_at=90.0), 0.0, 0.0),
        (Seen(state_at=99.5, has_news=True), 0.0, 0.0),
        (Seen(state_at=99.5, shown_at=99.0), 0.0, None),
    ],
)
def test_the_first_words_come_at_once_and_later_ones_every_second(
    seen: Seen, budget: float, delay: float | None
) -> None:
    assert seen.delay(PACE, now=100.0, budget=budget) == delay
