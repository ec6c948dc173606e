"""When something was written that nobody will bring again: after a gap that is longer than Slack's own patience."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from adapters.slack.connection.socket import Envelope, Taken
from adapters.slack.connection.sockets import REDELIVERED_SECONDS, Sockets
from adapters.slack.rest import Address, Rest
from bot.service.supervising import Backoff, Supervisor
from tests.doubles.slack import Slack


@dataclass
class Life:
    """Sockets whose time the test makes; `heard` are the kinds of what came, `gaps` how often something was lost."""

    slack: Slack
    now: float = 0.0
    gaps: int = 0
    pauses: int = 0
    heard: list[str] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def lose(self) -> None:
        self.gaps += 1

    async def pause(self, seconds: float) -> None:
        self.pauses += 1
        self.slack.world.changes.tell()
        await asyncio.sleep(seconds)

    async def take(self, envelope: Envelope) -> Taken:
        self.heard.append(envelope.payload["event"]["type"])
        self.slack.world.changes.tell()
        return Taken()

    async def hears(self) -> None:
        """Something comes, so the connection is there on both sides."""
        before = len(self.heard)
        await self.slack.until_connected()
        await self.slack.team.person("Somebody").opens_home()
        await self.slack.until(lambda: len(self.heard) > before)


@pytest.fixture
async def life(service: Slack) -> AsyncIterator[Life]:
    life = Life(service)
    supervisor = partial(Supervisor, Backoff(first=0.01, longest=0.01), sleep=life.pause)
    async with Rest(Address(service.base_url), token=service.bot_token) as rest:
        sockets = Sockets(
            rest, app_token=service.app_token, most=1, take=life.take, supervisor=supervisor, clock=life.clock
        )
        running = asyncio.create_task(sockets.run(came_back=life.lose))
        yield life
        running.cancel()
        await asyncio.wait({running})


async def test_before_the_first_connection_everything_is_a_gap(life: Life) -> None:
    await life.hears()
    assert life.gaps == 1


async def test_what_was_missed_for_a_moment_slack_brings_again(life: Life) -> None:
    await life.hears()
    life.slack.sockets.cut()
    await life.slack.until(lambda: life.slack.sockets.opened == 2)
    await life.hears()
    assert life.gaps == 1


async def test_after_a_longer_gap_something_is_lost(life: Life) -> None:
    await life.hears()
    async with life.slack.outage():
        await life.slack.until(lambda: life.pauses >= 3)  # by then the connection is known to be lost
        life.now += REDELIVERED_SECONDS + 1
    await life.hears()
    assert life.gaps == 2


async def test_a_connection_that_is_renewed_leaves_no_gap(life: Life) -> None:
    await life.hears()
    life.now += REDELIVERED_SECONDS + 1
    life.slack.sockets.refresh()
    await life.slack.until(lambda: life.slack.sockets.opened == 2)
    await life.hears()
    assert life.gaps == 1
