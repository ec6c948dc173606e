"""Owns the real engine under measurement: the embedded llama.cpp, wired as the composition root does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.composition.engines import shelf_of
from bot.models.catalogue import CATALOGUE
from bot.settings import Settings, child_environment

SMALL = "smollm2-135m"
CONTEXT_TOKENS = 8192
API_KEY = "benchmark"
"""The key of the engine, known so that the same server can be asked directly."""


@asynccontextmanager
async def embedded(
    model: str, *, threads: int | None = None, context_tokens: int = CONTEXT_TOKENS, parallel: int = 1
) -> AsyncIterator[EmbeddedEngine]:
    """A fresh process with `model` loaded; on as many `threads` as the settings say when None."""
    settings = Settings()
    options = EmbeddedOptions(
        context_tokens=context_tokens,
        parallel=parallel,
        threads=settings.threads if threads is None else threads,
        gpu_layers=settings.gpu_layers,
        api_key=API_KEY,
    )
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        log = Path(folder) / "engine.log"
        async with EmbeddedEngine(
            shelf_of(settings), log=log, environment=child_environment(), options=options
        ) as engine:
            await engine.warm(model)
            yield engine


def best_model() -> str:
    """The default model for people where its file has been fetched, else the small one."""
    default = CATALOGUE[0]
    return default.name if shelf_of(Settings()).path(default).is_file() else SMALL
