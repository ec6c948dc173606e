"""The far ends of fetching, on loopback: a hub with faults on demand, and a package index (PEP 503) for real pip."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.doubles.small_models import file_name


@dataclass
class HubDouble:
    """Serves one file. `drop_after` breaks the next transfer off there; `statuses` are answered first, one each.

    With `skips`, what it sends begins so many bytes later than it was asked to.
    """

    data: bytes
    drop_after: int | None = None
    announces_size: bool = True
    knows_ranges: bool = True
    skips: int = 0
    statuses: list[int] = field(default_factory=list)
    redirect_to: str | None = None
    ranges: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Its address, while it is there."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        async with TestServer(app) as server:
            yield str(server.make_url("")).rstrip("/")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range"))
        self.paths.append(request.path)
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        if self.redirect_to and not request.path.startswith("/moved"):
            return web.Response(status=302, headers={"Location": self.redirect_to})
        return await self._send(request)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        start = int((request.headers.get("Range") or "bytes=0-")[6:-1]) if self.knows_ranges else 0
        start += self.skips
        if start >= len(self.data):
            return web.Response(status=416)
        body = self.data[start:]
        response = web.StreamResponse(status=206 if start else 200)
        if start:
            response.headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        if self.announces_size:
            response.content_length = len(body)
        await response.prepare(request)
        dropped, self.drop_after = self.drop_after, None
        await response.write(body[:dropped])
        if dropped is not None and request.transport:
            request.transport.close()
        return response


@dataclass
class IndexDouble:
    """Serves wheels by distribution. Those in `held` stop after half of their bytes until released."""

    wheels: Mapping[str, bytes]
    served_wheels: list[str] = field(default_factory=list)
    held: Mapping[str, asyncio.Event] = field(default_factory=dict)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """The address that pip is to be configured with, while it is there."""
        app = web.Application()
        app.router.add_get("/simple/{distribution}/", self._page)
        app.router.add_get("/files/{distribution}/{file}", self._file)
        async with TestServer(app) as server:
            yield str(server.make_url("/simple/"))

    async def _page(self, request: web.Request) -> web.Response:
        distribution = request.match_info["distribution"]
        if distribution not in self.wheels:
            raise web.HTTPNotFound
        name = file_name(distribution)
        digest = hashlib.sha256(self.wheels[distribution]).hexdigest()
        link = f'<a href="/files/{distribution}/{name}#sha256={digest}">{name}</a>'
        return web.Response(text=f"<!DOCTYPE html><html><body>{link}</body></html>", content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        distribution = request.match_info["distribution"]
        data = self.wheels[distribution]
        self.served_wheels.append(distribution)
        response = web.StreamResponse()
        response.content_length = len(data)
        await response.prepare(request)
        half = len(data) // 2
        await response.write(data[:half])
        self.reached.set()
        if distribution in self.held:
            await self.held[distribution].wait()
        await response.write(data[half:])
        return response
