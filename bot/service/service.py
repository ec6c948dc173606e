"""Owns the service in one process: its platforms, connected as long as it lives, and its worker."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence

from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.messages import Incoming
from bot.service.platforms import Platform
from bot.service.supervising import Supervisor
from bot.service.worker import Worker

logger = logging.getLogger(__name__)

LOOK_S = 1.0


class Service:
    """Takes questions in from `platforms` and answers with `worker`; either may be missing, and run elsewhere.

    `ending`, once set, is the same as `drain`.
    """

    def __init__(
        self,
        inbox: Inbox,
        *,
        platforms: Sequence[Platform] = (),
        worker: Worker | None = None,
        supervisor: Supervisor | None = None,
        ending: asyncio.Event | None = None,
    ) -> None:
        self._inbox = inbox
        self._platforms = platforms
        self._worker = worker
        self._supervisor = supervisor or Supervisor()
        self._ending = ending or asyncio.Event()

    def drain(self) -> None:
        """Take nothing in any more; `run` returns when the worker has finished, or handed back, what it answers."""
        self._ending.set()

    async def run(self) -> None:
        """Serve until drained.

        Raises the `AssistantError` of a platform whose settings are wrong, or that fails again and again by our fault.
        """
        try:
            await self._serve()
        except BaseExceptionGroup as errors:
            ours = errors.subgroup(AssistantError)
            if ours is None:
                raise
            raise _first(ours) from None

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            receiving = [group.create_task(self._receive_from(platform)) for platform in self._platforms]
            answering = group.create_task(self._worker.run()) if self._worker else None
            await self._ending.wait()
            for task in receiving:
                task.cancel()
            if self._worker and answering:
                self._worker.drain()
                await asyncio.wait({answering})

    async def _receive_from(self, platform: Platform) -> None:
        await self._supervisor.keep(lambda: platform.run(self._inbox.accept), name=platform.name)


def _first(errors: BaseExceptionGroup[AssistantError]) -> AssistantError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def places(inbox: Inbox, incoming: Incoming, *, every: float = LOOK_S) -> AsyncGenerator[int, None]:
    """How many are ahead of a question, said at once and whenever it changes, until its turn is there."""
    said = None
    while (ahead := await inbox.ahead(incoming)) is not None:
        if ahead != said:
            yield ahead
        said = ahead
        await asyncio.sleep(every)
