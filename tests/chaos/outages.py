"""Redis, the engine and the index are stopped and started again while people ask: what they read, and how soon.

Everything runs as it does for a team: `sova serve` in a process of its own, a Valkey, an engine over HTTP, the embedded
index. `Recovered.worst_reply` is about questions that were asked while the part was away, `recovery` runs from its
return to the first answer that is as good as before.
"""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.file_locks import FileLock
from tests.chaos.asking import Crowd, Heard, converse
from tests.doubles.board_service import Question
from tests.doubles.echo_engine import EchoEngine
from tests.doubles.valkey_server import ValkeyServer

CHANNELS = 8
A_SECOND = 4.0
"""How many new people ask while a part is away."""
DOCUMENT = "# Printing\n\nThe printer on the second floor is called Falcon. Its spare paper is in cabinet 12.\n"

QUESTION = "Where is the spare paper of the printer Falcon?"
ANSWER = "The spare paper of the printer Falcon is in cabinet 12."

GOOD = f"{ANSWER} [1]"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What an outage was to the people; seconds.

    Of those `asked` while it lasted `instead` got something else than a cited answer, and said to be so.
    """

    part: str
    asked: int
    instead: int
    worst_reply: float
    recovery: float


@dataclass
class Site:
    """A team's site: the parts, each of which can be stopped and started."""

    crowd: Crowd
    engine: "SwitchedEngine"
    valkey: ValkeyServer
    index: "SwitchedIndex"
    serving: Process

    async def outage(self, part: str, *, seconds: float) -> Recovered:
        """Stop a part while people ask, start it again, and tell what they read."""
        stop, start = self._switches()[part]
        ending = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for number in range(CHANNELS):
                group.create_task(converse(self.crowd, f"{part}{number}", until=ending, ask=QUESTION, wanted=GOOD))
            await self._good_answers()
            await stop()
            asked = await self._ask_meanwhile(part, seconds=seconds)
            await start()
            returned = time.monotonic()
            back = await self._good_answers()
            ending.set()
        heard = await asyncio.gather(*asked)
        return _judged(part, heard, returned=returned, back=back)

    async def _ask_meanwhile(self, part: str, *, seconds: float) -> list["asyncio.Future[Heard]"]:
        """Somebody new asks, in a channel of their own, again and again; not only those who wait for an answer."""
        asked = []
        for number in range(round(seconds * A_SECOND)):
            name = f"{part}-new-{number}"
            asked.append(self.crowd.asks(Question(f"{name}-1", name, name, QUESTION)))
            await asyncio.sleep(1 / A_SECOND)
        return asked

    def _switches(self) -> Mapping[str, tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]]:
        return {
            "engine": (self.engine.stop, self.engine.start),
            "Redis": (self.valkey.kill, self.valkey.start),
            "index": (self.index.stop, self.index.start),
        }

    async def _good_answers(self) -> float:
        """Wait for an answer to a question that is asked from now on, in each channel; when the first one was read."""
        began, good = time.monotonic(), dict[str, Heard]()
        while len(good) < CHANNELS:
            await asyncio.sleep(0.01)
            good |= {one.question.channel: one for one in self.crowd.heard if one.asked >= began and one.text == GOOD}
        return min(one.read for one in good.values())


def _judged(part: str, heard: Sequence[Heard], *, returned: float, back: float) -> Recovered:
    return Recovered(
        part=part,
        asked=len(heard),
        instead=sum(one.text != GOOD for one in heard),
        worst_reply=max(one.took for one in heard),
        recovery=max(back - returned, 0.0),
    )


@dataclass
class SwitchedEngine:
    """The engine's server."""

    engine: EchoEngine
    url: str = ""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """It answers on the same port."""
        self.url = await self._stack.enter_async_context(self.engine.serving())

    async def stop(self) -> None:
        """Nobody listens there any more."""
        await self._stack.aclose()


@dataclass
class SwitchedIndex:
    """The embedded index: stopped, its worker is killed and another program has its folder."""

    folder: Path
    _lock: FileLock | None = None

    async def start(self) -> None:
        """Give the folder back."""
        if self._lock:
            self._lock.close()
        self._lock = None

    async def stop(self) -> None:
        """Take the folder; its worker may be started again faster than we are."""
        self._lock = FileLock(self.folder / "index.lock")
        while not self._lock.seize():
            for process in psutil.process_iter(["cmdline"]):
                if str(self.folder) in (process.info["cmdline"] or []):
                    process.kill()
            await asyncio.sleep(0.005)


@asynccontextmanager
async def site(folder: Path, *, settings: Mapping[str, str]) -> AsyncIterator[Site]:
    """A site with one document in its index, and a `sova serve` that is ready."""
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "printing.md").write_text(DOCUMENT, encoding="utf-8")
    crowd, engine, valkey = Crowd(), SwitchedEngine(EchoEngine(says=ANSWER)), ValkeyServer(folder / "redis")
    async with crowd.serving() as board, AsyncExitStack() as stack:
        await engine.start()
        stack.push_async_callback(engine.stop)
        await valkey.start()
        stack.push_async_callback(valkey.kill)
        environment = {
            **os.environ,  # noqa: TID251  # a child needs PATH and the like
            "BOARD_URL": board,
            "BOARD_STEPS": "done refused",
            "SOVA_ENGINE": "openai",
            "SOVA_OPENAI_BASE_URL": engine.url,
            "SOVA_KNOWLEDGE_DIR": str(folder / "knowledge"),
            "SOVA_LOG_LEVEL": "ERROR",
            "SOVA_METRICS_PORT": "0",
            "SOVA_RATE_PER_MINUTE": "0",
            "SOVA_REDIS_URL": valkey.url,
            "SOVA_STATE_DIR": str(folder / "state"),
            **settings,
        }
        await (await _sova("index", environment)).wait()
        serving = await stack.enter_async_context(_running(environment))
        yield Site(crowd, engine, valkey, SwitchedIndex(folder / "state" / "index" / "store"), serving)


@asynccontextmanager
async def _running(environment: Mapping[str, str]) -> AsyncIterator[Process]:
    process = await _sova("serve", environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _sova(command: str, environment: Mapping[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.board_program", command, env=environment, stdout=DEVNULL
    )
