"""Owns the engine that speaks OpenAI's protocol: LM Studio, vLLM, llama.cpp, KoboldCpp, GPT4All and their like."""

import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from openai import (
    DEFAULT_CONNECTION_LIMITS,
    APIConnectionError,
    APIError,
    APIStatusError,
    AsyncOpenAI,
    AsyncStream,
    DefaultAsyncHttpxClient,
    NotFoundError,
    OpenAIError,
    Timeout,
)
from pydantic import ValidationError

from bot.backends.engines.http import (
    CONNECT_SECONDS,
    Patience,
    refused_by,
    short_of_memory,
    short_reason,
    without_credentials,
)
from bot.backends.engines.openai_wire import (
    Answer,
    Chunk,
    ErrorBody,
    Json,
    ModelList,
    Offer,
    StudioEntry,
    StudioList,
    context_counts,
    messages_body,
    offer,
    tells_enough,
)
from bot.backends.gates.connecting import INSIDE
from bot.backends.gates.httpx2 import gated_transport
from bot.egress import Gate
from bot.errors import (
    ContextExceeded,
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
from bot.models.naming import resolve
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest, LoadedModel, ModelInfo

if TYPE_CHECKING:
    from httpx2 import Request  # the client's own HTTP library

logger = logging.getLogger(__name__)

_HEADERS = frozenset({"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"})
_BUSY = (429, 503)
_CLIENT_FAULTS = (OpenAIError, LeavesTheNetwork)
"""What comes out of the client: its own errors, and the gate's."""
_LIST_SECONDS = 5.0


class OpenAICompatibleEngine:
    """A server behind OpenAI's protocol, as a `ChatModel`. It need not be there yet: `version` is the ping.

    `base_url` ends where `/chat/completions` begins, usually in `/v1`. `engine` is the name that people read.
    `context_tokens` bounds what the server would run a model with. `first_byte_seconds` is how long it may be silent
    before the first word, `next_byte_seconds` between two. `gate` permits the addresses that it is asked at.
    `vision_models` see pictures where the server doesn't tell.

    Models are asked about once and remembered, so a completion costs one request. Whether a model may think is only
    said to servers known to understand it; the thinking of all others is kept apart all the same.

    Each request has its own connection: a server may close a kept-alive one at any moment (llama.cpp does so after a
    long stream), and on a local network a new one takes less than a millisecond.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str = "",
        engine: str = "openai",
        context_tokens: int = 8192,
        thinking: bool = False,
        vision_models: Collection[str] = (),
        next_byte_seconds: float = 60,
        first_byte_seconds: float = 300,
        gate: Gate = INSIDE,
    ) -> None:
        self._gate = gate
        self._base_url = base_url.rstrip("/")
        self._root = self._base_url.removesuffix("/v1")
        self._api_key = api_key
        self._engine = engine
        self._context_tokens = context_tokens
        self._thinking = thinking
        self._vision_models = frozenset(vision_models)
        self._first_seconds = first_byte_seconds
        self._next_seconds = next_byte_seconds
        self._offers: Mapping[str, Offer] = {}
        self._is_studio: bool | None = None
        self._client: AsyncOpenAI
        self._connection: AsyncExitStack

    @property
    def engine(self) -> str:
        """The engine's name as people know it."""
        return self._engine

    @property
    def url(self) -> str:
        """Where it is asked, without credentials."""
        return without_credentials(self._base_url)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._client = await stack.enter_async_context(self._connect())
            self._connection = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._connection.aclose()

    async def version(self) -> str | None:
        """The server's version where it has a place to tell it: vLLM's `/version`, llama.cpp's `/props`."""
        await self._ping()
        for path, name in (("/version", "version"), ("/props", "build_info")):
            told = await self._ask_optionally(path)
            if isinstance(told, dict) and isinstance(told.get(name), str):
                return str(told[name])
        return None

    async def models(self) -> Sequence[ModelInfo]:
        """Every model of the server, with what it tells about them, asked anew."""
        await self._list()
        return [known.info for known in self._offers.values()]

    async def model(self, name: str) -> ModelInfo:
        """One model, asked anew; `UnknownModel` when there is none."""
        return resolve(name, await self.models(), engine=self.engine)

    async def loaded(self) -> Sequence[LoadedModel]:
        """The models that the server says are in memory; none where it doesn't tell."""
        await self._list()
        return [known.loaded() for known in self._offers.values() if known.info.loaded]

    async def context_tokens(self, name: str) -> int:
        """What the server really runs `name` with, at most the setting."""
        known = await self._offer(name)
        return min(self._context_tokens, known.runs_with or known.info.context_tokens or self._context_tokens)

    async def warm(self, name: str) -> None:
        """Have `name` loaded: by asking for a single token, unless the server says that it is loaded."""
        await self._list()
        known = await self._offer(name)
        if known.info.loaded:
            return
        request = CompletionRequest(model=known.info.name, messages=(Message("user", "."),), max_tokens=1)
        async for _ in self.complete(request):
            pass

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """Stream the completion. Closing it closes the connection, upon which these servers stop working."""
        known = await self._offer(request.model)
        if known.sees is False and any(message.images for message in request.messages):
            raise NoVision(model=known.info.name)
        patience = Patience(self.engine, known.info.name, self._first_seconds, self._next_seconds)
        answer = Answer()
        connected = False
        try:
            stream = await patience.wait(self._send(request, known))
            connected = True
            async with stream:
                while (event := await patience.wait(anext(stream, None))) is not None:
                    for delta in answer.read(Chunk.model_validate(event)):
                        patience.heard = True
                        yield delta
        except (*_CLIENT_FAULTS, ValueError) as error:
            # "from None": the client's errors quote the server's, which may quote the conversation
            raise await self._explain(error, request, connected=connected, began=answer.began) from None
        for delta in answer.splitter.end():
            yield delta
        yield self._ended(answer, known.info.name)

    def _connect(self) -> AsyncOpenAI:
        """The official client without anything that it would take from the environment."""
        return AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            organization="",
            project="",
            webhook_secret="",
            admin_api_key="",
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(
                trust_env=False,
                follow_redirects=False,
                timeout=Timeout(None, connect=CONNECT_SECONDS),
                transport=gated_transport(self._gate, limits=DEFAULT_CONNECTION_LIMITS),
                event_hooks={"request": [self._bare]},
            ),
        )

    async def _bare(self, request: "Request") -> None:
        """Send our own headers alone: the client adds some about this machine, and from OPENAI_CUSTOM_HEADERS."""
        for name in set(request.headers) - _HEADERS:
            del request.headers[name]
        request.headers["connection"] = "close"
        if self._api_key:
            request.headers["authorization"] = f"Bearer {self._api_key}"

    async def _send(self, request: CompletionRequest, known: Offer) -> AsyncStream[object]:
        return await self._client.post(
            "/chat/completions",
            body=self._body(request, known),
            cast_to=object,
            stream=True,
            stream_cls=AsyncStream[object],
        )

    def _body(self, request: CompletionRequest, known: Offer) -> Json:
        body: Json = {
            "model": known.info.name,
            "messages": messages_body(request.messages),
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            **known.sampling_body(request.sampling),
        }
        if request.seed is not None:
            body["seed"] = request.seed
        if request.alternatives:
            body |= {"logprobs": True, "top_logprobs": request.alternatives}
        if known.template_options:
            body["chat_template_kwargs"] = {"enable_thinking": self._thinking}
        return body

    def _ended(self, answer: Answer, model: str) -> CompletionEnd:
        if answer.finish:
            return answer.end()
        if answer.began:
            raise EngineInterrupted(engine=self.engine, model=model)
        raise EngineGarbled(engine=self.engine, detail="the answer is no event stream")

    async def _ping(self) -> None:
        try:
            await self._list()
        except EngineBusy:
            logger.info("%s at %s is there, and busy or loading", self.engine, self.url)

    async def _offer(self, name: str) -> Offer:
        if name not in self._offers:
            await self._list()
        found = resolve(name, [known.info for known in self._offers.values()], engine=self.engine)
        return self._offers[found.name]

    async def _list(self) -> None:
        """Ask what models there are, and remember it."""
        patience = Patience(self.engine, "", _LIST_SECONDS, _LIST_SECONDS)
        try:
            listed = ModelList.model_validate(await patience.wait(self._client.get("/models", cast_to=object)))
        except NotFoundError as error:
            raise EngineGarbled(engine=self.engine, detail=f"there is no {self.url}/models") from error
        except (*_CLIENT_FAULTS, ValueError) as error:
            raise self._translate(error) from error
        studio = await self._studio(listed)
        seeing = self._vision_models
        self._offers = {entry.id: offer(entry, studio.get(entry.id), seeing=seeing) for entry in listed.data}

    async def _studio(self, listed: ModelList) -> Mapping[str, StudioEntry]:
        """LM Studio's own list by name; another server is asked for it once, and never again."""
        if self._is_studio is False or any(tells_enough(entry) for entry in listed.data):
            return {}
        try:
            told = StudioList.model_validate(await self._ask_optionally("/api/v0/models"))
        except ValidationError:
            self._is_studio = False
            return {}
        self._is_studio = True
        return {entry.id: entry for entry in told.data}

    async def _ask_optionally(self, path: str) -> object:
        """The answer of a path that only some servers have; None from the others."""
        patience = Patience(self.engine, "", _LIST_SECONDS, _LIST_SECONDS)
        try:
            return await patience.wait(self._client.get(f"{self._root}{path}", cast_to=object))
        except (APIStatusError, ValueError):
            return None
        except _CLIENT_FAULTS as error:
            raise self._translate(error) from error

    async def _explain(
        self, error: Exception, request: CompletionRequest, *, connected: bool, began: bool
    ) -> EngineError:
        """What became of a completion. Afterwards nothing remembered is relied on: the server may have changed."""
        self._offers = {}
        if not began and isinstance(error, APIError):
            short = short_of_memory(_error_body(error).message, engine=self.engine, model=request.model)
            if short is not None:
                return short
        match error:
            case APIStatusError(status_code=400 | 404):
                return await self._lost(request.model) or self._translate(error, request.messages)
            case APIConnectionError() if connected:
                return EngineInterrupted(engine=self.engine, model=request.model)
            case APIStatusError() | APIConnectionError():
                return self._translate(error, request.messages)
            case APIError() if began:
                logger.warning("%s failed in mid-answer: %s", self.engine, _reason(error, request.messages))
                return EngineInterrupted(engine=self.engine, model=request.model)
            case _:
                return self._translate(error, request.messages)

    async def _lost(self, model: str) -> UnknownModel | None:
        """Whether the server has `model` no more, by its list: servers refuse it by one status or another."""
        try:
            await self._offer(model)
        except UnknownModel as error:
            return error
        except EngineError as error:
            logger.debug("%s doesn't tell whether it still has the model: %s", self.engine, error.code)
        return None

    def _translate(self, error: Exception, sent: Sequence[Message] = ()) -> EngineError:
        match error:
            case APIStatusError() if error.status_code in _BUSY:
                return EngineBusy(engine=self.engine, retry_after=_retry_after(error))
            case LeavesTheNetwork():
                return refused_by(error, engine=self.engine)
            case APIConnectionError():
                return EngineUnreachable(engine=self.engine, url=self.url)
            case APIError():
                return self._refused(error, sent)
            case _:
                return EngineGarbled(engine=self.engine, detail=_fault(error))

    def _refused(self, error: APIError, sent: Sequence[Message]) -> EngineError:
        if counts := context_counts(_error_body(error)):
            return ContextExceeded(prompt_tokens=counts[0], context_tokens=counts[1])
        status = error.status_code if isinstance(error, APIStatusError) else 500
        return EngineRefused(engine=self.engine, status=status, detail=_reason(error, sent))


def _error_body(error: APIError) -> ErrorBody:
    """The server's own words about `error`, in whichever of the usual shapes they came."""
    if isinstance(error.body, str):
        return ErrorBody(message="" if error.body.lstrip().startswith("<") else error.body)
    try:
        return ErrorBody.model_validate(error.body or {})
    except ValidationError:
        return ErrorBody()


def _reason(error: APIError, sent: Sequence[Message]) -> str:
    if reason := short_reason(_error_body(error).message, sent):
        return reason
    return error.response.reason_phrase if isinstance(error, APIStatusError) else "no reason given"


def _retry_after(error: APIStatusError) -> float | None:
    told = error.response.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _fault(error: Exception) -> str:
    """What is wrong with what was received, without quoting it."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}"
    return type(error).__name__
