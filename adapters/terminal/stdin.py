"""Owns reading standard input without blocking the event loop, also where it is a file, a device or a silent pipe."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

from adapters.terminal.translate import MAX_BYTES

_PIECE = 64 * 1024


async def read_all(descriptor: int = 0) -> bytes:
    """Everything up to the end; reading ends early where `decode` would refuse the length anyway."""
    data = bytearray()
    while len(data) <= MAX_BYTES and (piece := await _read(descriptor)):
        data += piece
    return bytes(data)


async def lines(descriptor: int = 0) -> AsyncIterator[bytes]:
    """Each line without its line ending; of one that is too long to be accepted, only as much as shows that."""
    line = bytearray()
    while piece := await _read(descriptor):
        *ended, rest = piece.split(b"\n")
        for end in ended:
            yield bytes(line + end)[: MAX_BYTES + 1]
            line.clear()
        line += rest
        del line[MAX_BYTES + 1 :]
    if line:
        yield bytes(line)


async def _read(descriptor: int) -> bytes:
    """One piece, empty at the end. A daemon thread waits for it, so that leaving never waits for somebody to type."""
    loop = asyncio.get_running_loop()
    piece: asyncio.Future[bytes] = loop.create_future()

    def settle(data: bytes, error: OSError | None) -> None:
        if piece.done():
            return
        if error is None:
            piece.set_result(data)
        else:
            piece.set_exception(error)

    def work() -> None:
        data, error = b"", None
        try:
            data = os.read(descriptor, _PIECE)
        except OSError as failure:
            error = failure
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, data, error)

    threading.Thread(target=work, name="stdin", daemon=True).start()
    return await piece
