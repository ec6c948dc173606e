"""What Sova adds in Discord, between a person's message and the engine, and between the engine and the screen.

The real `sova serve` in a process of its own, on a Valkey, with a loopback Discord over real HTTP and WebSocket and an
engine that says a word at a time, both in this process and on one clock; documents there are none. **Alone**: questions
one after another. **At once**: so many channels ask in the same moment. **Streams**: so many long answers at a time, in
a channel each, held against Discord's own limits. **Memory**: by how much the process grew with so many conversations,
each a thread with an answer.
"""

import asyncio
import gc
import os
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.benchmarks.figures import Figure, Measurement, spread
from tests.benchmarks.speaking import SHORT, SpeakingEngine
from tests.doubles.discord import Channel, Discord, Person, Post
from tests.doubles.discord.calls import Call
from tests.doubles.valkey_server import ValkeyServer

ALONE, AT_ONCE, ROUNDS, STREAMS, CONVERSATIONS = 60, 20, 5, 50, 300
LONG = 120
ASKED_MS, AT_ONCE_MS, TYPING_MS, FIRST_MS, LAST_MS, MEMORY_KB = 10.0, 60.0, 20.0, 60.0, 60.0, 50.0
SETTLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one question, in ms: until the engine was asked, until typing was shown, and behind the engine.

    Typing isn't shown where the answer comes before it, or Discord has no room for it.
    """

    asked: float
    typing: float | None
    first: float
    last: float


@dataclass
class Site:
    """A Discord with people in it, an engine, and the Sova between them."""

    discord: Discord
    channels: Sequence[Channel]
    anna: Person
    engine: SpeakingEngine
    process: Process
    questions: int = 0

    async def ask(self, channels: Sequence[Channel]) -> list[Heard]:
        """Ask in each of these channels at the same moment; what became of it, once all answers are whole."""
        asked = [self._says(channel) for channel in channels]
        await self.discord.until(lambda: all(self._is_whole(post) for post, _, _ in asked))
        return [self._heard(*one) for one in asked]

    def _says(self, channel: Channel) -> tuple[Post, str, float]:
        self.questions += 1
        text = f"What is answer {self.questions}?"
        return channel.says(self.anna, text, mention=True), text, time.perf_counter()

    def _is_whole(self, question: Post) -> bool:
        last = f"word{self.engine.words - 1}"
        return any(last in str(call.body.get("content")) for call in self._calls(question))

    def _calls(self, question: Post) -> list[Call]:
        return [call for call in self.discord.rest.calls if f"/{question.id}/" in f"{call.path}/"]

    def _heard(self, question: Post, text: str, at: float) -> Heard:
        calls, spoken = self._calls(question), self.engine.spoken[text]
        typing = [call.at for call in calls if call.path.endswith("/typing")]
        shown = [call for call in calls if "word0" in str(call.body.get("content"))]
        whole = [call for call in shown if f"word{self.engine.words - 1}" in str(call.body.get("content"))]
        return Heard(
            asked=(spoken.asked - at) * 1000,
            typing=(min(typing) - at) * 1000 if typing else None,
            first=(shown[0].at - spoken.first) * 1000,
            last=(whole[0].at - spoken.last) * 1000,
        )

    def memory_kb(self) -> float:
        """What Sova's own process holds; its children serve all conversations alike."""
        return psutil.Process(self.process.pid).memory_info().rss / 1024


async def measure() -> Measurement:
    """Each in turn, in one Sova."""
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with _site(Path(folder)) as site:
            await site.ask(site.channels[:1])
            gc.freeze()  # what Discord's and the engine's doubles collect would count as Sova's time
            alone = []
            for number in range(ALONE):
                alone += await site.ask([site.channels[number % len(site.channels)]])
                await asyncio.sleep(SETTLE_S / 5)
            at_once = []
            for _ in range(ROUNDS):
                at_once += await site.ask(site.channels[:AT_ONCE])
                await asyncio.sleep(SETTLE_S * 4)
            site.engine.words = LONG
            await site.ask(site.channels[:STREAMS])
            limited = len(site.discord.rest.limited)
            site.engine.words = SHORT
            before = site.memory_kb()
            for _ in range(CONVERSATIONS // STREAMS):
                await site.ask(site.channels[:STREAMS])
                await asyncio.sleep(SETTLE_S * 4)
            grown = (site.memory_kb() - before) / CONVERSATIONS
    return _measurement(alone, at_once, limited=limited, grown_kb=grown)


def _measurement(alone: Sequence[Heard], at_once: Sequence[Heard], *, limited: int, grown_kb: float) -> Measurement:
    asked, burst = spread([one.asked for one in alone]), spread([one.asked for one in at_once])
    typing = spread([one.typing for one in alone if one.typing is not None])
    first, last = spread([one.first for one in alone]), spread([one.last for one in alone])
    return Measurement(
        key="discord",
        method=f"{ALONE} questions alone, {ROUNDS} × {AT_ONCE} at once, {STREAMS} streams of {LONG} words",
        figures=(
            Figure("Discord: from a message to the engine, p50", asked["p50"], "ms", ASKED_MS),
            Figure("… p95", asked["p95"], "ms"),
            Figure(f"… with {AT_ONCE} channels at once, p95", burst["p95"], "ms", AT_ONCE_MS),
            Figure("Discord: from a message to typing, p95", typing["p95"], "ms", TYPING_MS),
            Figure("Discord: from the engine's first word to the screen, p95", first["p95"], "ms", FIRST_MS),
            Figure("From its last word to the screen, p95", last["p95"], "ms", LAST_MS),
            Figure(f"Discord: refusals for too many requests with {STREAMS} streams", limited, "", 0),
            Figure("Discord: memory for each open conversation", grown_kb, "kB", MEMORY_KB),
        ),
        causes="Sova, Valkey, the engine's and Discord's doubles share the machine's cores.",
        details={"asked_ms": asked, "at_once_ms": burst, "typing_ms": typing, "first_ms": first, "last_ms": last},
    )


@asynccontextmanager
async def _site(folder: Path) -> AsyncIterator[Site]:
    engine, valkey = SpeakingEngine(), ValkeyServer(folder / "redis")
    async with Discord() as discord, engine.serving() as engine_url:
        await valkey.start()
        team = discord.guild()
        anna = team.person("Anna")
        channels = [team.channel(f"c{number}") for number in range(STREAMS)]
        environment = {
            **os.environ,  # noqa: TID251  # a child needs PATH and the like
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE": "openai",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_ENGINE_PARALLEL": str(STREAMS),
            "SOVA_KNOWLEDGE_DIR": str(folder / "none"),
            "SOVA_LOG_LEVEL": "ERROR",
            "SOVA_METRICS_PORT": "0",
            "SOVA_RATE_PER_MINUTE": "0",
            "SOVA_WAITING_OF_ONE": "1000",
            "SOVA_REDIS_URL": valkey.url,
            "SOVA_STATE_DIR": str(folder / "state"),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=environment, stdout=DEVNULL
        )
        try:
            await discord.until_ready()
            yield Site(discord, channels, anna, engine, process)
        finally:
            process.terminate()
            await process.wait()
            await valkey.kill()
