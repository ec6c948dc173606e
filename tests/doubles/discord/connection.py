"""Owns one WebSocket of the gateway: frames in order, compressed where the client asked for it."""

import asyncio
import json
import zlib
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


class Connection:
    """`send` and `close` never wait; `write` is what brings it out, one after the other."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        self._outbox: asyncio.Queue[str | _Close] = asyncio.Queue()
        compressed = request.query.get("compress") == "zlib-stream"
        self._compressor = zlib.compressobj() if compressed else None
        self.said_goodbye = False
        """Whether it was the client who closed it, with the code that the socket has."""

    def send(self, op: int, data: object = None, *, event: str | None = None, sequence: int | None = None) -> None:
        """One frame."""
        self._outbox.put_nowait(json.dumps({"op": op, "d": data, "t": event, "s": sequence}))

    def close(self, code: int, reason: str = "") -> None:
        """Say good-bye, after everything that was sent before."""
        self._outbox.put_nowait(_Close(code, reason))

    def cut(self) -> None:
        """The line goes dead: no good-bye."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        """Bring out what is sent, until it is closed."""
        while True:
            match await self._outbox.get():
                case _Close(code, reason):
                    await self.socket.close(code=code, message=reason.encode())
                    return
                case frame:
                    await self._bring(frame)

    async def _bring(self, frame: str) -> None:
        try:
            if self._compressor is None:
                await self.socket.send_str(frame)
            else:
                flushed = self._compressor.flush
                packed = self._compressor.compress(frame.encode()) + flushed(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionResetError:
            return  # whoever was there has gone; the session keeps what was sent
