"""Owns several hosts of one engine as a single `ChatModel`: a question goes to its conversation's host, if it can."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from bot.errors import EngineError, NoVision
from bot.messages import Stage
from bot.models.naming import resolve
from bot.pool.host import Host
from bot.pool.hosts import Hosts, Sleep
from bot.pool.line import Line
from bot.ports import (
    Capability,
    ChatModel,
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    EngineHost,
    LoadedModel,
    ModelInfo,
    OffersRemoteModels,
)

Items = AsyncGenerator[CompletionDelta | CompletionEnd, None]


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a request is answered, by which model. `lost` becomes why, when the host is seen to be gone meanwhile."""

    host: Host
    model: str
    lost: asyncio.Future[EngineError] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class EnginePool:
    """Several hosts of one engine, at least one. They are entered before it, and left after it.

    Each host is given `parallel` completions at once, the others wait here. A host that fails is left out, and asked in
    the background after growing pauses whether it is back; a request that has got no word yet goes to the next one.
    A host is only asked for models that it offers, and about pictures where its model sees. `sleep` is there to be
    replaced in tests.
    """

    def __init__(self, engines: Sequence[ChatModel], *, parallel: int, sleep: Sleep = asyncio.sleep) -> None:
        self._parallel = parallel
        self._line = Line({engine.url: parallel for engine in engines})
        self._hosts = Hosts(engines, changed=self._line.arrange, sleep=sleep)
        self._seats: dict[int, _Seat | None] = {}

    @property
    def engine(self) -> str:
        """The name of the engine that all hosts run."""
        return self._hosts.engine

    @property
    def url(self) -> str:
        """Where the hosts are, with commas between them."""
        return self._hosts.url

    async def __aenter__(self) -> Self:
        await self._hosts.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._hosts.__aexit__(kind, error, traceback)

    async def version(self) -> str | None:
        """The versions of the hosts that answer, each once; all are asked, so it tells whether any is there."""
        told = await self._hosts.asked(self._hosts.all, lambda engine: engine.version())
        return ", ".join(sorted({version for version in told.values() if version})) or None

    async def models(self) -> Sequence[ModelInfo]:
        """The models of the living hosts, asked anew."""
        await self._hosts.learn(self._hosts.living or self._hosts.all)
        return self._hosts.offered()

    async def model(self, name: str) -> ModelInfo:
        """One model, asked anew; `UnknownModel` when no living host has it."""
        return resolve(name, await self.models(), engine=self.engine)

    async def loaded(self) -> Sequence[LoadedModel]:
        """The models in the memory of the living hosts, once for each host."""
        told = await self._hosts.asked(self._hosts.living or self._hosts.all, lambda engine: engine.loaded())
        return [model for models in told.values() for model in models]

    async def context_tokens(self, name: str) -> int:
        """The smallest of the contexts that the hosts run `name` with: a prompt must fit wherever it goes."""
        model = await self._hosts.resolve(name)
        told = await self._hosts.asked(self._hosts.with_model(model), lambda engine: engine.context_tokens(model))
        return min(told.values())

    async def warm(self, name: str) -> None:
        """Load `name` on every living host that has it; returns when it is ready on all that could load it."""
        model = await self._hosts.resolve(name)
        await self._hosts.asked(self._hosts.with_model(model), lambda engine: engine.warm(model), seconds=None)

    async def remote_models(self) -> Sequence[str]:
        """The models that living hosts offer and that run on other people's machines."""
        told = await self._hosts.asked(self._hosts.living or self._hosts.all, _remote_models)
        return sorted({name for names in told.values() for name in names})

    async def hosts(self) -> Sequence[EngineHost]:
        """How each host does: the living ones are asked, of the others it is told why they are left out."""
        return await asyncio.gather(*map(self._described, self._hosts.all))

    async def stage(self, request: CompletionRequest) -> Stage:
        """What `request` waits for: a host with room, its model being loaded there, or the prompt being read.

        A host that can't even tell is gone, though the connection to it may stand for long: nobody waits for it then.
        """
        if id(request) not in self._seats:
            return Stage.READING
        seat = self._seats[id(request)]
        if seat is None:
            return Stage.QUEUED
        try:
            loaded = await seat.host.engine.loaded()
        except EngineError as error:
            self._hosts.failed(seat.host, error)
            if seat.host.trouble and not seat.lost.done():
                seat.lost.set_result(error)
            raise
        return Stage.READING if any(held.name == seat.model for held in loaded) else Stage.LOADING

    async def complete(self, request: CompletionRequest) -> Items:
        """Stream the completion from the conversation's host, or from the next one while nobody has said a word.

        When none can answer, raises why, or an `EngineUnreachable` that names them all.
        """
        failed: dict[str, EngineError] = {}
        while True:
            async with self._seat(request, failed) as seat:
                if seat is None:  # all that it could go to are gone by its turn
                    continue
                began = False
                try:
                    asked = replace(request, model=seat.model)
                    async with aclosing(seat.host.engine.complete(asked)) as items:
                        item = await _first(items, seat)
                        while item is not None:
                            began = True
                            yield item
                            item = await anext(items, None)
                except EngineError as error:
                    if not self._hosts.failed(seat.host, error) or began:
                        raise
                    failed[seat.host.url] = error
                else:
                    return

    @asynccontextmanager
    async def _seat(self, request: CompletionRequest, failed: Mapping[str, EngineError]) -> AsyncIterator[_Seat | None]:
        """A seat at a host that has the model and hasn't `failed` this request; None when the last one has gone."""
        model = await self._hosts.resolve(request.model)
        needed = frozenset({Capability.VISION}) if any(message.images for message in request.messages) else frozenset()

        def usable() -> Collection[str]:
            hosts = self._hosts.with_model(model, able_to=needed)
            return [host.url for host in hosts if host.url not in failed]

        if not usable():
            if needed and self._hosts.with_model(model) and not failed:
                raise NoVision(model=model)
            raise self._hosts.nobody(*failed.values())
        self._seats[id(request)] = None
        try:
            async with self._line.seat(request.cache_key, usable) as url:
                seat = None if url is None else _Seat(self._hosts.at(url), model)
                self._seats[id(request)] = seat
                yield seat
        finally:
            self._seats.pop(id(request), None)

    async def _described(self, host: Host) -> EngineHost:
        known = EngineHost(host.url, self._parallel, self._line.running(host.url), trouble=host.trouble)
        if host.trouble:
            return known
        try:
            told = (await self._hosts.asked([host], _version_and_loaded))[host.url]
        except EngineError as error:
            return replace(known, trouble=error)
        return replace(known, version=told[0], loaded=told[1])


async def _first(items: Items, seat: _Seat) -> CompletionDelta | CompletionEnd | None:
    """The first item, None where there is none; raises why the host is gone when that is seen before."""
    first = asyncio.ensure_future(anext(items, None))
    either: set[asyncio.Future[Any]] = {first, seat.lost}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            raise seat.lost.result()
        return first.result()
    finally:
        first.cancel()
        await asyncio.wait({first})


async def _version_and_loaded(engine: ChatModel) -> tuple[str | None, tuple[LoadedModel, ...]]:
    return await engine.version(), tuple(await engine.loaded())


async def _remote_models(engine: ChatModel) -> Sequence[str]:
    return await engine.remote_models() if isinstance(engine, OffersRemoteModels) else ()
