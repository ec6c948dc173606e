"""Owns the care of models on several hosts: what is fetched, unloaded or erased is so on each of them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol, TypeVar, runtime_checkable

from bot.errors import AssistantError, EngineError
from bot.pool.host import Host, in_common
from bot.pool.hosts import Sleep
from bot.pool.pool import EnginePool
from bot.ports import (
    ChatModel,
    DeletesModels,
    DescribesModels,
    ModelDetails,
    PullPhase,
    PullProgress,
    PullsModels,
    UnloadsModels,
)

T = TypeVar("T")
_Told = asyncio.Queue[PullProgress | None]


@runtime_checkable
class CaredFor(ChatModel, PullsModels, DescribesModels, UnloadsModels, DeletesModels, Protocol):
    """An engine whose models can be looked after from outside."""


def pool_of(engines: Sequence[ChatModel], *, parallel: int) -> EnginePool:
    """The hosts as one, which looks after their models where each of them can."""
    cared_for = [engine for engine in engines if isinstance(engine, CaredFor)]
    if len(cared_for) == len(engines):
        return CaringPool(cared_for, parallel=parallel)
    return EnginePool(engines, parallel=parallel)


class CaringPool(EnginePool):
    """Several hosts of an engine whose models can be looked after. Those that are left out are left alone."""

    def __init__(self, engines: Sequence[CaredFor], *, parallel: int, sleep: Sleep = asyncio.sleep) -> None:
        super().__init__(engines, parallel=parallel, sleep=sleep)
        self._cared_for = {engine.url: engine for engine in engines}

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch `name` on every living host at once; each step tells of which. Raises only when none gets it."""
        hosts, told = self._hosts.living or self._hosts.all, _Told()
        pulling = [asyncio.create_task(self._pull_on(host, name, told)) for host in hosts]
        failed: list[AssistantError] = []
        try:
            for _ in pulling:
                while step := await told.get():
                    failed += [step.trouble] if step.trouble else []
                    yield step
            await asyncio.gather(*pulling)
        finally:
            for task in pulling:
                task.cancel()
            await asyncio.wait(pulling)
        await self._hosts.learn(hosts)
        if len(failed) == len(hosts):
            raise self._why(failed)

    async def details(self, name: str) -> ModelDetails:
        """What the first host that has `name` tells of it."""
        model = await self._hosts.resolve(name)
        told = await self._hosts.asked(self._hosts.with_model(model), lambda engine: self._of(engine).details(model))
        return next(iter(told.values()))

    async def unload(self, name: str) -> bool:
        """Put `name` out of memory on every host; False where none had it there."""
        return any(await self._everywhere(name, lambda engine, model: engine.unload(model)))

    async def delete(self, name: str) -> None:
        """Erase `name` on every living host; on none while one of them answers by it."""
        await self.unload(name)
        await self._everywhere(name, lambda engine, model: engine.delete(model))
        await self._hosts.learn(self._hosts.living)

    def _of(self, engine: ChatModel) -> CaredFor:
        return self._cared_for[engine.url]

    async def _pull_on(self, host: Host, name: str, told: _Told) -> None:
        """Tell how far one host is, None at the end; what it fails with is told, too."""
        try:
            async with aclosing(self._of(host.engine).pull(name)) as steps:
                async for step in steps:
                    told.put_nowait(replace(step, host=host.url))
        except AssistantError as error:
            if isinstance(error, EngineError):
                self._hosts.failed(host, error)
            told.put_nowait(PullProgress("failed", phase=PullPhase.DONE, host=host.url, trouble=error))
        finally:
            told.put_nowait(None)

    def _why(self, failed: Sequence[AssistantError]) -> AssistantError:
        of_engines = [error for error in failed if isinstance(error, EngineError)]
        return in_common(of_engines, engine=self.engine, url=self.url) if of_engines else failed[0]

    async def _everywhere(self, name: str, deed: Callable[[CaredFor, str], Awaitable[T]]) -> Sequence[T]:
        """What each host that has `name` answers to `deed`; all are asked before the first failure is raised."""
        model = await self._hosts.resolve(name)
        hosts = self._hosts.with_model(model)
        told = await asyncio.gather(*(self._attempt_on(host, model, deed) for host in hosts))
        for one in told:
            if isinstance(one, AssistantError):
                raise one
        return [one for one in told if not isinstance(one, AssistantError)]

    async def _attempt_on(
        self, host: Host, model: str, deed: Callable[[CaredFor, str], Awaitable[T]]
    ) -> T | AssistantError:
        try:
            return await deed(self._of(host.engine), model)
        except AssistantError as error:
            if isinstance(error, EngineError):
                self._hosts.failed(host, error)
            return error
