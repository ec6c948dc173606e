"""Owns one run of a benchmark: the models one after the other, each loaded, warmed up, asked and put out again."""

import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.benchmarks.asking import Clock, ask
from bot.benchmarks.energy import energy_of
from bot.benchmarks.loading import Loading
from bot.benchmarks.plan import Order, Progress, Step, seconds_left, steps
from bot.benchmarks.records import Ended, Failure, MeasuredModel, Run, Sample
from bot.benchmarks.stopping import Stop, Stopped
from bot.benchmarks.watching import Meters, Watch
from bot.errors import AssistantError, EngineError
from bot.ports import ChatModel, ModelInfo

logger = logging.getLogger(__name__)

GIVEN_UP_AFTER = 3
"""Failures in a row, after which a model is asked no more."""


class _EngineGone(Exception):
    """It doesn't even tell its version any more."""


class Benchmark:
    """Measures `models` by `order`, and adds what it measures to `run`, which holds all of it at any moment.

    `skipped` are models that can't be asked, and why. A model that was in memory before is there again afterwards.
    """

    def __init__(
        self,
        engine: ChatModel,
        models: Sequence[ModelInfo],
        order: Order,
        run: Run,
        *,
        skipped: Mapping[str, Failure],
        stop: Stop,
        meters: Meters,
        clock: Clock = time.perf_counter,
    ) -> None:
        self.run = run
        self._engine = engine
        self._models = models
        self._order = order
        self._skipped = skipped
        self._stop = stop
        self._meters = meters
        self._clock = clock
        self._loading = Loading(engine, clock)
        self._steps = steps(order)

    async def measure(self) -> AsyncGenerator[Progress, None]:
        """Do it, and tell how far it is. Closing it, or `Stop`, ends it; `run` says how it ended."""
        await self._loading.remember()
        ended = Ended.STOPPED
        try:
            async with aclosing(self._all()) as told:
                async for progress in told:
                    yield progress
            ended = Ended.DONE
        except Stopped:
            logger.info("the benchmark was stopped")
        except _EngineGone:
            ended = Ended.ENGINE_GONE
        finally:
            self.run = replace(self.run, ended=ended)
            if ended is not Ended.ENGINE_GONE:
                await self._loading.restore()

    async def _all(self) -> AsyncGenerator[Progress, None]:
        for number, model in enumerate(self._models):
            self.run = replace(self.run, models=(*self.run.models, _blank(model, self._skipped.get(model.name))))
            if model.name in self._skipped:
                continue
            yield replace(self._progress(number, model), loading=True)
            async with aclosing(self._one(number, model)) as told:
                async for progress in told:
                    yield progress

    async def _one(self, number: int, model: ModelInfo) -> AsyncGenerator[Progress, None]:
        watch = Watch(self._engine, model.name, self._meters, is_here=self.run.is_here)
        try:
            async with watch:
                load_ms, load = await self._stop.unless(self._loading.load(model.name))
                self._last = replace(self._last, load_ms=load_ms, load=load)
                await watch.begin_answering()
                async with aclosing(self._ask_all(number, model, watch)) as told:
                    async for progress in told:
                        yield progress
        except EngineError as error:
            self._last = replace(self._last, failure=Failure.of(error))
            await self._demand_engine()
        await self._loading.leave(model.name)

    async def _ask_all(self, number: int, model: ModelInfo, watch: Watch) -> AsyncGenerator[Progress, None]:
        began, failures = self._clock(), 0
        for done, step in enumerate(self._steps, start=1):
            sample = await self._stop.unless(self._asked(model.name, step))
            self._add(step, sample)
            await self._note(watch)
            failures = failures + 1 if sample.failure else 0
            if sample.failure:
                await self._demand_engine()
            if failures == GIVEN_UP_AFTER:
                self._last = replace(self._last, failure=sample.failure)
                return
            yield self._progress(number, model, done=done, spent=self._clock() - began)

    async def _asked(self, model: str, step: Step) -> Sample:
        return await ask(self._engine, model, step, seed=self._order.seed, clock=self._clock)

    def _add(self, step: Step, sample: Sample) -> None:
        """The warm-up counts for nothing, unless it fails."""
        if step.round or sample.failure:
            self._last = replace(self._last, samples=(*self._last.samples, sample))

    async def _note(self, watch: Watch) -> None:
        """After each answer, so that an end in the middle loses nothing."""
        await watch.look()
        energy = energy_of(await watch.consumed(), watts=self._order.watts, is_here=self.run.is_here)
        self._last = replace(self._last, peak_ram=watch.peak_ram, peak_vram=watch.peak_vram, energy=energy)

    async def _demand_engine(self) -> None:
        """Raise where not this question failed, but the engine."""
        try:
            await self._engine.version()
        except AssistantError as error:
            logger.warning("the engine is gone in the middle of a benchmark: %s", error)
            raise _EngineGone from error

    def _progress(self, number: int, model: ModelInfo, *, done: int = 0, spent: float = 0.0) -> Progress:
        each, rest = len(self._steps), [one for one in self._models[number + 1 :] if one.name not in self._skipped]
        return Progress(
            model=model.name,
            number=number + 1,
            models=len(self._models),
            done=number * each + done,
            total=len(self._models) * each,
            seconds=seconds_left(model, rest, spent=spent, done=done, each=each),
        )

    @property
    def _last(self) -> MeasuredModel:
        """The model that is being measured."""
        return self.run.models[-1]

    @_last.setter
    def _last(self, measured: MeasuredModel) -> None:
        self.run = replace(self.run, models=(*self.run.models[:-1], measured))


def _blank(model: ModelInfo, failure: Failure | None) -> MeasuredModel:
    return MeasuredModel(
        name=model.name,
        size_bytes=model.size_bytes,
        parameters=model.parameters,
        quantization=model.quantization,
        context_tokens=model.context_tokens,
        failure=failure,
    )
