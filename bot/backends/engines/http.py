"""Owns what the engines that are asked over HTTP have in common: patience, and addresses and reasons fit for a log."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from bot.errors import EngineOutOfMemory, EngineOutside, EngineSilent, LeavesTheNetwork
from bot.messages import Message

CONNECT_SECONDS = 2.0
"""How long a connection may take: whoever asks while the engine is down reads so within three seconds."""

_REASON_CHARS = 200
_QUOTE_CHARS = 16
"""So many characters in a row are a quotation, not a coincidence."""
_WORD_CHARS = 4
"""A message shorter than this says nothing about anybody."""

_SHORT_OF_MEMORY = re.compile(
    r"out of memory|requires more system memory|(?:unable|failed) to allocate|insufficient memory", re.IGNORECASE
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]i?B)")
_UNITS = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

T = TypeVar("T")


@dataclass(slots=True)
class Patience:
    """How long an engine may say nothing: longer before its first word, when it may be loading or reading."""

    engine: str
    model: str
    first_seconds: float
    next_seconds: float
    heard: bool = False

    async def wait(self, answer: Awaitable[T]) -> T:
        """Wait for `answer`; `EngineSilent` when it takes too long."""
        seconds = self.next_seconds if self.heard else self.first_seconds
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise EngineSilent(engine=self.engine, model=self.model, seconds=seconds) from None


def short_of_memory(reason: str, *, engine: str, model: str) -> EngineOutOfMemory | None:
    """What it means when an engine says that memory ran out; None where its `reason` is another one.

    Neither Ollama nor llama.cpp has a code for it. Ollama may tell how much: “model requires more system memory
    (5.6 GiB) than is available (3.2 GiB)”.
    """
    if not _SHORT_OF_MEMORY.search(reason):
        return None
    amounts = [float(amount) * _UNITS[unit] / 1e9 for amount, unit in _AMOUNT.findall(reason)]
    needed, free = amounts if len(amounts) == 2 else (0.0, 0.0)
    return EngineOutOfMemory(engine=engine, model=model, needed=needed, free=free)


def without_credentials(url: str) -> str:
    """`url` as people may see it, without the user and password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def refused_by(error: LeavesTheNetwork, *, engine: str) -> EngineOutside:
    """What it means for `engine` that the egress policy refuses a connection to it."""
    return EngineOutside(engine=engine, name=error.name, host=error.host, address=error.address)


def short_reason(reason: str, sent: Sequence[Message] = ()) -> str:
    """An engine's own reason in one short line, or nothing of it where it quotes what it was `sent`."""
    line = " ".join(reason.split())[:_REASON_CHARS]
    said = [" ".join(message.content.split()) for message in sent]
    return "it quotes the conversation" if any(_quotes(line, content) for content in said) else line


def _quotes(line: str, content: str) -> bool:
    """Whether `line` repeats a stretch of `content`: all of it, or a long part."""
    if len(content) <= _QUOTE_CHARS:
        return len(content) >= _WORD_CHARS and content in line
    return any(line[at : at + _QUOTE_CHARS] in content for at in range(len(line) - _QUOTE_CHARS + 1))
