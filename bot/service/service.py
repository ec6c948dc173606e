"""Owns the service in one process: its platforms, connected as long as it lives, and its worker."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from bot.access import Access
from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.service.announcing import Announcer, Telling
from bot.service.platforms import Platform
from bot.service.receiving import Reception
from bot.service.supervising import Supervisor
from bot.service.worker import Worker

logger = logging.getLogger(__name__)


class Service:
    """Takes questions in from `platforms` and answers with `worker`; either may be missing, and run elsewhere.

    `access` says who may ask: without it everyone. Who waits is told where they stand, as `telling` says. `ending`,
    once set, is the same as `drain`.
    """

    def __init__(
        self,
        inbox: Inbox,
        *,
        platforms: Sequence[Platform] = (),
        worker: Worker | None = None,
        supervisor: Supervisor | None = None,
        ending: asyncio.Event | None = None,
        access: Access | None = None,
        telling: Telling | None = None,
    ) -> None:
        self._announcer = Announcer(inbox, telling=telling)
        self._reception = Reception(inbox, access=access or Access(), announcer=self._announcer)
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
        async with self._announcer, asyncio.TaskGroup() as group:
            receiving = [group.create_task(self._receive_from(platform)) for platform in self._platforms]
            answering = group.create_task(self._worker.run()) if self._worker else None
            await self._ending.wait()
            for task in receiving:
                task.cancel()
            if self._worker and answering:
                self._worker.drain()
                await asyncio.wait({answering})

    async def _receive_from(self, platform: Platform) -> None:
        receive = partial(self._reception.receive, outbound=platform)
        await self._supervisor.keep(lambda: platform.run(receive), name=platform.name)


def _first(errors: BaseExceptionGroup[AssistantError]) -> AssistantError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
