"""Owns the verdict: where a model would run on this machine, and what of it would run better. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.models.fit import MIB, Need, Plan, need
from bot.models.fit_sizes import LADDER, Sized

CARD_BYTES = 400 * MIB
"""What each further graphics card takes for itself."""

CONTEXT_STEP = 256
LEAST_CONTEXT = 512
_LONGEST_CONTEXT = 1_048_576


class Place(StrEnum):
    """Where a model runs, the best first."""

    VRAM = "vram"
    SPLIT = "split"
    RAM = "ram"
    NOWHERE = "nowhere"

    @property
    def rank(self) -> int:
        """0 is the best."""
        return list(Place).index(self)


@dataclass(frozen=True, slots=True)
class Room:
    """The bytes that a model may have: in main memory, and on each graphics card."""

    ram: int
    cards: tuple[int, ...] = ()

    @property
    def vram(self) -> int:
        """What all cards together have for one model."""
        return max(0, sum(self.cards) - CARD_BYTES * max(0, len(self.cards) - 1))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it would run, and with how many of its layers on graphics cards; the output counts as one more layer."""

    place: Place
    need: Need
    layers_on_cards: int = 0
    layers: int = 0

    @property
    def fits(self) -> bool:
        """Whether it runs at all."""
        return self.place is not Place.NOWHERE


def judge(model: Sized, plan: Plan, room: Room) -> Verdict:
    """Where `model` would run in this `room`. Nothing counts as fitting without its margin."""
    needed = need(model, plan)
    layers = model.attention.layers + 1
    on_card = needed.working + needed.margin
    if room.cards and on_card <= room.vram and needed.prompts <= room.ram:
        return Verdict(Place.VRAM, needed, layers, layers)
    moved = _layers_on_cards(needed, layers, room)
    if moved and _left(needed, moved, layers) <= room.ram:
        return Verdict(Place.SPLIT, needed, moved, layers)
    return Verdict(Place.RAM if needed.careful <= room.ram else Place.NOWHERE, needed, 0, layers)


def largest_context(model: Sized, plan: Plan, room: Room, *, place: Place) -> int | None:
    """The longest context, in steps of 256 tokens, with which it still runs at least as well as in `place`.

    None where even the shortest doesn't. None is longer than the model was trained for.
    """
    longest = (model.context_tokens or _LONGEST_CONTEXT) // CONTEXT_STEP
    lowest, highest = LEAST_CONTEXT // CONTEXT_STEP - 1, longest + 1
    while highest - lowest > 1:
        middle = (lowest + highest) // 2
        verdict = judge(model, plan.with_context(middle * CONTEXT_STEP), room)
        lowest, highest = (middle, highest) if verdict.place.rank <= place.rank else (lowest, middle)
    return lowest * CONTEXT_STEP if lowest * CONTEXT_STEP >= LEAST_CONTEXT else None


def largest_quantization(model: Sized, plan: Plan, room: Room, *, place: Place) -> str | None:
    """The best quantization with which it runs at least as well as in `place`; None where none does."""
    return next((name for name in LADDER if _runs(model.quantized(name), plan, room, place=place)), None)


def largest(models: Sequence[Sized], plan: Plan, room: Room) -> Sized | None:
    """The largest of `models` that runs in this room, in the best place that any of them gets."""
    judged = [(judge(model, plan, room), model) for model in models]
    fitting = [(verdict.place.rank, -model.weights, model) for verdict, model in judged if verdict.fits]
    return min(fitting, key=lambda entry: entry[:2])[2] if fitting else None


def _runs(model: Sized | None, plan: Plan, room: Room, *, place: Place) -> bool:
    return model is not None and judge(model, plan, room).place.rank <= place.rank


def _layers_on_cards(needed: Need, layers: int, room: Room) -> int:
    """How many layers find room on the cards beside what the engine itself takes there."""
    each = max(1, (needed.weights + needed.cache) // layers)
    return min(layers - 1, max(0, room.vram - needed.overhead - needed.margin) // each)


def _left(needed: Need, moved: int, layers: int) -> int:
    """What stays in main memory when `moved` layers are on cards."""
    share = (needed.weights + needed.cache) * (layers - moved) // layers
    return share + needed.overhead + needed.prompts + needed.margin
