"""Owns advice on memory: what the machine has, what the engine holds of it, and what would fit beside or instead."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.commands.parts import promptly
from bot.errors import AssistantError, EngineError, EngineOutOfMemory, NotEnoughMemory, UnknownModel
from bot.models import memory
from bot.models.catalogue import CATALOGUE
from bot.models.fit import EMBEDDED, SERVER, Overhead, Plan, need, sized
from bot.models.fit_calibration import Measured, learnt
from bot.models.fit_file import CalibrationFile
from bot.models.fit_sizes import USUAL, WIDTHS, Sized, of_info, of_words
from bot.models.fit_verdict import Place, Room, Verdict, judge, largest, largest_context, largest_quantization
from bot.models.naming import resolve
from bot.models.selection import can_chat
from bot.models.whereabouts import runs_here
from bot.ports import ChatModel, LoadedModel, ModelInfo
from bot.stats.gpus import Gpu
from bot.stats.hardware import HardwareProbe

_SYSTEM_BYTES = 1_500_000_000
"""What the system itself takes of main memory when nothing else runs."""
_DESKTOP_SHARE = 0.05
"""What a screen and the driver take of a graphics card."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Bytes that are free now, and that there are."""

    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine has: main memory, and the graphics cards that the engine can use.

    `room` is what a model could have now, with what the engine would give back of those that it holds; `empty` what it
    could have when nothing else ran. `loaded` are the models in memory, `measured` how many the sums were checked by.
    """

    ram: Amount
    cards: tuple[Amount, ...]
    room: Room
    empty: Room
    loaded: tuple[LoadedModel, ...]
    overhead: Overhead
    measured: int


@dataclass(frozen=True, slots=True)
class Width:
    """A model in so many bits for each weight: its weights in bytes, all that it needs, and where it would run."""

    bits: int
    quantization: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be judged: a model's name or words such as “13B Q4”, and how it is run where that isn't as usual."""

    model: str
    context_tokens: int | None = None
    parallel: int | None = None
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Where a model would run now, and when nothing else ran; with what it would run there, or better.

    `longest` is the longest context with which it runs as well as now (or at all), `quantization` the best one with
    which it runs better; None where there is none. `is_here` tells whether the engine uses this machine at all.
    """

    model: Sized
    plan: Plan
    machine: Machine
    now: Verdict
    empty: Verdict
    longest: int | None
    quantization: str | None
    widths: tuple[Width, ...]
    is_here: bool
    is_loaded: bool = False


class FitAdvisor:
    """Advises on the models of `engine`, which is run with `context_tokens` for each of `parallel` answers at once.

    What the engine tells of models in memory corrects the sums, and is kept in `calibration`. `free` and `total` read
    main memory, in bytes.
    """

    def __init__(
        self,
        engine: ChatModel,
        *,
        hardware: HardwareProbe,
        calibration: CalibrationFile,
        context_tokens: int,
        parallel: int,
        free: Callable[[], int] = memory.free_bytes,
        total: Callable[[], int] = memory.total_bytes,
    ) -> None:
        self._engine = engine
        self._hardware = hardware
        self._calibration = calibration
        self._context_tokens = context_tokens
        self._parallel = parallel
        self._free = free
        self._total = total

    async def advise(self, wanted: Wanted) -> Advice:
        """Judge one model; `UnknownModel` when the engine has none of that name and the words tell no size.

        Where the engine can't be reached, words are judged all the same, without what it holds in memory.
        """
        models = await self._models(wanted)
        model = self._meant(wanted.model, models)
        machine = await self._machine(models)
        plan = self._plan(wanted, machine)
        is_loaded = wanted.context_tokens is None and any(held.name == model.name for held in machine.loaded)
        now, empty = judge(model, plan, machine.room), judge(model, plan, machine.empty)
        if is_loaded:
            held = next(held for held in machine.loaded if held.name == model.name)
            now = _seen(held, now)
        return Advice(
            model=model,
            plan=plan,
            machine=machine,
            now=now,
            empty=empty,
            longest=largest_context(model, plan, machine.room, place=now.place if now.fits else Place.RAM),
            quantization=_better(model, plan, machine.room, now),
            widths=_widths(model, plan, machine.room),
            is_here=runs_here(self._engine),
            is_loaded=is_loaded,
        )

    async def verdicts(self, models: Sequence[ModelInfo]) -> Mapping[str, Verdict]:
        """Where each of `models` would run, by name; none where the engine uses another machine's memory."""
        if not runs_here(self._engine):
            return {}
        machine = await self._machine(models)
        held = {model.name: model for model in machine.loaded}
        known = [model for model in map(of_info, models) if model]
        plan = self._plan(Wanted(""), machine)
        judged = {model.name: judge(model, plan, machine.room) for model in known}
        return {name: _seen(held[name], one) if name in held else one for name, one in judged.items()}

    async def judged(self, candidates: Sequence[Sized]) -> Mapping[str, Verdict]:
        """The same for models that the engine need not have."""
        if not runs_here(self._engine):
            return {}
        machine = await self._machine(await promptly(self._engine, self._engine.models()))
        plan = self._plan(Wanted(""), machine)
        return {model.name: judge(model, plan, machine.room) for model in candidates}

    async def explain(self, error: EngineError) -> EngineError:
        """`error` with what helps, where memory ran out: models to stop, a smaller one, a shorter context."""
        if not isinstance(error, NotEnoughMemory | EngineOutOfMemory):
            return error
        try:
            return await self._with_advice(error)
        except AssistantError:  # the engine that ran out of memory may be gone, too
            return error

    async def _with_advice(self, error: NotEnoughMemory | EngineOutOfMemory) -> EngineError:
        models = await promptly(self._engine, self._engine.models())
        machine = await self._machine(models)
        stop = tuple(held.name for held in machine.loaded if held.name != error.model)
        if not runs_here(self._engine):
            return replace(error, stop=stop)
        plan = self._plan(Wanted(""), machine)
        failed = next((of_info(model) for model in models if model.name == error.model), None)
        able = [model for model in map(of_info, filter(can_chat, models)) if model]
        smaller = [model for model in able if failed and model.weights < failed.weights]
        instead = largest(smaller, plan, machine.room)
        return replace(
            error,
            stop=stop,
            instead=instead.name if instead else "",
            quantization=(failed and largest_quantization(failed, plan, machine.room, place=Place.RAM)) or "",
            context=(failed and largest_context(failed, plan, machine.room, place=Place.RAM)) or 0,
        )

    async def _models(self, wanted: Wanted) -> Sequence[ModelInfo]:
        try:
            return await promptly(self._engine, self._engine.models())
        except EngineError:
            if (_listed(wanted.model) or of_words(wanted.model)) is None:
                raise
            return ()

    def _meant(self, words: str, models: Sequence[ModelInfo]) -> Sized:
        try:
            info = resolve(words, models, engine=self._engine.engine)
        except UnknownModel:
            if described := _listed(words) or of_words(words):
                return described
            raise
        known = of_info(info)
        if known is None:
            raise UnknownModel(name=words, engine=self._engine.engine)
        return known

    def _plan(self, wanted: Wanted, machine: Machine) -> Plan:
        return Plan(
            context_tokens=wanted.context_tokens or self._context_tokens,
            parallel=wanted.parallel or self._parallel,
            cache=wanted.cache or "f16",
            overhead=machine.overhead,
        )

    async def _machine(self, models: Sequence[ModelInfo]) -> Machine:
        """Read the machine and the engine, and learn from what is loaded."""
        hardware, free, total, loaded = await asyncio.gather(
            self._hardware.read(), asyncio.to_thread(self._free), asyncio.to_thread(self._total), self._loaded()
        )
        sizes = {model.name: model for model in map(of_info, models) if model}
        measured = await asyncio.to_thread(self._learn, loaded, sizes)
        ram = Amount(free, total)
        cards = tuple(map(_amount, hardware.gpus)) if self._uses_cards(loaded) else ()
        return Machine(
            ram=ram,
            cards=cards,
            room=_room(ram, cards, [(held, sizes.get(held.name)) for held in loaded]),
            empty=Room(max(0, total - _SYSTEM_BYTES), tuple(int(card.total * (1 - _DESKTOP_SHARE)) for card in cards)),
            loaded=tuple(loaded),
            overhead=learnt(self._starting, measured),
            measured=len(measured),
        )

    @property
    def _starting(self) -> Overhead:
        return EMBEDDED if self._engine.engine == "embedded" else SERVER

    def _uses_cards(self, loaded: Sequence[LoadedModel]) -> bool:
        """The embedded engine is usually built for processors alone; where a card is used, it can't say how much."""
        return self._engine.engine != "embedded" or any(held.vram_bytes is None for held in loaded)

    async def _loaded(self) -> Sequence[LoadedModel]:
        try:
            return await promptly(self._engine, self._engine.loaded())
        except EngineError:
            return ()

    def _learn(self, loaded: Sequence[LoadedModel], sizes: Mapping[str, Sized]) -> Sequence[Measured]:
        """What was measured of this engine so far, with what it tells now."""
        engine = self._engine.engine
        key = engine if engine == "embedded" else f"{engine} {self._engine.url}"
        told = [self._measured(held, sizes[held.name]) for held in loaded if held.name in sizes]
        if new := [one for one in told if one]:
            self._calibration.add(key, new)
        return self._calibration.read(key)

    def _measured(self, held: LoadedModel, model: Sized) -> Measured | None:
        """A loaded model beside what the sums say of it; None where the engine doesn't tell enough.

        What pictures take shows with the first one alone, so a model for which that is reckoned apart teaches nothing.
        """
        size = held.working_bytes if self._engine.engine == "embedded" else _size(held)
        if not size or held.context_tokens is None or not (model.is_measured and model.is_told) or model.pictures:
            return None
        plan = Plan(held.context_tokens, self._parallel, overhead=self._starting)
        return Measured.of(
            held.name, need(model, plan), context_tokens=held.context_tokens, parallel=self._parallel, measured=size
        )


def _listed(name: str) -> Sized | None:
    """The model of the catalogue that is called so, fetched or not."""
    return next((sized(model) for model in CATALOGUE if model.name == name.strip().lower()), None)


def _size(held: LoadedModel) -> int | None:
    """All that a loaded model takes; None where the engine doesn't tell both parts."""
    return None if held.ram_bytes is None or held.vram_bytes is None else held.ram_bytes + held.vram_bytes


def _amount(gpu: Gpu) -> Amount:
    """A card that doesn't tell what is in use counts as full."""
    total = gpu.vram_total or 0
    return Amount(total - (total if gpu.vram_used is None else gpu.vram_used), total)


def _room(ram: Amount, cards: Sequence[Amount], loaded: Sequence[tuple[LoadedModel, Sized | None]]) -> Room:
    """What is free, and what the engine surely gives back: it puts models out to make room for another.

    Weights in main memory are usually pages of the file, which count as free already.
    """
    back_ram = sum(_given_back(held, model) for held, model in loaded)
    back_vram = sum(held.vram_bytes or 0 for held, _ in loaded) if cards else 0
    free = [card.free for card in cards]
    if free:
        free[0] += back_vram
    return Room(ram.free + back_ram, tuple(free))


def _given_back(held: LoadedModel, model: Sized | None) -> int:
    if not held.ram_bytes or model is None:
        return 0
    share = held.ram_bytes / (held.ram_bytes + (held.vram_bytes or 0))
    return max(0, held.ram_bytes - int(model.weights * share))


def _seen(held: LoadedModel, judged: Verdict) -> Verdict:
    """A loaded model runs where it is; where the engine doesn't tell, at least it runs."""
    if held.ram_bytes is None or held.vram_bytes is None:
        return judged if judged.fits else replace(judged, place=Place.RAM)
    share = held.vram_bytes / max(1, held.ram_bytes + held.vram_bytes)
    if not held.vram_bytes:
        return replace(judged, place=Place.RAM, layers_on_cards=0)
    place = Place.VRAM if not held.ram_bytes else Place.SPLIT
    return replace(judged, place=place, layers_on_cards=round(judged.layers * share))


def _better(model: Sized, plan: Plan, room: Room, now: Verdict) -> str | None:
    """The best quantization with which it would run in a better place than now, the best place first."""
    aims = [Place.VRAM] if room.cards else []
    aims += [] if now.fits else [Place.RAM]
    found = (largest_quantization(model, plan, room, place=aim) for aim in aims if aim.rank < now.place.rank)
    return next((name for name in found if name), None)


def _widths(model: Sized, plan: Plan, room: Room) -> tuple[Width, ...]:
    """The model in the widths that people know; one whose quantization isn't known is taken for the usual one."""
    known = model if model.quantization else replace(model, quantization=USUAL)
    variants = ((bits, name, known.quantized(name)) for bits, name in WIDTHS.items())
    return tuple(Width(bits, name, judge(one, plan, room)) for bits, name, one in variants if one)
