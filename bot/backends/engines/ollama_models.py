"""Owns what Ollama has: connecting to it, its models and what it tells of them, and its faults in our words."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

import httpx
from ollama import AsyncClient, ResponseError
from pydantic import BaseModel

from bot.backends.engines.http import (
    CONNECT_SECONDS,
    Patience,
    refused_by,
    short_of_memory,
    short_reason,
    without_credentials,
)
from bot.backends.engines.ollama_wire import Shown, Tag, Tags, Version, loaded, shown
from bot.backends.gates.connecting import INSIDE
from bot.backends.gates.httpx import gated_transport
from bot.egress import Gate
from bot.errors import (
    EngineBusy,
    EngineError,
    EngineGarbled,
    EngineInterrupted,
    EngineRefused,
    EngineUnreachable,
    LeavesTheNetwork,
    ModelFailed,
    UnknownModel,
)
from bot.messages import Message
from bot.models.naming import nearest, resolve
from bot.ports import LoadedModel, ModelInfo

logger = logging.getLogger(__name__)

_NOT_FOUND = 404
_BUSY = (429, 503)
_FAILED = 500
_LIST_SECONDS = 5.0
_SHOWN_AT_ONCE = 8

Fault = (httpx.HTTPError, ConnectionError, ResponseError, LeavesTheNetwork, ValueError, TypeError, AttributeError)
"""What the official client raises; the last three where the answer isn't Ollama's protocol, which it doesn't check."""

B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")


class OllamaModels:
    """Ollama as far as its models go. It need not be there yet: `version` is the ping.

    What a model is made for is asked once per digest. Models that run on other people's machines (Ollama's cloud) are
    neither listed nor asked. `gate` permits the addresses that it is asked at.
    """

    engine = "ollama"

    def __init__(self, url: str, *, gate: Gate = INSIDE) -> None:
        self._url = url.rstrip("/")
        self._gate = gate
        self._tags: Mapping[str, Tag] = {}
        self._shown: dict[str, Shown] = {}
        self._answering: Counter[str] = Counter()
        self._client: AsyncClient
        self._http: httpx.AsyncClient
        self._connections: AsyncExitStack

    @property
    def url(self) -> str:
        """Where it is asked, without credentials."""
        return without_credentials(self._url)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._client = await stack.enter_async_context(AsyncClient(self._url, **_http_options(self._gate)))
            self._http = await stack.enter_async_context(httpx.AsyncClient(**_http_options(self._gate)))
            self._connections = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._connections.aclose()

    async def version(self) -> str | None:
        """Ollama's version."""
        return (await self._get("/api/version", Version)).version

    async def models(self) -> Sequence[ModelInfo]:
        """Every model that runs here, asked anew; details are asked for only where a digest is new."""
        await self._list()
        in_memory = {model.name for model in await self.loaded()}
        try:
            async with asyncio.TaskGroup() as group:
                gate = asyncio.Semaphore(_SHOWN_AT_ONCE)
                asked = [group.create_task(self._info(tag, gate)) for tag in self._tags.values()]
        except* EngineError as errors:
            raise errors.exceptions[0] from None
        return [replace(task.result(), loaded=task.result().name in in_memory) for task in asked]

    async def model(self, name: str) -> ModelInfo:
        """One model, asked anew; `UnknownModel` when there is none."""
        await self._list()
        info, known = await self._offer(name)
        in_memory = {model.name for model in await self.loaded()}
        return replace(known.complete(info), loaded=info.name in in_memory)

    async def remote_models(self) -> Sequence[str]:
        """The names of the models that run on other people's machines, which are offered and never used."""
        return [tag.name for tag in (await self._get("/api/tags", Tags)).models if tag.is_remote]

    async def loaded(self) -> Sequence[LoadedModel]:
        """The models in memory, with their split over RAM and VRAM."""
        try:
            response = await self._soon(self._client.ps())
        except Fault as error:
            raise self._translate(error) from error
        return [loaded(model) for model in response.models]

    async def _soon(self, answer: Awaitable[T]) -> T:
        """Wait for something that takes Ollama no work."""
        return await Patience(self.engine, "", _LIST_SECONDS, _LIST_SECONDS).wait(answer)

    async def _get(self, path: str, shape: type[B]) -> B:
        """Ask for what the official client has no method for, or reads too little of."""
        try:
            response = await self._soon(self._http.get(f"{self._url}{path}"))
            response.raise_for_status()
            return shape.model_validate(response.json())
        except httpx.HTTPStatusError as error:
            raise self._of_status(error.response.status_code, error.response.reason_phrase) from error
        except Fault as error:
            raise self._translate(error) from error

    async def _list(self) -> None:
        """Ask which models run here, and remember it."""
        tags = await self._get("/api/tags", Tags)
        self._tags = {tag.name: tag for tag in tags.models if not tag.is_remote}

    async def _offer(self, name: str) -> tuple[ModelInfo, Shown]:
        """The model meant by `name` and what is known about it, without a request where both are remembered."""
        try:
            found = self._find(name)
        except UnknownModel:
            await self._list()
            found = self._find(name)
        return found, await self._show(self._tags[found.name])

    def _find(self, name: str) -> ModelInfo:
        return resolve(name, [tag.info() for tag in self._tags.values()], engine=self.engine)

    async def _show(self, tag: Tag) -> Shown:
        if tag.digest not in self._shown:
            try:
                self._shown[tag.digest] = shown(await self._soon(self._client.show(tag.name)))
            except Fault as error:
                await self._raise(error, tag.name)
        return self._shown[tag.digest]

    async def _info(self, tag: Tag, gate: asyncio.Semaphore) -> ModelInfo:
        async with gate:
            try:
                return (await self._show(tag)).complete(tag.info())
            except (EngineRefused, UnknownModel) as error:
                logger.warning("ollama lists %s and can't show it: %s", tag.name, error)
                return tag.info()

    async def _raise(
        self, error: Exception, model: str, *, sent: Sequence[Message] = (), began: bool = False
    ) -> NoReturn:
        """Say in our words what became of a request about `model`; nothing remembered is relied on afterwards."""
        self._tags = {}
        if isinstance(error, ResponseError) and error.status_code == _NOT_FOUND:
            await self._list()
            raise UnknownModel(name=model, engine=self.engine, nearest=nearest(model, self._tags)) from None
        if not began and isinstance(error, ResponseError):
            short = short_of_memory(str(error.error), engine=self.engine, model=model)
            if short is not None:
                raise short from None
        if began and isinstance(error, ResponseError):
            logger.warning("ollama failed in mid-answer: %s", short_reason(str(error.error), sent))
        if began and isinstance(error, httpx.HTTPError | ConnectionError | ResponseError):
            raise EngineInterrupted(engine=self.engine, model=model) from None
        raise _of_model(self._translate(error, sent), model) from None

    def _translate(self, error: Exception, sent: Sequence[Message] = ()) -> EngineError:
        match error:
            case ResponseError():
                return self._of_status(error.status_code, short_reason(str(error.error), sent))
            case LeavesTheNetwork():
                return refused_by(error, engine=self.engine)
            case httpx.HTTPError() | ConnectionError():
                return EngineUnreachable(engine=self.engine, url=self.url)
            case _:
                return EngineGarbled(engine=self.engine, detail=type(error).__name__)

    def _of_status(self, status: int, reason: str) -> EngineError:
        if status in _BUSY:
            return EngineBusy(engine=self.engine)
        if status == _NOT_FOUND:
            return EngineGarbled(engine=self.engine, detail="there is no Ollama API")
        return EngineRefused(engine=self.engine, status=status if status > 0 else _FAILED, detail=reason)


def _http_options(gate: Gate) -> dict[str, Any]:
    """How we talk HTTP: nothing from the environment, no redirect, a connection for each request and each permitted.

    The official client would send OLLAMA_API_KEY, Ollama's key for its cloud, to whichever host it is asked for.
    """
    return {
        "trust_env": False,
        "follow_redirects": False,
        "timeout": httpx.Timeout(None, connect=CONNECT_SECONDS),
        "transport": gated_transport(gate, limits=httpx.Limits(max_keepalive_connections=0)),
        "event_hooks": {"request": [_without_cloud_key]},
    }


def _of_model(fault: EngineError, model: str) -> EngineError:
    """`fault` as the model's, where Ollama itself is well: its runner ended, or can't load the file."""
    if isinstance(fault, EngineRefused) and fault.status == _FAILED:
        return ModelFailed(engine=fault.engine, status=fault.status, detail=fault.detail, model=model)
    return fault


async def _without_cloud_key(request: httpx.Request) -> None:
    request.headers.pop("authorization", None)
