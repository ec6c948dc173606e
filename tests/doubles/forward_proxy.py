"""An HTTP proxy on loopback: it passes on what it is asked for, WebSockets too, and writes down what that was."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HEAD = re.compile(r"(?P<method>[A-Z]+) (?P<url>(?:http|ws)://\S+) HTTP/1\.1\r\n(?P<headers>.*)", re.DOTALL)
_HOP = re.compile(r"(?im)^(?:proxy-authorization|proxy-connection):[^\n]*\n")
_CONNECTION = re.compile(r"(?im)^connection:[^\n]*\n")
_REFUSAL = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class ForwardProxy:
    """With `credentials` (`name:password`) it serves nobody else. `asked` are the requests, each as "METHOD URL"."""

    credentials: str = ""
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def asked_below(self, url: str) -> list[str]:
        """The requests for what lies below `url`, each as "METHOD /path", without what was asked there."""
        plain = (asked.partition("?")[0].partition(" ") for asked in self.asked)
        return [f"{method} {where.removeprefix(url)}" for method, _, where in plain if where.startswith(url)]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its address, with the credentials in it."""
        server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"http://{self.credentials}{'@' if self.credentials else ''}127.0.0.1:{port}"
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    def _begin(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One request a connection; what follows it is passed on as it is, in both directions."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if self._admits(head):
                await self._pass_on(head, reader, writer)
            else:
                self.refused += 1
                writer.write(_REFUSAL)
        except (OSError, asyncio.IncompleteReadError):
            pass  # somebody hung up
        finally:
            writer.close()

    def _admits(self, head: str) -> bool:
        wanted = f"Proxy-Authorization: Basic {b64encode(self.credentials.encode()).decode()}\r\n"
        return not self.credentials or wanted.lower() in head.lower()

    async def _pass_on(self, head: str, reader: StreamReader, writer: StreamWriter) -> None:
        asked = _HEAD.fullmatch(head)
        assert asked, head
        self.asked.append(f"{asked['method']} {asked['url']}")
        url = urlsplit(asked["url"])
        there, to = await asyncio.open_connection(url.hostname, url.port)
        path = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
        to.write(f"{asked['method']} {path} HTTP/1.1\r\n{_once(asked['headers'])}".encode())
        onward = asyncio.create_task(_pipe(reader, to))
        try:
            await _pipe(there, writer)
        finally:
            onward.cancel()
            await asyncio.wait({onward})
            to.close()


def _once(headers: str) -> str:
    """Without what is for the proxy alone; a connection that isn't to become a WebSocket serves one request."""
    kept = _HOP.sub("", headers)
    if "upgrade: websocket" in kept.lower():
        return kept
    return "Connection: close\r\n" + _CONNECTION.sub("", kept)


async def _pipe(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
