"""Owns telling whether the knowledge folder holds documents that nobody has read yet."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.retrieval.paths import walk
from bot.retrieval.reports import Standing


async def holds_unread(root: Path, standing: Callable[[], Awaitable[Standing]]) -> bool:
    """Whether there is a document below `root` other than those that could not be read; to be asked of an empty index.

    A folder that can't be looked into holds nothing that could be read.
    """
    failed = {failure.document for failure in (await standing()).failures}
    try:
        found = await asyncio.to_thread(walk, root)
    except OSError:
        return False
    return any(file.document not in failed for file in found)
