"""What Sova adds in Slack, between a person's message and the engine, and between the engine and the screen.

The real `sova serve` in a process of its own, on a Valkey, with a loopback Slack over real HTTP and WebSocket, which
holds it to Slack's own limits, and an engine that says a word at a time, both in this process and on one clock;
documents there are none. **Alone**: questions one after another. **At once**: so many channels ask in the same moment.
**A flood**: so many questions a second, of which each event must be acknowledged once it is kept.
"""

import asyncio
import gc
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Figure, Measurement, spread
from tests.benchmarks.speaking import SpeakingEngine
from tests.doubles.slack import Person, Place, Post, Slack
from tests.doubles.valkey_server import ValkeyServer

ALONE, AT_ONCE, ROUNDS, CHANNELS = 60, 20, 5, 50
FLOOD_SECONDS, FLOOD_RATE = 6, 50
ASKED_MS, AT_ONCE_MS, ACK_MS, FIRST_MS, LAST_MS, UPDATES = 12.0, 70.0, 50.0, 80.0, 80.0, 50
SETTLE_S = 0.1


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one question, in ms: until the engine was asked, and behind the engine."""

    asked: float
    first: float
    last: float


@dataclass
class Site:
    """A Slack with people in it, an engine, and the Sova between them."""

    slack: Slack
    channels: Sequence[Place]
    anna: Person
    engine: SpeakingEngine
    questions: int = 0

    async def ask(self, channels: Sequence[Place]) -> list[Heard]:
        """Ask in each of these channels at the same moment; what became of it, once all answers are whole."""
        asked = await asyncio.gather(*map(self.says, channels))
        await self.slack.until(lambda: all(self._answer(place, post) for place, post, _, _ in asked))
        return [self._heard(*one) for one in asked]

    async def says(self, place: Place) -> tuple[Place, Post, str, float]:
        """Ask; gives when that was, too."""
        self.questions += 1
        text, at = f"What is answer {self.questions}?", time.perf_counter()
        return place, await self.anna.says(place, text, mention=True), text, at

    def acknowledged(self) -> list[float]:
        """How long each event waited for that, in ms; all of them were."""
        times = [(one.at, one.acked_at) for one in self.slack.deliveries.all]
        return [(acked - at) * 1000 for at, acked in times if acked is not None]

    def most_updates(self) -> int:
        """How many calls to change a message there were within a minute, in the busiest channel."""
        calls = [(call.args["channel"], call.at) for call in self.slack.api.calls if call.method == "chat.update"]
        within = (Counter(place for place, at in calls if 0 <= at - begin < 60) for _, begin in calls)
        return max((max(counted.values()) for counted in within), default=0)

    def _answer(self, place: Place, question: Post) -> Post | None:
        """The whole answer, with what stands below it."""
        answers = (post for post in place.thread(question) if post.author_id == self.slack.app.bot_user)
        return next((post for post in answers if post.buttons and self._last in post.text), None)

    @property
    def _last(self) -> str:
        return f"word{self.engine.words - 1}"

    def _heard(self, place: Place, question: Post, text: str, at: float) -> Heard:
        answer, spoken = self._answer(place, question), self.engine.spoken[text]
        versions = answer.versions if answer else []
        first = next(version.at for version in versions if "word0" in version.text)
        last = next(version.at for version in versions if self._last in version.text)
        return Heard((spoken.asked - at) * 1000, (first - spoken.first) * 1000, (last - spoken.last) * 1000)


async def measure() -> Measurement:
    """Each in turn, in one Sova."""
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with _site(Path(folder)) as site:
            await site.ask(site.channels[:1])
            gc.freeze()  # what Slack's and the engine's doubles collect would count as Sova's time
            alone, at_once = list[Heard](), list[Heard]()
            for number in range(ALONE):
                alone += await site.ask([site.channels[number % len(site.channels)]])
                await asyncio.sleep(SETTLE_S)
            for _ in range(ROUNDS):
                at_once += await site.ask(site.channels[:AT_ONCE])
                await asyncio.sleep(SETTLE_S * 20)
            site.slack.deliveries.all.clear()
            await _flood(site)
            return _measurement(site, alone, at_once)


async def _flood(site: Site) -> None:
    """Their answers take longer than this lasts: Slack takes only so many messages a minute."""
    begun = time.perf_counter()
    for number in range(FLOOD_SECONDS * FLOOD_RATE):
        await asyncio.sleep(max(0.0, begun + number / FLOOD_RATE - time.perf_counter()))
        await site.says(site.channels[number % len(site.channels)])
    sent = len(site.slack.deliveries.all)
    await site.slack.until(lambda: len(site.acknowledged()) >= sent)


def _measurement(site: Site, alone: Sequence[Heard], at_once: Sequence[Heard]) -> Measurement:
    asked, burst = spread([one.asked for one in alone]), spread([one.asked for one in at_once])
    first, last = spread([one.first for one in alone]), spread([one.last for one in alone])
    acknowledged = sorted(site.acknowledged())
    p99 = acknowledged[int(len(acknowledged) * 0.99)]
    return Measurement(
        key="slack",
        method=f"{ALONE} questions alone, {ROUNDS} × {AT_ONCE} at once, {FLOOD_RATE} a second for {FLOOD_SECONDS} s",
        figures=(
            Figure(
                f"Slack: from an event to its acknowledgement, {FLOOD_RATE} questions a second, p99", p99, "ms", ACK_MS
            ),
            Figure("Slack: from a message to the engine, p50", asked["p50"], "ms", ASKED_MS),
            Figure("… p95", asked["p95"], "ms"),
            Figure(f"… with {AT_ONCE} channels at once, p95", burst["p95"], "ms", AT_ONCE_MS),
            Figure("Slack: from the engine's first word to the screen, p95", first["p95"], "ms", FIRST_MS),
            Figure("From its last word to the screen, p95", last["p95"], "ms", LAST_MS),
            Figure("Slack: changes of messages a minute in the busiest channel", site.most_updates(), "", UPDATES),
            Figure("Slack: refusals for too many requests", len(site.slack.api.limited), "", 0),
        ),
        causes="Sova, Valkey, the engine's and Slack's doubles share the machine's cores.",
        details={"asked_ms": asked, "at_once_ms": burst, "first_ms": first, "last_ms": last},
    )


@asynccontextmanager
async def _site(folder: Path) -> AsyncIterator[Site]:
    engine, valkey = SpeakingEngine(), ValkeyServer(folder / "redis")
    async with Slack() as slack, engine.serving() as engine_url:
        await valkey.start()
        anna = slack.team.person("Anna")
        channels = [slack.team.channel(f"c{number}") for number in range(CHANNELS)]
        environment = {
            **os.environ,  # noqa: TID251  # a child needs PATH and the like
            "SOVA_SLACK_BOT_TOKEN": slack.bot_token,
            "SOVA_SLACK_APP_TOKEN": slack.app_token,
            "SOVA_SLACK_API_URL": slack.base_url,
            "SOVA_ENGINE": "openai",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_ENGINE_PARALLEL": str(CHANNELS),
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
            await slack.until_connected()
            yield Site(slack, channels, anna, engine)
        finally:
            process.terminate()
            await process.wait()
            await valkey.kill()
