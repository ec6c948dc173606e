"""Owns asking a model for one short text: once more where the engine failed, and never for long."""

import logging
from dataclasses import dataclass

from bot.assistant.limits import Limits
from bot.assistant.listening import Listener
from bot.errors import CannotChat, ContextExceeded, EngineError, UnknownModel
from bot.messages import FinishReason, Message
from bot.ports import ChatModel, CompletionRequest, Sampling

logger = logging.getLogger(__name__)

_NO_USE = (UnknownModel, CannotChat, ContextExceeded)
"""What the engine would say again."""
_SAMPLING = Sampling(repeat_penalty=1.1)
"""Without it a model of 1.5 billion parameters writes one line twenty times."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said; with `is_cut` there was no room for more."""

    text: str
    is_cut: bool


class Asking:
    """Asks `model` of an engine. Requests with one `key` begin alike, so one host should read them all."""

    def __init__(self, engine: ChatModel, *, model: str, limits: Limits, key: str) -> None:
        self._listener = Listener(engine, limits=limits)
        self._model = model
        self._key = key

    async def ask(self, messages: tuple[Message, ...], *, tokens: int) -> Answer:
        """What it says to `messages` in at most so many tokens. Raises the engine's error when it fails twice."""
        request = CompletionRequest(
            model=self._model,
            messages=messages,
            max_tokens=tokens,
            temperature=0.0,
            seed=1,
            cache_key=self._key,
            sampling=_SAMPLING,
        )
        try:
            return await self._once(request)
        except _NO_USE:
            raise
        except EngineError as error:
            logger.warning("a part of a summary is asked for once more: %s", error.code)
            return await self._once(request)

    async def _once(self, request: CompletionRequest) -> Answer:
        pieces: list[str] = []
        end = await self._listener.listen(
            request, hear=lambda delta: pieces.append(delta.text), emit=lambda _progress: None
        )
        return Answer("".join(pieces), end.finish_reason is FinishReason.LENGTH)
