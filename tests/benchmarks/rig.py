"""Owns the assistant under measurement: the real core with its history in a real Valkey, on an engine of choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.backends.redis.conversations import RedisHistory, RedisModelPins
from bot.backends.redis.latency import RedisLatencyLog
from bot.backends.redis.valkey import open_valkey
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from bot.ports import ChatModel

ULA = Author("ula", "Ula")
_PREFIX = "bench"


@dataclass(frozen=True, slots=True)
class Rig:
    """The assistant, and the history that it reads from."""

    assistant: Assistant
    history: RedisHistory


@asynccontextmanager
async def rig_on(engine: ChatModel, *, limits: Limits | None = None, model: str | None = None) -> AsyncIterator[Rig]:
    """Wired as the composition root does, on a Valkey of its own; `model` is the operator's default."""
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with open_valkey(Path(folder), required=True) as connection:
            age = timedelta(days=1)
            history = RedisHistory(connection, prefix=_PREFIX, max_turns=100, max_age=age)
            latency = RedisLatencyLog(connection, prefix=_PREFIX, max_samples=200, max_age=age)
            selection = ModelSelection(engine, RedisModelPins(connection, prefix=_PREFIX), default=model)
            assistant = Assistant(engine=engine, history=history, selection=selection, latency=latency, limits=limits)
            try:
                yield Rig(assistant, history)
            finally:
                await assistant.close()


def conversation(name: str) -> ConversationKey:
    """A conversation of the benchmarks."""
    return ConversationKey("terminal", "bench", name)


def incoming(id_: str, text: str, *, of: ConversationKey) -> Incoming:
    """The question `text`, asked in the conversation `of`."""
    return Incoming(id_, of, ULA, text, received_at=0.0)
