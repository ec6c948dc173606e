"""Who is behind an id: told at once as far as it is known, and asked beside."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack import people as room
from adapters.slack.people import UNKNOWN, People
from adapters.slack.rest import Address, Rest
from bot.messages import Language
from tests.doubles.slack import Hold, Refuse, Slack


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def people(service: Slack, clock: Clock) -> AsyncIterator[People]:
    async with (
        Rest(Address(service.base_url), token=service.bot_token) as rest,
        People(rest, clock=clock) as people,
    ):
        yield people


def asked(service: Slack) -> int:
    return len([call for call in service.api.calls if call.method == "users.info"])


async def test_a_name_is_unknown_until_slack_has_told_it(service: Slack, people: People) -> None:
    jana = service.team.person("Jana", locale="cs-CZ")
    assert people.known(jana.id) is UNKNOWN
    assert await people.asked([jana.id]) == {jana.id: "Jana"}
    assert people.known(jana.id).language is Language.CZECH
    assert asked(service) == 1


async def test_a_name_is_asked_for_anew_after_a_day(service: Slack, people: People, clock: Clock) -> None:
    jana = service.team.person("Jana")
    await people.asked([jana.id])
    jana.user.name = "Johana"
    clock.now = room.FRESH_SECONDS + 1
    assert people.known(jana.id).name == "Jana"
    assert await people.asked([jana.id]) == {jana.id: "Johana"}


async def test_who_slack_does_not_tell_is_not_asked_for_at_once_again(
    service: Slack, people: People, clock: Clock
) -> None:
    service.faults.plan(Refuse("user_not_found"), "users.info")
    jana = service.team.person("Jana")
    assert await people.asked([jana.id]) == {}
    assert await people.asked([jana.id]) == {}
    assert asked(service) == 1
    clock.now = room.AGAIN_SECONDS + 1
    assert await people.asked([jana.id]) == {jana.id: "Jana"}


async def test_only_so_many_are_remembered(service: Slack, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 2)
    ids = [service.team.person(name).id for name in ("Jana", "Petr", "Eva")]
    for id_ in ids:
        await people.asked([id_])
    await people.asked(ids[1:])
    assert asked(service) == 3


async def test_what_is_asked_ends_with_it(service: Slack) -> None:
    hold = Hold()
    service.faults.plan(hold, "users.info")
    jana = service.team.person("Jana")
    async with Rest(Address(service.base_url), token=service.bot_token) as rest:
        async with People(rest) as people:
            people.known(jana.id)
            await hold.reached.wait()
        assert not [task for task in asyncio.all_tasks() if "_learn" in repr(task)]
    hold.released.set()
