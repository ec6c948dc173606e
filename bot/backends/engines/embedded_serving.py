"""Owns what is known of the embedded engine's process while it serves a model."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import psutil

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


def cores() -> int:
    """Physical cores that this process may use: a second thread on one core only gets in the way of the first."""
    physical = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed))
