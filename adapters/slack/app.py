"""Owns Sova's life in Slack: connecting, hearing questions, catching up after a gap, and what ends a connection."""

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.callers import PLATFORM, mark_at
from adapters.slack.connection.bolt import new_app, taking
from adapters.slack.connection.requests import Requests
from adapters.slack.connection.sockets import Sockets
from adapters.slack.hearing.hearing import Hearing
from adapters.slack.people import People
from adapters.slack.rest import Address, Rest
from adapters.slack.surroundings import Answering, Surroundings, Workspace
from bot.chat.hearing.catching_up import CatchingUp
from bot.errors import AssistantError
from bot.messages import Attachment, Incoming
from bot.service.platforms import Outbound, Platform, Receive, Remember, Told

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BySockets:
    """Slack is reached by `count` connections that the app's token opens."""

    app_token: str = field(repr=False)
    count: int = 2


@dataclass(frozen=True, slots=True)
class ByRequests:
    """Slack comes to `host` and `port` with requests that it signs."""

    signing_secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 3000


@dataclass(frozen=True, slots=True)
class Account:
    """Who Sova is in Slack, where that is, and how she hears."""

    bot_token: str = field(repr=False)
    address: Address
    by: BySockets | ByRequests


AnswerBy = Callable[[Rest], AbstractAsyncContextManager[Answering]]
"""Opens the half that shows answers, by this way to Slack."""


class SlackPlatform:
    """The whole adapter. Each `run` is one life of a Bolt app and its connections; answers are shown without them."""

    def __init__(self, account: Account, around: Surroundings, *, rest: Rest, answering: Answering) -> None:
        self._account = account
        self._around = around
        self._rest = rest
        self._answering = answering
        self._catching_up = CatchingUp(PLATFORM, around.seen, mark_at=mark_at, keep_seconds=around.keep_seconds)

    @property
    def name(self) -> str:
        """As in `ConversationKey.platform`."""
        return PLATFORM

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """See `Outbound`."""
        await self._answering.deliver(incoming, told, posted=posted, remember=remember)

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        """See `Outbound`."""
        await self._answering.announce(incoming, ahead, posted=posted, remember=remember)

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        """See `Outbound`."""
        await self._answering.refuse(incoming, error)

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """See `Outbound`."""
        return await self._answering.fetch(attachment, most_bytes=most_bytes)

    async def run(self, receive: Receive) -> None:
        """Be connected, and hand every question to `receive`, until cancelled.

        Raises `PlatformTokenRefused`, `PlatformScopesMissing` and `BadSetting`, which the operator must mend;
        `PlatformUnreachable`, which time does.
        """
        identity = await self._rest.identity()
        logger.info("known to Slack: workspace=%s user=%s", identity.team, identity.user)
        async with self._catching_up.keeping(), People(self._rest) as people:
            workspace = Workspace(self._rest, identity, people)
            match self._account.by:
                case BySockets() as by:
                    await self._by_sockets(by, workspace, receive)
                case ByRequests() as by:
                    await self._by_requests(by, workspace, receive)

    async def _by_sockets(self, by: BySockets, workspace: Workspace, receive: Receive) -> None:
        app = new_app(self._rest, workspace.identity)
        sockets = Sockets(self._rest, app_token=by.app_token, most=by.count, take=taking(app))
        async with self._hearing(app, workspace, receive, is_alone=lambda: sockets.is_alone) as hearing:
            await sockets.run(came_back=hearing.came_back)

    async def _by_requests(self, by: ByRequests, workspace: Workspace, receive: Receive) -> None:
        """One process hears them all: a thread's talk is followed in memory."""
        app = new_app(self._rest, workspace.identity)
        async with self._hearing(app, workspace, receive, is_alone=lambda: True) as hearing:
            requests = Requests(app, signing_secret=by.signing_secret, host=by.host, port=by.port)
            await requests.run(is_up=hearing.came_back)

    @asynccontextmanager
    async def _hearing(
        self, app: AsyncApp, workspace: Workspace, receive: Receive, *, is_alone: Callable[[], bool]
    ) -> AsyncIterator[Hearing]:
        """The app listens. What nobody listens to is acknowledged, or Slack would bring it again."""
        hearing = Hearing(
            self._around,
            workspace,
            answering=self._answering,
            receive=receive,
            catching_up=self._catching_up,
            is_alone=is_alone,
        )
        hearing.listen(app)
        await self._around.controls.setup(app, receive, workspace)
        app.event(re.compile(""))(_pass_over)
        try:
            yield hearing
        finally:
            await self._around.controls.close()
            await hearing.close()


async def _pass_over() -> None:
    """An event that means nothing to Sova."""


@asynccontextmanager
async def open_platform(account: Account, around: Surroundings, *, answer_by: AnswerBy) -> AsyncIterator[Platform]:
    """The whole adapter; it connects when it is run."""
    async with Rest(account.address, token=account.bot_token) as rest, answer_by(rest) as answering:
        yield SlackPlatform(account, around, rest=rest, answering=answering)


@asynccontextmanager
async def open_outbound(account: Account, *, answer_by: AnswerBy) -> AsyncIterator[Outbound]:
    """The half that shows answers, which needs no connection of its own."""
    async with Rest(account.address, token=account.bot_token) as rest, answer_by(rest) as answering:
        yield answering
