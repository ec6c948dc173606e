"""How much of a file is held: as much as is allowed, and no more, whatever was told of it."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.showing.fetching import read_bounded
from bot.errors import AttachmentRefused
from bot.messages import Attachment

LIST = Attachment("list.txt", "text/plain", 3, "https://files")


async def test_what_is_as_long_as_allowed_is_read_whole() -> None:
    read: list[bytes] = []
    assert await read_bounded(_pieces([b"ab", b"cd"], read), LIST, most_bytes=4) == b"abcd"


async def test_of_what_is_longer_only_one_piece_too_many_is_read() -> None:
    read: list[bytes] = []
    with pytest.raises(AttachmentRefused) as caught:
        await read_bounded(_pieces([b"ab", b"cd", b"ef"], read), LIST, most_bytes=3)
    assert read == [b"ab", b"cd"]
    assert caught.value.name == LIST.name


async def _pieces(pieces: list[bytes], read: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        read.append(piece)
        yield piece
