"""Asking an engine in tests: a request in one line, and a whole completion as one value."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from bot.messages import Image, Message
from bot.ports import ChatModel, CompletionDelta, CompletionEnd, CompletionRequest

Stream = AsyncGenerator[CompletionDelta | CompletionEnd, None]


@dataclass(frozen=True)
class Completed:
    text: str
    thinking: str
    deltas: tuple[CompletionDelta, ...]
    end: CompletionEnd


def request(
    model: str, *said: str, max_tokens: int = 8, seed: int | None = 7, images: tuple[Image, ...] = ()
) -> CompletionRequest:
    """A request at temperature 0; `said` alternates between user and assistant, ending with the user."""
    messages = [Message("assistant" if at % 2 else "user", text) for at, text in enumerate(said)]
    messages[-1] = Message("user", said[-1], images)
    return CompletionRequest(model, tuple(messages), max_tokens=max_tokens, temperature=0.0, seed=seed)


def opened(engine: ChatModel, asked: CompletionRequest) -> Stream:
    """The completion's stream, to be closed by the caller."""
    return engine.complete(asked)


async def complete(engine: ChatModel, asked: CompletionRequest) -> Completed:
    """Everything that the engine says, checked for the one end that comes last."""
    async with aclosing(opened(engine, asked)) as stream:
        items = [item async for item in stream]
    assert [type(item) for item in items[-1:]] == [CompletionEnd]
    deltas = tuple(item for item in items if isinstance(item, CompletionDelta))
    assert len(deltas) == len(items) - 1
    end = items[-1]
    assert isinstance(end, CompletionEnd)
    text, thinking = "".join(delta.text for delta in deltas), "".join(delta.thinking for delta in deltas)
    return Completed(text, thinking, deltas, end)
