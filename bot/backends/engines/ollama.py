"""Owns Ollama as an engine: completions by its native API through its official client."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NoReturn, cast

from ollama import ChatResponse
from ollama import Image as OllamaImage
from ollama import Message as OllamaMessage

from bot.backends.engines.http import Patience
from bot.backends.engines.ollama_care import OllamaCare
from bot.backends.engines.ollama_models import Fault
from bot.backends.engines.ollama_wire import Answer, Shown
from bot.backends.gates.connecting import INSIDE
from bot.egress import Gate
from bot.errors import EngineGarbled, EngineInterrupted, NoVision
from bot.messages import Message
from bot.ports import Capability, CompletionDelta, CompletionEnd, CompletionRequest, ModelInfo


class OllamaEngine(OllamaCare):
    """Ollama as a `ChatModel`. It need not be there yet: `version` is the ping.

    `context_tokens` is the context that every model is run with, less where a model was made for less. With
    `num_thread` (0: Ollama decides) it makes up the options that are pinned: Ollama would reload a model that is asked
    with others. `keep_alive` is how long a model stays in memory, in Ollama's own writing (`30m`; `-1` for ever).
    `first_byte_seconds` is how long it may be silent before the first word, loading included; `next_byte_seconds`
    between two. `gate` permits the addresses that it is asked at.

    A completion costs one request, for what a model is made for is asked once per digest.
    """

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
        super().__init__(url, gate=gate)
        self._context_tokens = context_tokens
        self._keep_alive = _keep_alive(keep_alive)
        self._thinking = thinking
        self._num_thread = num_thread
        self._first_seconds = first_byte_seconds
        self._next_seconds = next_byte_seconds

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
        except Fault as error:
            await self._raise(error, info.name)

    async def unload(self, name: str) -> bool:
        """Put `name` out of memory; False when it wasn't there, `ModelInUse` while it answers for this process."""
        info, known = await self._offer(name)
        self._demand_idle(info.name)
        if not any(held.name == info.name for held in await self.loaded()):
            return False
        putting_out = self._client.chat(model=info.name, messages=[], options=self._pinned(known), keep_alive=0)
        try:
            await self._soon(putting_out)
        except Fault as error:
            await self._raise(error, info.name)
        return True

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """Stream the completion. Closing it closes the connection, upon which Ollama stops working."""
        info, known = await self._offer(request.model)
        if Capability.VISION not in known.capabilities and any(message.images for message in request.messages):
            raise NoVision(model=info.name)
        patience = self._patience(info.name)
        answer = Answer()
        self._answering[info.name] += 1
        try:
            parts = await self._ask(request, info, known)
            async with aclosing(parts):
                while answer.end is None and (part := await patience.wait(anext(parts, None))):
                    for delta in answer.read(part):
                        patience.heard = True
                        yield delta
        except Fault as error:
            # "from None" in there: the client's errors quote Ollama's, which may quote the conversation
            await self._raise(error, info.name, sent=request.messages, began=answer.began)
        finally:
            self._answering[info.name] -= 1
        yield answer.end or self._cut_off(answer, info.name)

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

    def _cut_off(self, answer: Answer, model: str) -> NoReturn:
        if answer.began:
            raise EngineInterrupted(engine=self.engine, model=model)
        raise EngineGarbled(engine=self.engine, detail="an empty answer")


def _keep_alive(value: str) -> float | str:
    """Ollama reads a bare number of seconds only as a number, and a duration such as `30m` only as a text."""
    try:
        return float(value)
    except ValueError:
        return value


def _message(message: Message) -> OllamaMessage:
    images = [OllamaImage(value=image.data) for image in message.images]
    return OllamaMessage(role=message.role, content=message.content, images=images or None)
