"""The chat service of `board` as a server on loopback, for gateways and workers in processes of their own.

It gives each question to a gateway, again to whoever connects until it is acknowledged, and takes replies.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field

from aiohttp import web

from tests.doubles.board import Board

_unheard = logging.getLogger("board.unheard")
_unheard.setLevel(logging.CRITICAL)
"""Whoever is killed leaves half a request, of which the server would tell at length."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed."""

    id: str
    channel: str
    person: str
    text: str


@dataclass
class BoardService:
    """Enter `serving` to have it reachable. `ask` is the people's side, `board` what they see.

    `seen` counts the steps, and how often a gateway `connected`. `posts` has the message that
    each question led to.
    """

    board: Board = field(default_factory=Board)
    seen: Counter[str] = field(default_factory=Counter)
    reposted: int = 0
    posts: dict[str, str] = field(default_factory=dict)
    _counted: asyncio.Event = field(default_factory=asyncio.Event)
    _unacknowledged: dict[str, Question] = field(default_factory=dict)
    _waiting: asyncio.Queue[Question] = field(default_factory=asyncio.Queue)

    def ask(self, question: Question) -> None:
        """Somebody types."""
        self._unacknowledged[question.id] = question
        self._waiting.put_nowait(question)

    def connected(self) -> None:
        """A gateway is there: what nobody has acknowledged comes again."""
        self._count("connected")
        self._waiting = asyncio.Queue()
        for question in self._unacknowledged.values():
            self._waiting.put_nowait(question)

    async def next(self) -> Question:
        """A question for a gateway, as soon as there is one."""
        return await self._waiting.get()

    def acknowledge(self, question: Question) -> None:
        """A gateway has it."""
        self._unacknowledged.pop(question.id, None)

    def step(self, name: str, id_: str, *, process: int) -> None:
        """A process tells where it is with a question."""
        self._count(name)

    async def until_seen(self, name: str, times: int = 1) -> None:
        """Wait until a step was taken so often."""
        while self.seen[name] < times:
            await self._counted.wait()

    def _count(self, name: str) -> None:
        self.seen[name] += 1
        self._counted.set()
        self._counted = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address."""
        app = web.Application()
        app.router.add_get("/next", self._next)
        for name in ("connected", "acknowledge", "step", "post", "edit"):
            app.router.add_post(f"/{name}", getattr(self, f"_{name}"))
        runner = web.AppRunner(app, access_log=None, logger=_unheard, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _next(self, _: web.Request) -> web.Response:
        return web.json_response(asdict(await self.next()))

    async def _connected(self, _: web.Request) -> web.Response:
        self.connected()
        return web.json_response({})

    async def _acknowledge(self, request: web.Request) -> web.Response:
        self.acknowledge(Question(**await request.json()))
        return web.json_response({})

    async def _step(self, request: web.Request) -> web.Response:
        told = await request.json()
        self.step(told["step"], told["id"], process=told["pid"])
        return web.json_response({})

    async def _post(self, request: web.Request) -> web.Response:
        told = await request.json()
        before = len(self.board.messages)
        id_ = await self.board.post(told["channel"], told["text"], nonce=told["nonce"])
        self.posts[told["nonce"]] = id_
        self.reposted += len(self.board.messages) == before
        return web.json_response(id_)

    async def _edit(self, request: web.Request) -> web.Response:
        told = await request.json()
        await self.board.edit(told["id"], told["text"])
        return web.json_response({})
