"""Owns the wiring of what looks after models: their pulls, and keeping them in memory."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.models.keeping_warm import KeepWarm, pause_of
from bot.models.pull_notes import FOLDER, PullNotes
from bot.models.pulls import DiskRoom, Pulls
from bot.models.whereabouts import runs_here
from bot.ports import ChatModel
from bot.settings import Settings

logger = logging.getLogger(__name__)

_USUAL_FOLDERS = (Path("~/.ollama/models"), Path("/usr/share/ollama/.ollama/models"), Path("/var/lib/ollama/models"))
"""Where Ollama keeps its models unless OLLAMA_MODELS says otherwise: run by a person, by its installer's service."""


def pulls_of(settings: Settings, engine: ChatModel) -> Pulls:
    """The pulls of `engine`, remembered in the state folder."""
    return Pulls(engine, notes=PullNotes(settings.state_dir / FOLDER), room=room_of(settings, engine))


def room_of(settings: Settings, engine: ChatModel) -> Callable[[], DiskRoom | None]:
    """Looks at the disk of an Ollama on this machine; the embedded engine looks at its own before it fetches."""

    def room() -> DiskRoom | None:
        if engine.engine != "ollama" or not runs_here(engine):
            return None
        folders = [settings.ollama_models] if settings.ollama_models else _USUAL_FOLDERS
        folder = next((there for path in folders if (there := path.expanduser()).is_dir()), None)
        return DiskRoom(str(folder), shutil.disk_usage(folder).free) if folder else None

    return room


@asynccontextmanager
async def keeping_warm(settings: Settings, engine: ChatModel) -> AsyncIterator[None]:
    """Keep the models of `SOVA_KEEP_WARM` in memory meanwhile."""
    if not settings.keep_warm:
        yield
        return
    keeper = KeepWarm(engine, settings.keep_warm, pause=pause_of(settings.keep_alive))
    task = asyncio.create_task(keeper.run())
    logger.info("kept in memory: %s", ", ".join(settings.keep_warm))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
