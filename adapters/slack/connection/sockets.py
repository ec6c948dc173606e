"""Owns staying connected by Socket Mode: several sockets, each replaced before it ends, and again after any failure."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

import aiohttp

from adapters.slack.connection.socket import HEARTBEAT_SECONDS, Ending, Socket, Take, greeted, lost
from adapters.slack.faults import APP_TOKEN_SETTING, translated
from adapters.slack.rest import Rest
from bot.errors import AssistantError
from bot.service.supervising import Backoff, Supervisor

logger = logging.getLogger(__name__)

REDELIVERED_SECONDS = 30.0
"""Slack brings again what nobody took, a minute later at the latest; only longer gaps lose something."""
BACKOFF = Backoff(first=0.5, longest=30.0)


class Sockets:
    """Holds `most` connections and hands what comes to `take`.

    `clock` gives seconds.
    """

    def __init__(
        self,
        rest: Rest,
        *,
        app_token: str,
        most: int,
        take: Take,
        supervisor: Callable[[], Supervisor] = lambda: Supervisor(BACKOFF),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rest = rest
        self._app_token = app_token
        self._most = most
        self._take = take
        self._supervisor = supervisor
        self._clock = clock
        self._open: set[Socket] = set()
        self._silent_since: float | None = None
        self._others = 0
        self._listening: set[asyncio.Task[None]] = set()

    @property
    def is_alone(self) -> bool:
        """Whether everything comes to this process, as far as Slack has told: it gives each event to one connection."""
        return self._others == 0

    async def run(self, *, came_back: Callable[[], None]) -> None:
        """Be connected until cancelled. Raises what no waiting mends, such as `PlatformTokenRefused`.

        `came_back` is called when a connection is there after nobody listened for long, before anything comes over it.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for n in range(self._most):
                    stay = partial(self._stay_connected, came_back)
                    group.create_task(self._supervisor().keep(stay, name=f"Slack's socket {n + 1}"))
        except BaseExceptionGroup as errors:
            ours = [error for error in errors.exceptions if isinstance(error, AssistantError)]
            if not ours:
                raise
            raise ours[0] from None
        finally:
            await self._close()

    async def _stay_connected(self, came_back: Callable[[], None]) -> None:
        """One of the connections: where Slack asks for a new one that is opened first. Raises when it is lost."""
        current = await self._connected(came_back)
        while (ending := await current.ending) in (Ending.WARNING, Ending.REFRESH):
            current = await self._connected(came_back)
        raise lost(ending)

    async def _connected(self, came_back: Callable[[], None]) -> Socket:
        """A new connection, which listens on by itself."""
        line = await self._line()
        try:
            with translated(setting=APP_TOKEN_SETTING):
                socket = await greeted(line, self._take)
        except BaseException:
            await line.close()
            raise
        self._note(socket, came_back)
        task = asyncio.create_task(self._listen(socket))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)
        return socket

    async def _line(self) -> aiohttp.ClientWebSocketResponse:
        with translated(setting=APP_TOKEN_SETTING):
            told = await self._rest.client.apps_connections_open(app_token=self._app_token)
            return await self._rest.session.ws_connect(
                str(told["url"]), heartbeat=HEARTBEAT_SECONDS, proxy=self._rest.address.proxy
            )

    def _note(self, socket: Socket, came_back: Callable[[], None]) -> None:
        """It is there: tell whether nobody was for long, and see whether others listen too."""
        silent = self._silent_since is None or self._clock() - self._silent_since >= REDELIVERED_SECONDS
        if not self._open and silent:
            came_back()
        self._open.add(socket)
        self._others = max(0, socket.connections - len(self._open))
        logger.info("a connection to Slack is there: open=%d of_others=%d", len(self._open), self._others)

    async def _listen(self, socket: Socket) -> None:
        try:
            await socket.listen()
        finally:
            self._open.discard(socket)
            if not self._open:
                self._silent_since = self._clock()

    async def _close(self) -> None:
        listening = set(self._listening)
        for task in listening:
            task.cancel()
        if listening:
            await asyncio.wait(listening)
