import asyncio
from contextlib import AsyncExitStack
from functools import partial

import pytest

from bot.pool.line import Line
from tests.bot.pool.mortal import until


class Guest:
    """Somebody who takes a seat and keeps it until told to leave."""

    def __init__(self, line: Line, *hosts: str, key: str = "") -> None:
        self.host: str | None = ""
        self.hosts = list(hosts)
        self.leave = asyncio.Event()
        self.task = asyncio.create_task(self._sit(line, key))

    async def _sit(self, line: Line, key: str) -> None:
        async with line.seat(key, lambda: self.hosts) as self.host:
            await self.leave.wait()

    @property
    def sits(self) -> bool:
        return bool(self.host)


async def test_there_are_as_many_seats_as_a_host_answers_at_once() -> None:
    line = Line({"a": 2})
    guests = [Guest(line, "a") for _ in range(3)]
    await until(lambda: line.running("a") == 2)
    assert [guest.sits for guest in guests] == [True, True, False]
    guests[0].leave.set()
    await until(lambda: guests[2].sits)
    assert line.running("a") == 2
    for guest in guests:
        guest.leave.set()
    await asyncio.gather(*(guest.task for guest in guests))
    assert line.running("a") == 0


async def test_who_waits_is_let_go_in_the_order_of_coming() -> None:
    line = Line({"a": 1})
    guests = [Guest(line, "a") for _ in range(4)]
    for number, guest in enumerate(guests, start=1):
        await until(partial(lambda one: one.sits, guest))
        assert sum(one.sits for one in guests) == number
        guest.leave.set()
        await guest.task


async def test_who_gives_up_waiting_takes_no_seat() -> None:
    line = Line({"a": 1})
    first, second, third = (Guest(line, "a") for _ in range(3))
    await until(lambda: first.sits)
    second.task.cancel()
    first.leave.set()
    await until(lambda: third.sits)
    assert second.task.cancelled()
    assert line.running("a") == 1
    third.leave.set()
    await third.task


async def test_a_seat_that_comes_free_while_somebody_is_going_away_is_for_the_next_one() -> None:
    line = Line({"a": 1})
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(line.seat("", lambda: ["a"]))
        second, third = Guest(line, "a"), Guest(line, "a")
        await asyncio.sleep(0)
        second.task.cancel()
    await until(lambda: third.sits)
    assert second.task.cancelled()
    third.leave.set()
    await third.task


async def test_a_seat_that_is_given_to_somebody_who_goes_away_in_that_moment_is_given_on() -> None:
    line = Line({"a": 1})
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(line.seat("", lambda: ["a"]))
        second, third = Guest(line, "a"), Guest(line, "a")
        await asyncio.sleep(0)
    second.task.cancel()  # the seat is already its own
    await until(lambda: third.sits)
    assert line.running("a") == 1
    third.leave.set()
    with pytest.raises(asyncio.CancelledError):
        await second.task
    await third.task
    assert line.running("a") == 0


async def test_who_waits_for_hosts_that_are_gone_is_told_so() -> None:
    line = Line({"a": 1})
    first, second = Guest(line, "a"), Guest(line, "a")
    await until(lambda: first.sits)
    second.hosts.clear()
    line.arrange()
    await until(lambda: second.host is None)
    assert line.running("a") == 1
    for guest in (first, second):
        guest.leave.set()
        await guest.task
    assert line.running("a") == 0


async def test_who_waits_goes_to_a_host_that_has_come() -> None:
    line = Line({"a": 1, "b": 1})
    first, second = Guest(line, "a"), Guest(line, "a")
    await until(lambda: first.sits)
    second.hosts.append("b")
    line.arrange()
    await until(lambda: second.host == "b")
    for guest in (first, second):
        guest.leave.set()
        await guest.task
