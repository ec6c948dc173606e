"""Owns the Sova that pictures are taken of: a whole one that has read the sample handbook.

The answers are a real model's, given at temperature 0, so that the next pictures say the same.
"""

import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end_to_end.sova import Sova

PATIENCE_S = 240
"""For one answer."""

COMPARED = ("qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b")
"""The models that are held against each other."""

_KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
_SETTINGS = {
    "SOVA_MODEL": COMPARED[0],
    "SOVA_ANSWER_TOKENS": "1024",
    "SOVA_CONTEXT_TOKENS": "8192",
    "SOVA_THREADS": "0",
}


@asynccontextmanager
async def serving(settings: Mapping[str, str]) -> AsyncIterator[None]:
    """A `sova serve` with these settings besides; told to end at the end, so that it takes its Redis with it."""
    with TemporaryDirectory(prefix="s") as name:
        folder = Path(name)
        knowledge = shutil.copytree(_KNOWLEDGE, folder / "k")
        sova = Sova(folder / "s", settings={**_SETTINGS, **settings, "SOVA_KNOWLEDGE_DIR": str(knowledge)})
        indexed = await sova("index")
        if indexed.code:
            raise RuntimeError(indexed.aside)
        async with sova.running("serve") as process:
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                await process.wait()
