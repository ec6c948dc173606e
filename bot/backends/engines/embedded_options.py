"""Owns how the embedded engine runs models: the operator's options, and what they come to for one model."""

import os
import secrets
from dataclasses import dataclass, field

import psutil

from bot.backends.engines.embedded_server import ServerConfig
from bot.errors import NotEnoughMemory
from bot.models import fit, fit_sizes
from bot.models.shelf import ShelvedModel
from bot.tokens import IMAGE_TOKENS


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """How models are run, the same for all: 0 `threads` are as many as there are cores, -1 `gpu_layers` all that fit.

    `context_tokens` is that of one answer; `parallel` answers are given at once. Times in seconds. Without an
    `api_key` each process has one of its own, which nobody else knows.
    """

    context_tokens: int = 8192
    threads: int = 0
    gpu_layers: int = -1
    parallel: int = 1
    thinking: bool = False
    start_seconds: float = 300.0
    first_byte_seconds: float = 300.0
    next_byte_seconds: float = 60.0
    api_key: str = field(default="", repr=False)


def config_of(model: ShelvedModel, options: EmbeddedOptions) -> ServerConfig:
    """How the server of `model` is started."""
    return ServerConfig(
        model_path=str(model.path),
        alias=model.name,
        context_tokens=context_of(model, options),
        threads=options.threads or cores(),
        gpu_layers=options.gpu_layers,
        parallel=options.parallel,
        api_key=options.api_key or secrets.token_urlsafe(32),
        projector_path=str(model.projector.path) if model.projector else "",
        picture_tokens=IMAGE_TOKENS,
    )


def context_of(model: ShelvedModel, options: EmbeddedOptions) -> int:
    """The tokens of one answer's context: the option, or what `model` was trained with when that is less."""
    return min(options.context_tokens, model.context_tokens or options.context_tokens)


def demand_memory(model: ShelvedModel, options: EmbeddedOptions, *, free: int) -> None:
    """`NotEnoughMemory` when `model` needs more than the `free` bytes."""
    known = fit_sizes.of_info(model.info(loaded=False))
    if known is None:  # an empty file: llama.cpp will tell
        return
    needed = fit.need(known, fit.Plan(context_of(model, options), options.parallel)).total
    if needed > free:
        raise NotEnoughMemory(model=model.name, needed=needed / 1e9, free=free / 1e9)


def cores() -> int:
    """Physical cores that this process may use: a second thread on one core only gets in the way of the first."""
    physical = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed))
