"""A Valkey of the operator's own: it is started, killed and started again, with its data where it was."""

import asyncio
import socket
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from bot.backends.redis.valkey_process import find_server

POLL_S = 0.02


class ValkeyServer:
    """On a port of this machine; every write is on disk before it is acknowledged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Return when it answers."""
        program = find_server()
        assert program
        self._folder.mkdir(exist_ok=True)
        words = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        self._process = await asyncio.create_subprocess_exec(
            program, *words, "--appendonly", "yes", "--appendfsync", "always", stdout=DEVNULL, stderr=DEVNULL
        )
        async with Redis(port=self._port) as client:
            await _answer_of(client)

    async def kill(self) -> None:
        """As when its machine fails."""
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def _answer_of(client: Redis) -> None:
    """A server tells nobody that it is ready, so it is asked."""
    while True:
        try:
            await client.ping()
        except (NoConnection, RedisError):  # not yet listening, or still reading its file
            await asyncio.sleep(POLL_S)
        else:
            return
