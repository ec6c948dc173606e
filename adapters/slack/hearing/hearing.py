"""Owns one life of hearing: the Bolt app with its listeners, what they lead to, and catching up beside it."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.connection.backlog import SlackBacklog
from adapters.slack.hearing.ears import Ears
from adapters.slack.hearing.history import History
from adapters.slack.hearing.noting import OwnThreads
from adapters.slack.hearing.reading import InThread, SlackReading
from adapters.slack.hearing.recent import Recent
from adapters.slack.hearing.threads import Threads
from adapters.slack.surroundings import Answering, Surroundings, Workspace
from bot.chat.hearing.catching_up import CatchingUp
from bot.chat.hearing.intake import Intake
from bot.errors import AssistantError
from bot.service.platforms import Receive

logger = logging.getLogger(__name__)


class Hearing:
    """Hands what people ask in `workspace` to `receive`. `is_alone` says whether everything comes to this process."""

    def __init__(
        self,
        around: Surroundings,
        workspace: Workspace,
        *,
        answering: Answering,
        receive: Receive,
        catching_up: CatchingUp,
        is_alone: Callable[[], bool],
    ) -> None:
        me, recent = workspace.identity.user, Recent()
        self._history = History(workspace.rest, me=me)
        self._catching_up = catching_up
        threads = Threads(self._history, me=me, is_alone=is_alone)
        reading = SlackReading(
            workspace.identity, workspace.people, recent, around.places, around.language, show=answering.begin
        )
        self._intake = Intake[InThread](
            reading,
            receive=receive,
            withdraw=lambda incoming: around.inbox.withdraw(incoming.conversation, incoming.id),
            marks=OwnThreads(catching_up, threads),
            patience=around.patience,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._ears = Ears(
            self._intake,
            reading=reading,
            threads=threads,
            recent=recent,
            commands=around.controls,
            withdraw=around.inbox.withdraw,
        )

    def listen(self, app: AsyncApp) -> None:
        """Hear what people write."""
        self._ears.listen(app)

    def came_back(self) -> None:
        """Somebody listens again: what was written meanwhile came to nobody, and is read beside what comes now."""
        self._catching_up.lose()
        task = asyncio.create_task(self._catch_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Hear nothing more."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._intake.close()

    async def _catch_up(self) -> None:
        backlog = SlackBacklog(self._history, self._ears, await self._mine())
        await self._catching_up.catch_up(backlog, self._intake.missed)

    async def _mine(self) -> Sequence[str]:
        """Where they can't be listed, those are read in which something was heard before."""
        try:
            return await self._history.mine()
        except AssistantError as error:
            logger.warning("where Sova is can't be listed now: %s", error)
            return ()
