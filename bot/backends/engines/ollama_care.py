"""Owns the care of Ollama's models: fetching, making, describing and erasing them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from ollama import ProgressResponse, ResponseError

from bot.backends.engines.http import Patience
from bot.backends.engines.ollama_models import Fault, OllamaModels
from bot.backends.engines.ollama_wire import Download, created, details, pull_fault
from bot.errors import ModelInUse, RemoteModelRefused
from bot.models.naming import is_cloud_name
from bot.ports import ModelDetails, NewModel, PullProgress

_CARE_SECONDS = 900.0
"""How long Ollama may say nothing about a model on its way: checking 40 GB from a slow disk takes minutes."""


class OllamaCare(OllamaModels):
    """Ollama whose models are looked after: see `PullsModels`, `CreatesModels`, `DescribesModels`, `DeletesModels`."""

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch `name` from Ollama's registry; closing it lets Ollama stop, which keeps what has come.

        What Ollama gives no code for is told by its words: see `pull_fault`. Any other reason is an `EngineRefused`.
        """
        if is_cloud_name(name):
            raise RemoteModelRefused(name=name, engine=self.engine)
        download = Download()
        try:
            parts = cast("AsyncGenerator[ProgressResponse, None]", await self._client.pull(name, stream=True))
            async with aclosing(parts):
                while part := await self._caring(name).wait(anext(parts, None)):
                    yield download.read(part)
        except ResponseError as error:
            fault = pull_fault(str(error.error), engine=self.engine, model=name)
            raise fault or self._translate(error) from None
        except Fault as error:
            raise self._translate(error) from error
        finally:
            self._tags = {}

    async def create(self, model: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make `model` of another one, in place of one of its name; nothing is trained, so it takes a moment."""
        base, _ = await self._offer(model.base)
        download = Download()
        try:
            parts = cast("AsyncGenerator[ProgressResponse, None]", await self._client.create(**created(model, base)))
            async with aclosing(parts):
                while part := await self._caring(model.name).wait(anext(parts, None)):
                    yield download.read(part)
        except Fault as error:
            raise self._translate(error, model.messages) from None
        finally:
            self._tags = {}

    async def details(self, name: str) -> ModelDetails:
        """All that Ollama tells of `name`, asked anew."""
        info, tag = await self.model(name), self._tags[self._find(name).name]
        try:
            return details(info, tag, await self._soon(self._client.show(info.name)))
        except Fault as error:
            await self._raise(error, info.name)

    async def delete(self, name: str) -> None:
        """Erase `name` from Ollama's disk; `ModelInUse` while it answers for this process.

        For others Ollama finishes the answer that it gives, for it keeps the file open.
        """
        info, _ = await self._offer(name)
        self._demand_idle(info.name)
        self._tags = {}
        try:
            await self._soon(self._client.delete(info.name))
        except Fault as error:
            await self._raise(error, info.name)

    def _demand_idle(self, model: str) -> None:
        if self._answering[model]:
            raise ModelInUse(model=model)

    def _caring(self, model: str) -> Patience:
        return Patience(self.engine, model, _CARE_SECONDS, _CARE_SECONDS)
