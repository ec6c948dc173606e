import pytest

from bot.models.pace import WINDOW_SECONDS, Pace


def test_the_rate_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    for second in range(60):
        pace.note(second, second * 1_000)
    for second in range(60, 90):
        pace.note(second, 59_000 + (second - 59) * 5_000)
    assert pace.rate == pytest.approx(5_000)
    assert pace.seconds_left(259_000) == pytest.approx(10)


def test_nothing_is_foretold_before_there_is_enough_to_tell() -> None:
    pace = Pace()
    assert (pace.rate, pace.seconds_left(10)) == (None, None)
    pace.note(0, 0)
    pace.note(0.5, 1_000)
    assert (pace.rate, pace.seconds_left(10_000)) == (None, None)


def test_what_stands_still_has_no_end() -> None:
    pace = Pace()
    for second in range(int(2 * WINDOW_SECONDS)):
        pace.note(second, 500)
    assert (pace.rate, pace.seconds_left(1_000)) == (0, None)


def test_what_begins_anew_is_measured_anew() -> None:
    pace = Pace()
    pace.note(0, 0)
    pace.note(2, 9_000_000)
    pace.note(3, 0)
    pace.note(5, 2_000)
    assert pace.rate == 1_000
