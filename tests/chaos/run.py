"""A run: so many processes, so many kills, and what became of every question."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.valkey import open_valkey
from bot.messages import ConversationKey
from tests.chaos.server import GATEWAY_STEPS, WORKER_STEPS, Troublemaker
from tests.doubles.board_program import NAME
from tests.doubles.echo_engine import EchoEngine

PREFIX = "chaos"
TURNS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What went wrong with how many questions, and what was done to them.

    `lost`, `doubled` and `disordered` are about what people see, `unfaithful` counts conversations whose history is
    not what was asked. `reposted` is how often only the nonce kept a second reply from being seen.
    """

    turns: int
    lost: int
    doubled: int
    disordered: int
    unfaithful: int
    reposted: int
    killed: Mapping[str, int]
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong."""
        return self.lost == self.doubled == self.disordered == self.unfaithful == 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of a run: `deaths` is how often somebody is killed at each step, `random_kills` how often anywhere.

    `whole` processes take in and answer, `gateways` only take in, `workers` only answer.
    """

    channels: int
    questions: int
    whole: int
    workers: int
    gateways: int
    deaths: int
    random_kills: int
    seed: int = 7

    @property
    def cast(self) -> Sequence[Sequence[str]]:
        """The words of each `sova` that runs."""
        return [
            *[("serve",)] * self.whole,
            *[("serve", "--platforms", NAME)] * self.gateways,
            *[("worker",)] * self.workers,
        ]


async def run(state: Path, plan: Plan) -> Outcome:
    """Let every channel's questions be answered while processes are killed; `state` is a folder with a short path."""
    steps = dict.fromkeys((*GATEWAY_STEPS, *WORKER_STEPS), plan.deaths)
    dice = Random(plan.seed)  # noqa: S311  # no secrets
    service = Troublemaker(channels=plan.channels, questions=plan.questions, deaths=steps, random=dice)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with _surroundings(state, service) as (connection, environment):
        crew = Crew(environment)
        async with asyncio.TaskGroup() as group:
            for words in plan.cast:
                group.create_task(crew.keep(*words))
            group.create_task(crew.kill_at_random(plan.random_kills, service))
            await service.done.wait()
            crew.dismiss()
        seconds = loop.time() - began
        kept = await _kept(connection, service)
    return _judged(service, kept, random_kills=crew.killed, seconds=seconds)


@asynccontextmanager
async def _surroundings(state: Path, service: Troublemaker) -> AsyncIterator[tuple[RedisConnection, Mapping[str, str]]]:
    """Everything around Sova, and the settings with which a Sova is in the middle of it."""
    async with (
        open_valkey(state, required=True) as connection,
        service.serving() as board,
        EchoEngine().serving() as engine,
    ):
        yield (
            connection,
            {
                **os.environ,  # noqa: TID251  # a child needs PATH and the like
                "BOARD_URL": board,
                "SOVA_ENGINE": "openai",
                "SOVA_OPENAI_BASE_URL": engine,
                "SOVA_HISTORY_TURNS": str(TURNS_KEPT),
                "SOVA_KNOWLEDGE_DIR": str(state / "none"),
                "SOVA_LEASE_SECONDS": "1",
                "SOVA_LOG_LEVEL": "ERROR",
                "SOVA_RATE_PER_MINUTE": "0",
                "SOVA_WAITING": "100000",
                "SOVA_WAITING_OF_ONE": "100000",
                "SOVA_REDIS_PREFIX": PREFIX,
                "SOVA_REDIS_URL": f"unix://{state / 'history' / 'valkey.sock'}",
                "SOVA_STATE_DIR": str(state / "sova"),
            },
        )


class Crew:
    """The processes: one that ends is started again."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._living: set[asyncio.subprocess.Process] = set()
        self._dismissed = False
        self.killed = 0

    async def keep(self, *words: str) -> None:
        """A `sova` with these words, always."""
        while not self._dismissed:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.doubles.board_program", *words, env=self._environment
            )
            await self._end_of(process)

    async def _end_of(self, process: asyncio.subprocess.Process) -> None:
        self._living.add(process)
        try:
            await process.wait()
        finally:
            self._living.discard(process)
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def kill_at_random(self, kills: int, service: Troublemaker) -> None:
        """Kill whoever comes to hand, evenly over the run."""
        for number in range(kills):
            due = (number + 0.5) * service.total / kills
            await service.board.until(lambda board, due=due: len(board.messages) >= due)  # type: ignore[misc]
            if self._living:
                service.random.choice(list(self._living)).kill()
                self.killed += 1

    def dismiss(self) -> None:
        """End them all."""
        self._dismissed = True
        for process in list(self._living):
            process.kill()


async def _kept(connection: RedisConnection, service: Troublemaker) -> Mapping[str, Sequence[str]]:
    """The questions that the history has of each channel."""
    history = RedisHistory(connection, prefix=PREFIX, max_turns=TURNS_KEPT, max_age=timedelta(hours=1))
    return {
        name: [turn.question for turn in await history.turns(ConversationKey(NAME, "team", name))]
        for name in service.names
    }


def _judged(service: Troublemaker, kept: Mapping[str, Sequence[str]], *, random_kills: int, seconds: float) -> Outcome:
    texts: dict[str, list[str]] = {name: [] for name in service.names}
    for message in service.board.messages.values():
        texts[message.channel.rsplit("/", 2)[-2]].append(message.text)
    wanted = [f"question {number}" for number in range(service.questions)]
    shown = {name: [text.removeprefix("You asked: ").removesuffix(".") for text in texts[name]] for name in texts}
    return Outcome(
        turns=service.total,
        lost=sum(len(set(wanted) - set(answered)) for answered in shown.values()),
        doubled=sum(len(answered) - len(set(answered)) for answered in shown.values()),
        disordered=sum(
            before != after for answered in shown.values() for before, after in zip(wanted, answered, strict=False)
        ),
        unfaithful=sum(kept[name] != wanted for name in shown),
        reposted=service.reposted,
        killed={**service.killed, "random": random_kills},
        seconds=seconds,
    )
