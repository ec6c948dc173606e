"""A server that answers OpenAI's protocol from a script: other makers' shapes, and every way to get it wrong."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

Json = dict[str, object]


@dataclass(frozen=True)
class Reply:
    """An answer: its status and headers, then its pieces; then it ends, breaks off, or is never finished."""

    pieces: Sequence[bytes] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    breaks: bool = False
    hangs: bool = False


class NoReply:
    """The connection is accepted, the request read, and then closed without a word."""


class Hang:
    """Nothing is ever answered."""


def event(**fields: object) -> bytes:
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def delta(finish: str | None = None, **fields: object) -> bytes:
    return event(choices=[{"index": 0, "delta": fields, "finish_reason": finish}])


DONE = b"data: [DONE]\n\n"


def says(*texts: str) -> Reply:
    return Reply([*(delta(content=text) for text in texts), delta("stop"), DONE])


def json_reply(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply([json.dumps(body).encode()], status, {"Content-Type": "application/json", **(headers or {})})


def refusal(status: int, *, headers: Mapping[str, str] | None = None, **error: object) -> Reply:
    return json_reply({"error": error}, status=status, headers=headers)


@dataclass
class FaultyOpenAI:
    """Enter it to serve below `url`. `pages` answers GETs by path, `script` the completions in turn."""

    pages: dict[str, Reply] = field(default_factory=lambda: {"/v1/models": json_reply(listing("owl"))})
    script: list[Reply | NoReply | Hang] = field(default_factory=list)
    port: int = 0
    requests: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._closing = asyncio.Event()
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", self._complete), web.get("/{path:.*}", self._page)])
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def _page(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        return await self._play(request, self.pages.get(request.path, Reply([b"not here"], 404, {})))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        self.bodies.append(await request.json())
        return await self._play(request, self.script.pop(0))

    def _note(self, request: web.Request) -> None:
        self.requests.append(f"{request.method} {request.path}")
        self.headers.append({name.lower(): value for name, value in request.headers.items()})

    async def _play(self, request: web.Request, reply: Reply | NoReply | Hang) -> web.StreamResponse:
        match reply:
            case NoReply():
                _abort(request)
                return web.Response()
            case Hang():
                await self._closing.wait()
                return web.Response()
            case Reply():
                return await self._stream(request, reply)

    async def _stream(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers=dict(reply.headers))
        await response.prepare(request)
        for piece in reply.pieces:
            await response.write(piece)
        if reply.hangs:
            await self._closing.wait()
        if reply.breaks:
            _abort(request)
        else:
            await response.write_eof()
        return response


def listing(*names: str, **fields: object) -> Json:
    """The answer of `/models`, every model with the same `fields`."""
    return {"object": "list", "data": [{"id": name, "object": "model", **fields} for name in names]}


def _abort(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()
