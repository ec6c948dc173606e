"""Owns looking on while a model is measured: how much memory it takes at most, and what energy the machine takes."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bot.benchmarks.energy import Consumption
from bot.errors import AssistantError
from bot.ports import ChatModel, LoadedModel
from bot.stats.busy import CpuMoment
from bot.stats.energy import EnergyReading, read_energy
from bot.stats.gpus import Gpu, read_gpus

logger = logging.getLogger(__name__)

SAMPLING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Meters:
    """What reads the machine; each blocks, and is called in a thread."""

    energy: Callable[[], EnergyReading] = read_energy
    gpus: Callable[[], Sequence[Gpu]] = read_gpus
    cpu: Callable[[], CpuMoment] = CpuMoment


@dataclass(frozen=True, slots=True)
class _Moment:
    energy: EnergyReading
    cards: Sequence[Gpu]
    cpu: CpuMoment


class Watch:
    """Looks on while `model` answers; use it as an async context manager.

    The peaks are in bytes, None where nobody tells. What engines don't say of their VRAM is taken to be what was added
    on this machine's cards since the beginning.
    """

    def __init__(
        self, engine: ChatModel, model: str, meters: Meters, *, is_here: bool, seconds: float = SAMPLING_SECONDS
    ) -> None:
        self._engine = engine
        self._model = model
        self._meters = meters
        self._is_here = is_here
        self._seconds = seconds
        self._began: _Moment
        self._answering: _Moment
        self._task: asyncio.Task[None]
        self.peak_ram: int | None = None
        self.peak_vram: int | None = None

    async def __aenter__(self) -> Self:
        self._began = self._answering = await asyncio.to_thread(self._read)
        self._task = asyncio.create_task(self._sample())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def begin_answering(self) -> None:
        """Look at what loading took of memory, and count energy from here on."""
        await self.look()
        self._answering = await asyncio.to_thread(self._read)

    async def consumed(self) -> Consumption:
        """What was consumed since the answers began."""
        now = await asyncio.to_thread(self._read)
        began = self._answering
        return Consumption(
            seconds=now.cpu.at - began.cpu.at,
            gpu_joules=began.energy.gpu_joules(now.energy),
            cpu_joules=began.energy.cpu_joules(now.energy),
            busy_cores=began.cpu.cores_until(now.cpu),
            has_cards=bool(now.cards),
        )

    async def look(self) -> None:
        """Look once, now."""
        held = await self._held()
        added = await self._added()
        if held:
            self.peak_ram = _larger(self.peak_ram, held.ram_bytes)
        told = held.vram_bytes if held and held.vram_bytes is not None else added
        self.peak_vram = _larger(self.peak_vram, told)

    def _read(self) -> _Moment:
        return _Moment(self._meters.energy(), self._meters.gpus(), self._meters.cpu())

    async def _sample(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.look()

    async def _held(self) -> LoadedModel | None:
        try:
            return next((held for held in await self._engine.loaded() if held.name == self._model), None)
        except AssistantError as error:  # the answers tell whether it is gone
            logger.debug("the engine doesn't tell what it holds: %s", error)
            return None

    async def _added(self) -> int | None:
        before = _vram(self._began.cards) if self._is_here else None
        if before is None:
            return None
        now = _vram(await asyncio.to_thread(self._meters.gpus))
        return None if now is None else max(0, now - before)


def _vram(cards: Sequence[Gpu]) -> int | None:
    """What is in use on all cards; None without cards, and where one doesn't tell."""
    known = [card.vram_used for card in cards if card.vram_used is not None]
    return sum(known) if known and len(known) == len(cards) else None


def _larger(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known, default=None)
