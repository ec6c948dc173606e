import asyncio

import pytest

from bot.errors import EngineUnreachable
from bot.monitoring.health import Checkup, Health, Part, State


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Service:
    """A part that says what it is told to, and counts how often it was asked."""

    def __init__(self, code: str | Exception = "ok") -> None:
        self.code = code
        self.asked = 0

    async def check(self) -> str:
        self.asked += 1
        if isinstance(self.code, Exception):
            raise self.code
        return self.code


def _with(service: Service, *, clock: Clock | None = None, seconds: float = 2.0) -> Checkup:
    checkup = Checkup(seconds=seconds, clock=clock or Clock())
    checkup.expect("engine")
    checkup.look_at("engine", service.check)
    return checkup


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], State.READY),
        ([Part("a", "ok"), Part("b", "not-configured")], State.READY),
        ([Part("a", "ok"), Part("b", "timeout", needed=False)], State.DEGRADED),
        ([Part("a", "timeout"), Part("b", "timeout", needed=False)], State.UNREADY),
        ([Part("a", "starting")], State.UNREADY),
    ],
)
def test_the_state_is_what_the_worst_part_leads_to(parts: list[Part], state: State) -> None:
    assert Health(tuple(parts)).state is state


async def test_however_often_somebody_asks_a_part_is_asked_once_a_second() -> None:
    service, clock = Service(), Clock()
    checkup = _with(service, clock=clock)
    await asyncio.gather(*(checkup.look() for _ in range(50)))
    clock.now = 0.99
    await checkup.look()
    assert service.asked == 1
    clock.now = 1.0
    await checkup.look()
    assert service.asked == 2


async def test_a_part_that_does_not_answer_in_time_is_told_so() -> None:
    checkup = Checkup(seconds=0.01)
    never = asyncio.Event()

    async def hang() -> str:
        await never.wait()
        return "ok"

    checkup.expect("engine")
    checkup.look_at("engine", hang)
    async with asyncio.timeout(5):
        assert (await checkup.look()).parts == (Part("engine", "timeout"),)


async def test_an_error_is_told_by_its_code_and_none_gets_out(caplog: pytest.LogCaptureFixture) -> None:
    away = _with(Service(EngineUnreachable("ollama", "http://secret.lan")))
    assert (await away.look()).plain() == {
        "state": "unready",
        "parts": {"engine": {"code": "engine-unreachable", "needed": True}},
    }
    broken = _with(Service(ZeroDivisionError()))
    assert (await broken.look()).parts[0].code == "unexpected"
    assert "engine" in caplog.text


async def test_what_becomes_known_of_a_part_holds_at_once() -> None:
    checkup = Checkup(clock=Clock())
    checkup.expect("index", needed=False)
    assert (await checkup.look()).parts[0].code == "starting"
    checkup.settle("index", "not-configured")
    assert (await checkup.look()).parts == (Part("index", "not-configured", needed=False),)
