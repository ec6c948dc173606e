"""Owns how much of a file is ever held while it is brought from a platform."""

from collections.abc import AsyncIterable

from bot.errors import AttachmentRefused
from bot.messages import Attachment

PIECE_BYTES = 65_536
"""In pieces of at most this size a file is to be read."""


async def read_bounded(pieces: AsyncIterable[bytes], attachment: Attachment, *, most_bytes: int) -> bytes:
    """The whole file, of which one piece more than allowed is the most that is ever held.

    Raises `AttachmentRefused` where it is longer than `most_bytes`, whatever was told of its size.
    """
    data = bytearray()
    async for piece in pieces:
        data += piece
        if len(data) > most_bytes:
            raise AttachmentRefused(attachment.name, "too-large", limit=most_bytes / 1_000_000)
    return bytes(data)
