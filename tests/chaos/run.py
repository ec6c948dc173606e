"""A run: so many processes, so many kills, and what became of every question."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.backends.redis import RedisHistory
from bot.backends.valkey import open_valkey
from bot.messages import ConversationKey
from tests.chaos.server import GATEWAY_STEPS, WORKER_STEPS, Service, serving


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
    """The sizes of a run: `deaths` is how often somebody is killed at each step, `random_kills` how often anywhere."""

    channels: int
    questions: int
    workers: int
    gateways: int
    deaths: int
    random_kills: int
    seed: int = 7


async def run(state: Path, plan: Plan) -> Outcome:
    """Let every channel's questions be answered while processes are killed; `state` is a folder with a short path."""
    steps = dict.fromkeys((*GATEWAY_STEPS, *WORKER_STEPS), plan.deaths)
    service = Service(plan.channels, plan.questions, steps, Random(plan.seed))  # noqa: S311  # dice, no secrets
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with open_valkey(state, required=True) as connection, serving(service) as url:
        redis = f"unix://{state / 'history' / 'valkey.sock'}"
        crew = Crew(redis, url)
        async with asyncio.TaskGroup() as group:
            for kind, count in (("worker", plan.workers), ("gateway", plan.gateways)):
                for _ in range(count):
                    group.create_task(crew.keep(kind))
            group.create_task(crew.kill_at_random(plan.random_kills, service))
            await service.done.wait()
            crew.dismiss()
        seconds = loop.time() - began
        history = RedisHistory(connection, prefix="chaos", max_turns=10_000, max_age=timedelta(hours=1))
        kept = {
            channel: [turn.question for turn in await history.turns(ConversationKey("board", "team", channel))]
            for channel in {asked.channel for asked in service.everything()}
        }
    return _judged(service, kept, random_kills=crew.killed, seconds=seconds)


class Crew:
    """The processes: one that ends is started again."""

    def __init__(self, redis: str, url: str) -> None:
        self._arguments = (redis, "chaos", url)
        self._living: set[asyncio.subprocess.Process] = set()
        self._dismissed = False
        self.killed = 0

    async def keep(self, kind: str) -> None:
        """A process of this kind, always; a gateway that has nothing left to do may leave."""
        while not self._dismissed:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.program", kind, *self._arguments
            )
            if await self._end_of(process) == 0:
                return

    async def _end_of(self, process: asyncio.subprocess.Process) -> int:
        self._living.add(process)
        try:
            return await process.wait()
        finally:
            self._living.discard(process)
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def kill_at_random(self, kills: int, service: Service) -> None:
        """Kill whoever comes to hand, evenly over the run."""
        total = service.channels * service.questions
        for number in range(kills):
            due = (number + 0.5) * total / kills
            await service.board.until(lambda board, due=due: len(board.messages) >= due)  # type: ignore[misc]
            if self._living:
                service.random.choice(list(self._living)).kill()
                self.killed += 1

    def dismiss(self) -> None:
        """End them all."""
        self._dismissed = True
        for process in list(self._living):
            process.kill()


def _judged(service: Service, kept: Mapping[str, Sequence[str]], *, random_kills: int, seconds: float) -> Outcome:
    texts: dict[str, list[str]] = {}
    for message in service.board.messages.values():
        texts.setdefault(message.channel.rsplit("/", 2)[-2], []).append(message.text)
    wanted = [f"question {number}" for number in range(service.questions)]
    shown = {
        channel: [text.removeprefix("You asked: ").removesuffix(".") for text in texts[channel]] for channel in texts
    }
    every = [f"c{number}" for number in range(service.channels)]
    return Outcome(
        turns=service.channels * service.questions,
        lost=sum(len(set(wanted) - set(shown.get(channel, []))) for channel in every),
        doubled=sum(len(shown.get(channel, [])) - len(set(shown.get(channel, []))) for channel in every),
        disordered=sum(
            before != after for channel in every for before, after in zip(wanted, shown.get(channel, []), strict=False)
        ),
        unfaithful=sum(kept.get(channel) != wanted for channel in every),
        reposted=service.reposted,
        killed={**service.killed, "random": random_kills},
        seconds=seconds,
    )
