"""Owns what is known of the embedded engine's process while it serves a model."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.backends.engines.embedded_process import EmbeddedProcess
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.models.shelf import ShelvedModel


@dataclass(slots=True)
class Serving:
    """The model in memory: its process, the way to speak to it, and who is being answered."""

    model: ShelvedModel
    context_tokens: int
    process: EmbeddedProcess
    server: OpenAICompatibleEngine
    resources: AsyncExitStack
    load_ms: float
    answering: int = 0
    has_answered: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)
