"""Owns Ollama: asked by its native API through its official client."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar, cast

import httpx
from ollama import AsyncClient, ChatResponse, ProgressResponse, ResponseError
from ollama import Image as OllamaImage
from ollama import Message as OllamaMessage
from pydantic import BaseModel

from bot.backends.engines.http import (
    CONNECT_SECONDS,
    Patience,
    refused_by,
    short_of_memory,
    short_reason,
    without_credentials,
)
from bot.backends.engines.ollama_wire import (
    Answer,
    Download,
    Shown,
    Tag,
    Tags,
    Version,
    created,
    is_cloud_name,
    loaded,
    shown,
)
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
    NoVision,
    UnknownModel,
)
from bot.messages import Message
from bot.models.naming import nearest, resolve
from bot.ports import (
    Capability,
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    LoadedModel,
    ModelInfo,
    NewModel,
    PullProgress,
)

logger = logging.getLogger(__name__)

_NOT_FOUND = 404
_BUSY = (429, 503)
_LIST_SECONDS = 5.0
_SHOWN_AT_ONCE = 8

_Fault = (httpx.HTTPError, ConnectionError, ResponseError, LeavesTheNetwork, ValueError, TypeError, AttributeError)
"""What the official client raises; the last three where the answer isn't Ollama's protocol, which it doesn't check."""

B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")


class OllamaEngine:
    """Ollama as a `ChatModel`. It need not be there yet: `version` is the ping.

    `context_tokens` is the context that every model is run with, less where a model was made for less. With
    `num_thread` (0: Ollama decides) it makes up the options that are pinned: Ollama would reload a model that is asked
    with others. `keep_alive` is how long a model stays in memory, in Ollama's own writing (`30m`; `-1` for ever).
    `first_byte_seconds` is how long it may be silent before the first word, loading included; `next_byte_seconds`
    between two. `gate` permits the addresses that it is asked at.

    What a model is made for is asked once per digest, so a completion costs one request. Models that run on other
    people's machines (Ollama's cloud) are neither listed nor asked.
    """

    engine = "ollama"

    def __init__(
        self,
        url: str,
        *,
        context_tokens: int = 8192,
        keep_alive: str = "30m",
        thinking: bool = False,
        num_thread: int = 0,
        first_byte_seconds: float = 300,
        next_byte_seconds: float = 60,
        gate: Gate = INSIDE,
    ) -> None:
        self._url = url.rstrip("/")
        self._gate = gate
        self._context_tokens = context_tokens
        self._keep_alive = _keep_alive(keep_alive)
        self._thinking = thinking
        self._num_thread = num_thread
        self._first_seconds = first_byte_seconds
        self._next_seconds = next_byte_seconds
        self._tags: Mapping[str, Tag] = {}
        self._shown: dict[str, Shown] = {}
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
        except _Fault as error:
            raise self._translate(error) from error
        return [loaded(model) for model in response.models]

    async def context_tokens(self, name: str) -> int:
        """The setting, or what `name` was made for where that is less."""
        _, known = await self._offer(name)
        return self._context_of(known)

    async def warm(self, name: str) -> None:
        """Load `name`, with the options of a completion: Ollama does so when it is sent no message."""
        info, known = await self._offer(name)
        loading = self._client.chat(
            model=info.name, messages=[], options=self._pinned(known), keep_alive=self._keep_alive
        )
        try:
            await self._patience(info.name).wait(loading)
        except _Fault as error:
            await self._raise(error, info.name)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """Stream the completion. Closing it closes the connection, upon which Ollama stops working."""
        info, known = await self._offer(request.model)
        if Capability.VISION not in known.capabilities and any(message.images for message in request.messages):
            raise NoVision(model=info.name)
        patience = self._patience(info.name)
        answer = Answer()
        try:
            parts = await self._ask(request, info, known)
            async with aclosing(parts):
                while answer.end is None and (part := await patience.wait(anext(parts, None))):
                    for delta in answer.read(part):
                        patience.heard = True
                        yield delta
        except _Fault as error:
            # "from None" in there: the client's errors quote Ollama's, which may quote the conversation
            await self._raise(error, info.name, sent=request.messages, began=answer.began)
        yield answer.end or self._cut_off(answer, info.name)

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch `name` from Ollama's registry; `EngineRefused`, with Ollama's own reason, when that fails."""
        if is_cloud_name(name):
            raise UnknownModel(name=name, engine=self.engine)
        download = Download()
        patience = self._patience(name)
        try:
            parts = cast("AsyncGenerator[ProgressResponse, None]", await self._client.pull(name, stream=True))
            async with aclosing(parts):
                while part := await patience.wait(anext(parts, None)):
                    yield download.read(part)
        except _Fault as error:
            raise self._translate(error) from error
        finally:
            self._tags = {}

    async def create(self, model: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make `model` of another one, in place of one of its name; nothing is trained, so it takes a moment."""
        base, _ = await self._offer(model.base)
        download = Download()
        patience = self._patience(model.name)
        try:
            parts = cast("AsyncGenerator[ProgressResponse, None]", await self._client.create(**created(model, base)))
            async with aclosing(parts):
                while part := await patience.wait(anext(parts, None)):
                    yield download.read(part)
        except _Fault as error:
            raise self._translate(error, model.messages) from None
        finally:
            self._tags = {}

    async def delete(self, name: str) -> None:
        """Erase `name` from Ollama's disk; `UnknownModel` when there is none."""
        info, _ = await self._offer(name)
        self._tags = {}
        try:
            await self._soon(self._client.delete(info.name))
        except _Fault as error:
            await self._raise(error, info.name)

    async def _ask(
        self, request: CompletionRequest, info: ModelInfo, known: Shown
    ) -> AsyncGenerator[ChatResponse, None]:
        options: dict[str, object] = {
            **self._pinned(known),
            "num_predict": request.max_tokens,
            "temperature": request.temperature,
            **request.sampling.given(),
        }
        if request.seed is not None:
            options["seed"] = request.seed
        parts = await self._client.chat(
            model=info.name,
            messages=[_message(message) for message in request.messages],
            options=options,
            keep_alive=self._keep_alive,
            think=self._thinking if Capability.THINKING in known.capabilities else None,
            logprobs=True if request.alternatives else None,
            top_logprobs=request.alternatives or None,
            stream=True,
        )
        return cast("AsyncGenerator[ChatResponse, None]", parts)

    def _pinned(self, known: Shown) -> dict[str, float]:
        """The options that a model is loaded with, always the same."""
        pinned: dict[str, float] = {"num_ctx": self._context_of(known)}
        return pinned | {"num_thread": self._num_thread} if self._num_thread else pinned

    def _context_of(self, known: Shown) -> int:
        return min(self._context_tokens, known.context_tokens or self._context_tokens)

    def _patience(self, model: str) -> Patience:
        return Patience(self.engine, model, self._first_seconds, self._next_seconds)

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
        except _Fault as error:
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
            except _Fault as error:
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
        raise self._translate(error, sent) from None

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
        return EngineRefused(engine=self.engine, status=status if status > 0 else 500, detail=reason)

    def _cut_off(self, answer: Answer, model: str) -> NoReturn:
        if answer.began:
            raise EngineInterrupted(engine=self.engine, model=model)
        raise EngineGarbled(engine=self.engine, detail="an empty answer")


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


async def _without_cloud_key(request: httpx.Request) -> None:
    request.headers.pop("authorization", None)


def _keep_alive(value: str) -> float | str:
    """Ollama reads a bare number of seconds only as a number, and a duration such as `30m` only as a text."""
    try:
        return float(value)
    except ValueError:
        return value


def _message(message: Message) -> OllamaMessage:
    images = [OllamaImage(value=image.data) for image in message.images]
    return OllamaMessage(role=message.role, content=message.content, images=images or None)
