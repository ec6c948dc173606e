"""Owns looking at the embedded index without changing it: how many documents it holds."""

from collections.abc import Mapping
from pathlib import Path

from bot.backends.qdrant.edge_folder import EdgeFolder
from bot.backends.qdrant.edge_process import EdgeProcess, WorkerEnded

COUNT_S = 10.0


class EdgeIndexExamined:
    """The index in `folder`. It is opened by a worker process of its own, for as long as it takes to count."""

    where = "embedded"

    def __init__(self, folder: Path, *, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment

    async def version(self) -> str | None:
        """The engine is Sova's own, so there is none to ask for."""
        return None

    async def documents(self) -> int | None:
        """How many documents are held, None where nothing was ever indexed.

        Raises `IndexLocked` while another program has the index, and `IndexUnavailable` when it can't be opened.
        """
        process = EdgeProcess(self._folder, environment=self._environment)
        try:
            await process.start()
            return await process.call(EdgeFolder.held, COUNT_S)
        except WorkerEnded as error:
            raise process.why_it_ended() from error
        finally:
            await process.close()
