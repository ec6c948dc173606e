"""Owns the wiring of the files that come with questions: their bounds, and the processes that read them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.attachments.reading import AttachmentBounds, AttachmentReading
from bot.backends.documents.process import AttachmentProcesses
from bot.retrieval.loading import LoadLimits
from bot.settings import Settings, child_environment

SECONDS = 15.0
"""Somebody waits for the answer, and the conversation with them."""
_MEGA = 1_000_000


@asynccontextmanager
async def open_attachments(settings: Settings) -> AsyncIterator[AttachmentReading]:
    """What reads the files; no process is started before there is one."""
    bytes_each = round(settings.attachment_mb * _MEGA)
    limits = LoadLimits(file_bytes=bytes_each, seconds=SECONDS)
    bounds = AttachmentBounds(files=settings.attachments, file_bytes=bytes_each, tokens=settings.attachment_tokens)
    async with AttachmentProcesses(environment=child_environment(), limits=limits) as reader:
        yield AttachmentReading(reader, bounds=bounds)
