"""Owns the embedded engine: llama.cpp in a process of its own, one model at a time, spoken to like any server."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.backends.engines.embedded_care import details_of, fetched
from bot.backends.engines.embedded_options import EmbeddedOptions, config_of, context_of, demand_memory
from bot.backends.engines.embedded_process import EmbeddedProcess
from bot.backends.engines.embedded_server import ServerConfig
from bot.backends.engines.embedded_serving import Serving
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.errors import (
    EngineFailedToStart,
    EngineInterrupted,
    EngineSilent,
    EngineUnreachable,
    ModelInUse,
)
from bot.messages import Notice
from bot.models import memory
from bot.models.fetching import Fetcher, Source
from bot.models.shelf import Shelf, ShelvedModel
from bot.ports import (
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    LoadedModel,
    ModelDetails,
    ModelInfo,
    PullProgress,
)

logger = logging.getLogger(__name__)

ENGINE = "embedded"


class EmbeddedEngine:
    """The models on the shelf, run by llama.cpp in a child process, as a `ChatModel`.

    Nothing runs until a model is first asked for. Another model takes the place of the one in memory once nobody is
    being answered by that; who waits for it is not overtaken. A process that died is replaced at the next question.
    Leaving the context ends the process.
    """

    engine = ENGINE

    def __init__(
        self,
        shelf: Shelf,
        *,
        log: Path,
        environment: Mapping[str, str],
        options: EmbeddedOptions | None = None,
        free_memory: Callable[[], int] = memory.free_bytes,
        sources: Sequence[Source] = (),
    ) -> None:
        """`sources` are where models of the catalogue are fetched from."""
        self._shelf = shelf
        self._fetcher = Fetcher(shelf, sources)
        self._log = log
        self._environment = environment
        self._options = options or EmbeddedOptions()
        self._free_memory = free_memory
        self._gate = asyncio.Lock()
        self._serving: Serving | None = None

    @property
    def url(self) -> str:
        """Where the process listens now."""
        serving = self._serving
        return serving.process.started.address if serving else "127.0.0.1"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        async with self._gate:
            await self._stop()

    @property
    def process_id(self) -> int | None:
        """The id of the engine's process, None while there is none."""
        serving = self._living()
        return serving.process.pid if serving else None

    async def version(self) -> str | None:
        """The version of llama.cpp's packaging."""
        return await asyncio.to_thread(version, "xllamacpp")

    async def models(self) -> Sequence[ModelInfo]:
        """The models on the shelf; those of the catalogue that were never fetched are not offered."""
        shelved = await asyncio.to_thread(self._shelf.models)
        return [model.info(loaded=self._is_loaded(model.name)) for model in shelved]

    async def model(self, name: str) -> ModelInfo:
        """One model; `ModelFileMissing` when it is known but not here, `UnknownModel` when it isn't known."""
        found = await asyncio.to_thread(self._shelf.find, name)
        return found.info(loaded=self._is_loaded(found.name))

    async def loaded(self) -> Sequence[LoadedModel]:
        """The model in memory, if any, with what its process holds of the main memory."""
        serving = self._living()
        resident = serving.process.resident_bytes() if serving else None
        if serving is None or resident is None:
            return []
        on_cards = serving.process.started.gpu
        # What it works with shows when it has answered; what lies on a card, never.
        measurable = serving.has_answered and not on_cards
        working = await asyncio.to_thread(serving.process.working_bytes) if measurable else None
        vram = None if on_cards else 0
        return [LoadedModel(serving.model.name, resident, vram, serving.context_tokens, working_bytes=working)]

    async def context_tokens(self, name: str) -> int:
        """The setting, or the model's trained context when that is shorter."""
        return context_of(await asyncio.to_thread(self._shelf.find, name), self._options)

    async def warm(self, name: str) -> None:
        """Have `name` in memory. Raises what a completion would."""
        async with self._use(name):
            pass

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        """Bring the catalogue's model `name` to the shelf. What has come is kept, also when it is stopped."""
        model = await asyncio.to_thread(self._shelf.listed, name)
        async with contextlib.aclosing(fetched(self._fetcher, model)) as steps:
            async for step in steps:
                yield step

    async def details(self, name: str) -> ModelDetails:
        """What the catalogue, or the configured file, tells of `name`."""
        found = await asyncio.to_thread(self._shelf.find, name)
        return await asyncio.to_thread(details_of, found, loaded=self._is_loaded(found.name))

    async def unload(self, name: str) -> bool:
        """End the process that holds `name`; False when none does, `ModelInUse` while it answers."""
        found = await asyncio.to_thread(self._shelf.find, name)
        async with self._gate:
            return await self._put_out(found.name)

    async def delete(self, name: str) -> None:
        """Erase `name` from the shelf, with what has come of it so far; `ModelInUse` while it answers."""
        meant = await asyncio.to_thread(self._shelf.meant, name)
        async with self._gate:
            if meant.path != self._shelf.configured:
                await self._put_out(meant.name)
            await asyncio.to_thread(self._shelf.remove, meant.name)

    async def _put_out(self, name: str) -> bool:
        serving = self._living()
        if serving is None or serving.model.name != name:
            return False
        if serving.answering:
            raise ModelInUse(model=name)
        await self._stop()
        return True

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """Stream the completion; `load_ms` in its end is how long it had to wait for the model to be loaded.

        A process found dead or dying before it said anything is replaced, once; later it is an `EngineInterrupted`.
        """
        try:
            async with contextlib.aclosing(self._complete(request)) as items:
                async for item in items:
                    yield item
        except EngineUnreachable:
            try:
                async with contextlib.aclosing(self._complete(request)) as items:
                    async for item in items:
                        yield item
            except EngineUnreachable as error:
                raise EngineInterrupted(engine=ENGINE, model=request.model) from error

    async def _complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        async with self._use(request.model) as (serving, load_ms):
            asked = replace(request, model=serving.model.name)
            try:
                async with contextlib.aclosing(serving.server.complete(asked)) as items:
                    async for item in items:
                        serving.has_answered |= isinstance(item, CompletionEnd)
                        yield replace(item, load_ms=load_ms) if isinstance(item, CompletionEnd) else item
            except (EngineInterrupted, EngineUnreachable):
                await serving.process.settle()
                raise
            except EngineSilent:
                if serving.answering == 1:  # nobody else is being answered either: it hangs
                    await serving.process.kill()
                raise

    @contextlib.asynccontextmanager
    async def _use(self, name: str) -> AsyncIterator[tuple[Serving, float | None]]:
        """The process with `name` loaded, kept until the context ends; and the time in ms if it was loaded for this."""
        async with self._gate:  # first come, first served
            serving, load_ms = await self._ready(name)
            serving.answering += 1
            serving.idle.clear()
        try:
            yield serving, load_ms
        finally:
            serving.answering -= 1
            if not serving.answering:
                serving.idle.set()

    async def _ready(self, name: str) -> tuple[Serving, float | None]:
        serving = self._living()
        if serving and serving.model.name == name:
            return serving, None
        model = await asyncio.to_thread(self._shelf.open, name)
        if serving and serving.model.name == model.name:
            return serving, None
        if serving:
            await serving.idle.wait()
        await self._stop()
        self._serving = await self._start(model)
        return self._serving, self._serving.load_ms

    async def _start(self, model: ShelvedModel) -> Serving:
        demand_memory(model, self._options, free=self._free_memory())
        began = time.perf_counter()
        config = config_of(model, self._options)
        async with AsyncExitStack() as resources:
            process = await EmbeddedProcess.start(
                config, log=self._log, environment=self._environment, seconds=self._options.start_seconds
            )
            resources.push_async_callback(process.stop)
            server = await self._connect(process, config, resources)
            process.begin_measuring()
            load_ms = (time.perf_counter() - began) * 1000
            return Serving(model, config.context_tokens, process, server, resources.pop_all(), load_ms)

    async def _connect(
        self, process: EmbeddedProcess, config: ServerConfig, resources: AsyncExitStack
    ) -> OpenAICompatibleEngine:
        server = OpenAICompatibleEngine(
            f"{process.started.address}/v1",
            api_key=config.api_key,
            engine=ENGINE,
            context_tokens=config.context_tokens,
            thinking=self._options.thinking,
            next_byte_seconds=self._options.next_byte_seconds,
            first_byte_seconds=self._options.first_byte_seconds,
        )
        await resources.enter_async_context(server)
        try:
            await server.models()  # it remembers them: the first question shall not wait for a list
        except EngineUnreachable as error:
            raise EngineFailedToStart(model=config.alias, reason=Notice("engine-died"), log=str(self._log)) from error
        return server

    async def _stop(self) -> None:
        serving, self._serving = self._serving, None
        if serving:
            await serving.resources.aclose()

    def _living(self) -> Serving | None:
        return self._serving if self._serving and self._serving.process.lives() else None

    def _is_loaded(self, name: str) -> bool:
        serving = self._living()
        return serving is not None and serving.model.name == name
