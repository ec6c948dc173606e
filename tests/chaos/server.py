"""The chat service as a server on loopback: it asks, takes replies, and kills whoever reports the wrong step."""

import asyncio
import logging
import os
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from aiohttp import web

from tests.doubles.board import Board

Channel = str
GATEWAY_STEPS = ("received", "accepted")
WORKER_STEPS = ("claimed", "post", "remember", "edit", "done")
_unheard = logging.getLogger("chaos.unheard")
_unheard.setLevel(logging.CRITICAL)
"""Whoever is killed leaves half a request, of which the server would tell at length."""

DUPLICATES = 0.1
"""How often a question that was acknowledged comes again all the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its id is its channel and number."""

    channel: Channel
    number: int

    @property
    def id(self) -> str:
        return f"{self.channel}-{self.number}"


@dataclass
class Service:
    """Channels with questions, in order; a channel's next one comes when the one before was acknowledged.

    `deaths` is how often a process is killed at each step; `pause` awaits room, so that kills are spread over the run.
    """

    channels: int
    questions: int
    deaths: Mapping[str, int]
    random: Random
    board: Board = field(default_factory=Board)
    killed: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    reposted: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)
    _given: dict[Channel, int] = field(default_factory=dict)
    _acknowledged: dict[Channel, int] = field(default_factory=lambda: defaultdict(int))
    _finished: set[str] = field(default_factory=set)

    def everything(self) -> Sequence[Asked]:
        """All that will be asked."""
        return [Asked(f"c{channel}", n) for channel in range(self.channels) for n in range(self.questions)]

    def next(self) -> Asked | None:
        """A question for a gateway: a new one, one that nobody acknowledged, or one again."""
        names = [f"c{number}" for number in range(self.channels)]
        waiting = [name for name in names if self._acknowledged[name] < self.questions]
        again = [name for name in names if self._acknowledged[name]]
        if again and (not waiting or self.random.random() < DUPLICATES):
            name = self.random.choice(again)
            return Asked(name, self.random.randrange(self._acknowledged[name])) if waiting else None
        name = self.random.choice(waiting)
        return Asked(name, self._acknowledged[name])

    def acknowledge(self, asked: Asked) -> None:
        """The gateway has it."""
        self._acknowledged[asked.channel] = max(self._acknowledged[asked.channel], asked.number + 1)

    def dies(self, step: str) -> bool:
        """Whether the process that comes to this step now is killed: evenly spread over the run."""
        self.seen[step] += 1
        total, deaths = self.channels * self.questions, self.deaths.get(step, 0)
        due = self.killed[step] < deaths and self.seen[step] >= (self.killed[step] + 0.5) * total / deaths
        self.killed[step] += due
        return due

    def finish(self, id_: str) -> None:
        """An answer is whole."""
        self._finished.add(id_)
        if len(self._finished) == self.channels * self.questions:
            self.done.set()

    # --- over HTTP --------------------------------------------------------------------------------------------

    async def _next(self, _: web.Request) -> web.Response:
        asked = self.next()
        return web.json_response(None if asked is None else [asked.channel, asked.number])

    async def _acknowledge(self, request: web.Request) -> web.Response:
        channel, number = await request.json()
        self.acknowledge(Asked(channel, number))
        return web.json_response({})

    async def _step(self, request: web.Request) -> web.Response:
        told = await request.json()
        if self.dies(told["step"]):
            with suppress(ProcessLookupError):
                os.kill(told["pid"], signal.SIGKILL)
        if told["step"] == "done":
            self.finish(told["id"])
        return web.json_response({})

    async def _post(self, request: web.Request) -> web.Response:
        told = await request.json()
        before = len(self.board.messages)
        id_ = await self.board.post(told["channel"], told["text"], nonce=told["nonce"])
        self.reposted += len(self.board.messages) == before
        return web.json_response(id_)

    async def _edit(self, request: web.Request) -> web.Response:
        told = await request.json()
        await self.board.edit(told["id"], told["text"])
        return web.json_response({})


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[str]:
    """The service's address."""
    app = web.Application()
    app.router.add_get("/next", service._next)
    for name in ("acknowledge", "step", "post", "edit"):
        app.router.add_post(f"/{name}", getattr(service, f"_{name}"))
    runner = web.AppRunner(app, access_log=None, logger=_unheard, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
