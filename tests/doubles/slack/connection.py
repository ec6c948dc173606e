"""Owns one WebSocket of Socket Mode: frames in order, and a line that can die in the middle of one."""

import asyncio
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class _Close:
    code: int


@dataclass(frozen=True, slots=True)
class _Torn:
    frame: str


class Connection:
    """`send` and `close` never wait; `write` is what brings it out, one after the other."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.pongs = 0
        self.is_retiring = False
        """Slack has said that it will close it, and prefers others."""
        self.is_lost = False
        """Nothing more can go over it."""
        self._request = request
        self._outbox: asyncio.Queue[str | bytes | _Close | _Torn] = asyncio.Queue()

    def send(self, told: Mapping[str, Any]) -> None:
        """One message."""
        self._outbox.put_nowait(json.dumps(told))

    def tear(self, told: Mapping[str, Any]) -> None:
        """Half of one message; then the line is dead."""
        self._outbox.put_nowait(_Torn(json.dumps(told)))

    def ping(self, data: bytes) -> None:
        """Ask whether somebody is there."""
        self._outbox.put_nowait(data)

    def close(self, code: int = 1000) -> None:
        """Say good-bye, after everything that was sent before."""
        self._outbox.put_nowait(_Close(code))

    def cut(self) -> None:
        """The line goes dead: no good-bye."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def settled(self) -> None:
        """Everything that was sent is out."""
        await self._outbox.join()

    def abandon(self) -> None:
        """Nobody is there any more: what was to be sent is not."""
        while not self._outbox.empty():
            self._outbox.get_nowait()
            self._outbox.task_done()

    async def write(self) -> None:
        """Bring out what is sent, for ever."""
        while True:
            item = await self._outbox.get()
            try:
                await self._bring(item)
            except ConnectionError:
                continue  # whoever was there has gone; what wasn't acknowledged is sent again elsewhere
            finally:
                self._outbox.task_done()

    async def _bring(self, item: str | bytes | _Close | _Torn) -> None:
        match item:
            case str():
                await self.socket.send_str(item)
            case bytes():
                await self.socket.ping(item)
            case _Close(code):
                await self.socket.close(code=code)
            case _Torn(frame):
                self._tear(frame.encode())

    def _tear(self, frame: bytes) -> None:
        transport = self._request.transport
        if transport is None:
            return
        head = struct.pack("!BB", 0x81, len(frame)) if len(frame) < 126 else struct.pack("!BBH", 0x81, 126, len(frame))
        transport.write(head + frame[: len(frame) // 2])
        transport.close()
