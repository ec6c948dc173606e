"""Owns giving advice on memory: asks the machine and the engine, learns from what is loaded, and judges models."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.commands.models.fit_advice import (
    Advice,
    Amount,
    Machine,
    Wanted,
    amount_of,
    better_quantization,
    empty_room,
    room_of,
    seen,
    widths_of,
)
from bot.commands.parts import promptly
from bot.errors import AssistantError, EngineError, EngineOutOfMemory, NotEnoughMemory, UnknownModel
from bot.models import memory
from bot.models.catalogue import CATALOGUE
from bot.models.fit import EMBEDDED, SERVER, Overhead, Plan, need, sized
from bot.models.fit_calibration import Measured, learnt
from bot.models.fit_file import CalibrationFile
from bot.models.fit_sizes import Sized, of_info, of_words
from bot.models.fit_verdict import Place, Verdict, judge, largest, largest_context, largest_quantization
from bot.models.naming import resolve
from bot.models.selection import can_chat
from bot.models.whereabouts import runs_here
from bot.ports import ChatModel, LoadedModel, ModelInfo
from bot.stats.hardware import HardwareProbe


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
            now = seen(held, now)
        return Advice(
            model=model,
            plan=plan,
            machine=machine,
            now=now,
            empty=empty,
            longest=largest_context(model, plan, machine.room, place=now.place if now.fits else Place.RAM),
            quantization=better_quantization(model, plan, machine.room, now),
            widths=widths_of(model, plan, machine.room),
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
        return {name: seen(held[name], one) if name in held else one for name, one in judged.items()}

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
        cards = tuple(map(amount_of, hardware.gpus)) if self._uses_cards(loaded) else ()
        return Machine(
            ram=ram,
            cards=cards,
            room=room_of(ram, cards, [(held, sizes.get(held.name)) for held in loaded]),
            empty=empty_room(ram, cards),
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
