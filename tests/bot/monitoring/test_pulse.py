import pytest

from bot.monitoring.pulse import Pulse


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pulse(clock: Clock) -> Pulse:
    return Pulse(stuck_seconds=100, silent_seconds=10, clock=clock)


def test_a_process_without_a_worker_is_not_silent(pulse: Pulse, clock: Clock) -> None:
    clock.now = 1000.0
    assert pulse.life().code == "ok"


def test_a_worker_that_stops_asking_is_silent(pulse: Pulse, clock: Clock) -> None:
    pulse.beat()
    clock.now = 9.9
    assert pulse.life().is_well
    clock.now = 10.0
    assert pulse.life().code == "silent"
    pulse.beat()
    assert pulse.life().is_well


def test_an_answer_is_stuck_when_nothing_happens_to_it_for_too_long(pulse: Pulse, clock: Clock) -> None:
    pulse.took("h1", turn="a")
    pulse.took("h2", turn="b")
    clock.now = 60.0
    pulse.moved("a")
    clock.now = 100.0
    life = pulse.life()
    assert (life.code, life.answering, life.stuck) == ("stuck", 2, 1)
    pulse.left("h2")
    assert pulse.life().is_well
    clock.now = 160.0
    assert pulse.life().stuck == 1


def test_leaving_a_claim_twice_or_moving_an_unknown_turn_is_nothing(pulse: Pulse) -> None:
    pulse.left("nobody")
    pulse.moved("unknown")
    assert pulse.life().answering == 0
