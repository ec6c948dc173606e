"""Owns advice on memory as values: what a machine has, where a model would run, and what would run better. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.models.fit import Overhead, Plan
from bot.models.fit_sizes import USUAL, WIDTHS, Sized
from bot.models.fit_verdict import Place, Room, Verdict, judge, largest_quantization
from bot.ports import LoadedModel
from bot.stats.gpus import Gpu

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


def amount_of(gpu: Gpu) -> Amount:
    """A card that doesn't tell what is in use counts as full."""
    total = gpu.vram_total or 0
    return Amount(total - (total if gpu.vram_used is None else gpu.vram_used), total)


def room_of(ram: Amount, cards: Sequence[Amount], loaded: Sequence[tuple[LoadedModel, Sized | None]]) -> Room:
    """What is free, and what the engine surely gives back: it puts models out to make room for another.

    Weights in main memory are usually pages of the file, which count as free already.
    """
    back_ram = sum(_given_back(held, model) for held, model in loaded)
    back_vram = sum(held.vram_bytes or 0 for held, _ in loaded) if cards else 0
    free = [card.free for card in cards]
    if free:
        free[0] += back_vram
    return Room(ram.free + back_ram, tuple(free))


def empty_room(ram: Amount, cards: Sequence[Amount]) -> Room:
    """What a model could have when nothing else ran."""
    return Room(max(0, ram.total - _SYSTEM_BYTES), tuple(int(card.total * (1 - _DESKTOP_SHARE)) for card in cards))


def seen(held: LoadedModel, judged: Verdict) -> Verdict:
    """A loaded model runs where it is; where the engine doesn't tell, at least it runs."""
    if held.ram_bytes is None or held.vram_bytes is None:
        return judged if judged.fits else replace(judged, place=Place.RAM)
    share = held.vram_bytes / max(1, held.ram_bytes + held.vram_bytes)
    if not held.vram_bytes:
        return replace(judged, place=Place.RAM, layers_on_cards=0)
    place = Place.VRAM if not held.ram_bytes else Place.SPLIT
    return replace(judged, place=place, layers_on_cards=round(judged.layers * share))


def better_quantization(model: Sized, plan: Plan, room: Room, now: Verdict) -> str | None:
    """The best quantization with which it would run in a better place than now, the best place first."""
    aims = [Place.VRAM] if room.cards else []
    aims += [] if now.fits else [Place.RAM]
    found = (largest_quantization(model, plan, room, place=aim) for aim in aims if aim.rank < now.place.rank)
    return next((name for name in found if name), None)


def widths_of(model: Sized, plan: Plan, room: Room) -> tuple[Width, ...]:
    """The model in the widths that people know; one whose quantization isn't known is taken for the usual one."""
    known = model if model.quantization else replace(model, quantization=USUAL)
    variants = ((bits, name, known.quantized(name)) for bits, name in WIDTHS.items())
    return tuple(Width(bits, name, judge(one, plan, room)) for bits, name, one in variants if one)


def _given_back(held: LoadedModel, model: Sized | None) -> int:
    if not held.ram_bytes or model is None:
        return 0
    share = held.ram_bytes / (held.ram_bytes + (held.vram_bytes or 0))
    return max(0, held.ram_bytes - int(model.weights * share))
