"""Owns benchmarks as they are asked for: which models take part, one run at a time, kept after each model."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.benchmarks.inputs import WantedModel
from bot.benchmarks.judging import Judge
from bot.benchmarks.keeping import RunFiles
from bot.benchmarks.plan import Order, Progress
from bot.benchmarks.records import Ended, Failure, Machine, Run
from bot.benchmarks.running import Benchmark
from bot.benchmarks.stopping import Stop
from bot.benchmarks.watching import Meters
from bot.errors import AssistantError, CannotChat, NoBenchmarkRunning, NothingToBenchmark, UnknownModel
from bot.models import memory
from bot.models.naming import resolve
from bot.models.selection import can_chat
from bot.models.whereabouts import runs_here
from bot.ports import ChatModel, ModelInfo
from bot.stats.busy import cores_busy
from bot.stats.hardware import read_cpu

logger = logging.getLogger(__name__)

Misfits = Callable[[Sequence[ModelInfo]], Awaitable[Mapping[str, AssistantError]]]
"""Asks which of some models don't fit this machine, by name, and why."""


async def _all_fit(_models: Sequence[ModelInfo]) -> Mapping[str, AssistantError]:
    return {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that has ended, and the file that it is kept in; `trouble` is why it couldn't be written."""

    run: Run
    path: Path | None
    trouble: AssistantError | None = None


class Benchmarks:
    """The benchmarks of the models of `engine`, kept in `files`.

    `misfits` is asked where nobody says which models take part. `others` tells how many cores are busy before a run,
    `now` the time in seconds since the epoch.
    """

    def __init__(
        self,
        engine: ChatModel,
        files: RunFiles,
        *,
        misfits: Misfits = _all_fit,
        meters: Meters | None = None,
        others: Callable[[], Awaitable[float]] = cores_busy,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.files = files
        self._engine = engine
        self._misfits = misfits
        self._meters = meters or Meters()
        self._others = others
        self._now = now
        self._stop: Stop | None = None

    async def measure(
        self, order: Order, wanted: Sequence[WantedModel] = ()
    ) -> AsyncGenerator[Progress | Outcome, None]:
        """Measure the `wanted` models, or all that fit. What comes last is the outcome; closing it ends the run.

        Raises `BenchmarkRunning`, `UnknownModel` or `CannotChat` where none of those wanted can be asked,
        `NothingToBenchmark`, and what the engine raises when it isn't there.
        """
        with closing(await asyncio.to_thread(self.files.lock)):
            stop = self._stop = Stop()
            try:
                models, skipped = await self._chosen(wanted)
                judged = replace(order, judge=await self._judge(order.judge))
                async with aclosing(self._measure(judged, models, skipped, stop)) as told:
                    async for one in told:
                        yield one
            finally:
                self._stop = None

    def stop(self) -> None:
        """End the run of this process; what was measured stays. `NoBenchmarkRunning` when there is none."""
        if not self.end():
            raise NoBenchmarkRunning

    def end(self) -> bool:
        """The same; False when there is none."""
        if self._stop is None:
            return False
        self._stop()
        return True

    async def _measure(
        self, order: Order, models: Sequence[ModelInfo], skipped: Mapping[str, Failure], stop: Stop
    ) -> AsyncGenerator[Progress | Outcome, None]:
        kept = _Kept(self.files, await self._begun(order))
        benchmark = Benchmark(self._engine, models, order, kept.run, skipped=skipped, stop=stop, meters=self._meters)
        try:
            async with aclosing(benchmark.measure()) as told:
                async for progress in told:
                    if progress.loading:
                        await kept.keep(benchmark.run)
                    yield progress
        finally:
            await kept.keep(benchmark.run)
        if order.judge and benchmark.run.ended is Ended.DONE:
            judge = Judge(self._engine, order.judge, benchmark.run, stop=stop)
            try:
                async with aclosing(judge.rate()) as verdicts:
                    async for progress in verdicts:
                        yield progress
            finally:
                await kept.keep(judge.run)
        yield Outcome(kept.run, kept.path, kept.trouble)

    async def _begun(self, order: Order) -> Run:
        at = self._now()
        return Run(
            id=datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S-%f"),
            started_at=at,
            engine=self._engine.engine,
            engine_version=await self._engine.version(),
            is_here=runs_here(self._engine),
            machine=await self._machine(),
            rounds=order.rounds,
            seed=order.seed,
            prompts=order.prompts,
            price=order.price,
        )

    async def _machine(self) -> Machine:
        cpu, cards = await asyncio.gather(asyncio.to_thread(read_cpu), asyncio.to_thread(self._meters.gpus))
        return Machine(
            processor=cpu.name,
            threads=cpu.threads,
            ram_bytes=await asyncio.to_thread(memory.total_bytes),
            gpus=tuple(card.name for card in cards),
            others=await self._others(),
        )

    async def _judge(self, name: str | None) -> str | None:
        return name and resolve(name, await self._engine.models(), engine=self._engine.engine).name

    async def _chosen(self, wanted: Sequence[WantedModel]) -> tuple[Sequence[ModelInfo], Mapping[str, Failure]]:
        """Who takes part, and which of them can't be asked."""
        offered = await self._engine.models()
        if not wanted:
            return await self._all(offered)
        models: dict[str, ModelInfo] = {}
        errors: dict[str, AssistantError] = {}
        for one in wanted:
            try:
                info = _completed(resolve(one.name, offered, engine=self._engine.engine), one)
            except UnknownModel as error:
                info = _completed(ModelInfo(one.name), one)
                errors[info.name] = error
            models.setdefault(info.name, info)
            if info.name not in errors and not can_chat(info):
                errors[info.name] = CannotChat(model=info.name)
        if errors.keys() == models.keys():
            raise next(iter(errors.values()))
        return tuple(models.values()), {name: Failure.of(error) for name, error in errors.items()}

    async def _all(self, offered: Sequence[ModelInfo]) -> tuple[Sequence[ModelInfo], Mapping[str, Failure]]:
        able = tuple(model for model in offered if can_chat(model))
        misfits = await self._misfits(able)
        if all(model.name in misfits for model in able):
            raise NothingToBenchmark(engine=self._engine.engine)
        return able, {name: Failure.of(error) for name, error in misfits.items()}


class _Kept:
    """A run as it is on the disk; where that can't be written, it goes on all the same."""

    def __init__(self, files: RunFiles, run: Run) -> None:
        self.run = run
        self.path: Path | None = None
        self.trouble: AssistantError | None = None
        self._files = files

    async def keep(self, run: Run) -> None:
        self.run = run
        try:
            self.path = await asyncio.to_thread(self._files.save, run)
            self.trouble = None
        except AssistantError as error:
            logger.warning("the benchmark isn't kept: %s", error)
            self.trouble = error


def _completed(told: ModelInfo, wanted: WantedModel) -> ModelInfo:
    """What the engine tells comes before what somebody wrote down; whether it can chat, only the file may deny."""
    size = told.size_bytes if told.size_bytes is not None or wanted.size_gb is None else int(wanted.size_gb * 1e9)
    return replace(
        told,
        size_bytes=size,
        parameters=told.parameters or wanted.parameters,
        quantization=told.quantization or wanted.quantization,
        capabilities=told.capabilities & wanted.capabilities,
    )
