"""Owns the check of the model that answers where nobody chose another: there, able, and fit for this machine."""

import asyncio
from collections.abc import Iterable, Sequence

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.machine import free_vram
from bot.doctor.patient import Patient
from bot.errors import CannotChat
from bot.models.selection import can_chat, engines_choice
from bot.models.whereabouts import runs_here
from bot.ports import ChatModel, LoadedModel, ModelInfo
from bot.settings import Settings

_RUNTIME_BYTES = 300_000_000
"""What engines take at least beside a model's weights: their own buffers, and a short context."""


async def check_model(engine: ChatModel, patient: Patient, report: Report) -> None:
    """Report on the model that would answer; raises an `EngineError` when there is none."""
    settings = patient.settings
    model = await _answering(engine, settings)
    report(_introduced(model, settings))
    if model.context_tokens is not None and model.context_tokens < settings.context_tokens:
        asked, own = settings.context_tokens, model.context_tokens
        report(Finding.of(Code.CONTEXT_TOO_LONG, model=model.name, asked=asked, own=own))
    if runs_here(engine):
        for finding in await _memory(model, engine, patient):
            report(finding)


async def _answering(engine: ChatModel, settings: Settings) -> ModelInfo:
    name = settings.model or engines_choice(await engine.models(), engine=engine.engine).name
    model = await engine.model(name)
    if not can_chat(model):
        raise CannotChat(model=model.name)
    return model


def _introduced(model: ModelInfo, settings: Settings) -> Finding:
    return Finding.of(
        Code.MODEL,
        model=model.name,
        size="none" if model.size_bytes is None else model.size_bytes / 1e9,
        context=model.context_tokens or "none",
        chosen="setting" if settings.model else "engine",
    )


async def _memory(model: ModelInfo, engine: ChatModel, patient: Patient) -> Sequence[Finding]:
    loaded, hardware, free_ram = await asyncio.gather(
        engine.loaded(), patient.hardware(), asyncio.to_thread(patient.free_memory)
    )
    free = free_ram + free_vram(hardware.gpus) + _bytes_of(loaded)
    gpu = hardware.gpus[0].name if hardware.gpus and patient.settings.gpu_layers != 0 else None
    unused = [Finding.of(Code.GPU_UNUSED, model=held.name, gpu=gpu) for held in loaded if gpu and held.vram_bytes == 0]
    return [*unused, *_too_large(model, free)]


def _too_large(model: ModelInfo, free: int) -> Sequence[Finding]:
    """A model that is loaded fits; of another one only the weights and the runtime are sure to be needed."""
    needed = (model.size_bytes or 0) + _RUNTIME_BYTES
    if model.loaded or model.size_bytes is None or needed <= free:
        return ()
    return (Finding.of(Code.MODEL_TOO_LARGE, model=model.name, needed=needed / 1e9, free=free / 1e9),)


def _bytes_of(loaded: Iterable[LoadedModel]) -> int:
    """What the models in memory hold: the engine puts them out to make room for another."""
    return sum((held.ram_bytes or 0) + (held.vram_bytes or 0) for held in loaded)
