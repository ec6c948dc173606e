"""Owns the gateway: who is connected, the sessions, and everything that can go wrong there on demand."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.doubles.discord.access import Access
from tests.doubles.discord.connection import Connection
from tests.doubles.discord.protocol import Doorman, Identified, Op, talk
from tests.doubles.discord.world import World


class Gateway:
    """For tests to look at: `door` (who identified, resumed, beat), `connections` that are open, `sessions`."""

    def __init__(self, world: World, access: Access, *, heartbeat_ms: int) -> None:
        self.connections: list[Connection] = []
        self.door = Doorman(world, access, heartbeat_ms=heartbeat_ms)
        self.sessions = self.door.sessions
        self._world = world
        world.subscribers.append(self._hear)

    @property
    def identified(self) -> list[Identified]:
        """Everybody who started a session, in order."""
        return self.door.identified

    @property
    def resumed(self) -> int:
        """How often a session went on."""
        return self.door.resumed

    @property
    def is_ready(self) -> bool:
        """Somebody is connected and has a session."""
        return any(session.wire is not None for session in self.sessions.values())

    def close(self, code: int, reason: str = "") -> None:
        """Hang up on everybody."""
        for connection in self.connections:
            connection.close(code, reason)

    def cut(self) -> None:
        """All lines go dead, without a good-bye."""
        for connection in self.connections:
            connection.cut()

    def ask_to_reconnect(self) -> None:
        """Op 7, as before Discord's own restarts."""
        for connection in self.connections:
            connection.send(Op.RECONNECT)

    def ask_for_heartbeat(self) -> None:
        """Op 1: a client must beat at once."""
        for connection in self.connections:
            connection.send(Op.HEARTBEAT)

    def invalidate(self, *, resumable: bool) -> None:
        """Op 9."""
        if not resumable:
            self.forget()
        for connection in self.connections:
            connection.send(Op.INVALID_SESSION, resumable)

    def forget(self) -> None:
        """All sessions end: nobody can RESUME, and nobody who is connected hears anything more."""
        self.sessions.clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its end."""
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        writing = asyncio.create_task(connection.write())
        try:
            await talk(connection, self.door)
        finally:
            self.connections.remove(connection)
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
            self._world.changes.tell()
        return socket

    def _hear(self, event: str, payload: Mapping[str, Any]) -> None:
        for session in list(self.sessions.values()):
            session.hear(event, payload)
