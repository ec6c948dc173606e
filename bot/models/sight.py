"""Owns which model to name for a picture: an installed one that sees, or a well-known one that would fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.errors import EngineError, NoVision
from bot.models.fit_sizes import Sized
from bot.models.fit_verdict import Place, Verdict
from bot.models.selection import can_chat
from bot.models.whereabouts import runs_here
from bot.ports import Attention, Capability, ChatModel, ModelInfo

_FETCHES_BY_NAME = "ollama"
"""The only engine that fetches models by a name that everybody knows."""
_DOUBT = 0.05
"""By what share a tag of Ollama's library may grow: it is published anew now and then."""


def _known(name: str, gigabytes: float, context_tokens: int, attention: Attention) -> Sized:
    weights = int(gigabytes * 1e9)
    return Sized(name, weights, attention, context_tokens, doubt=int(weights * _DOUBT))


WELL_KNOWN = (
    _known("moondream", 1.7, 2_048, Attention.uniform(layers=24, kv_heads=32, head_length=64, heads=32)),
    _known("granite3.2-vision:2b", 2.4, 16_384, Attention.uniform(layers=40, kv_heads=8, head_length=64, heads=32)),
    _known("qwen2.5vl:3b", 3.2, 128_000, Attention.uniform(layers=36, kv_heads=2, head_length=128, heads=16)),
    _known("gemma3:4b", 3.3, 131_072, Attention.uniform(layers=34, kv_heads=4, head_length=256, heads=8)),
    _known("qwen2.5vl:7b", 6.0, 128_000, Attention.uniform(layers=28, kv_heads=4, head_length=128, heads=28)),
    _known("llama3.2-vision:11b", 7.8, 131_072, Attention.uniform(layers=40, kv_heads=8, head_length=128, heads=32)),
)
"""Models of Ollama's library that see, the smallest first: GB to fetch, projector included; contexts and shapes as
their makers publish them. Windows are left out, so the sums err to the safe side."""

_QUICK_BYTES = 3_500_000_000
"""Without a graphics card larger ones take minutes for a picture."""
_USUAL = "gemma3:4b"
"""The one to name where nobody knows what fits: it runs on most machines, and speaks Czech."""


@dataclass(frozen=True, slots=True)
class Seeing:
    """The installed models that see, the most suitable first; where there is none, one to fetch, if any."""

    installed: tuple[str, ...] = ()
    pull: str = ""

    @property
    def best(self) -> str:
        """The installed one to take; empty where there is none."""
        return next(iter(self.installed), "")


class JudgesFit(Protocol):
    """Whoever knows what fits into this machine's memory."""

    async def verdicts(self, models: Sequence[ModelInfo]) -> Mapping[str, Verdict]:
        """Where each of `models` would run, by name; none where the engine uses another machine's memory."""
        ...

    async def judged(self, candidates: Sequence[Sized]) -> Mapping[str, Verdict]:
        """The same for models that the engine need not have."""
        ...


class Sight:
    """Tells which models of `engine` see. Without an `advisor` nobody knows which of them fit."""

    def __init__(self, engine: ChatModel, *, advisor: JudgesFit | None = None) -> None:
        self._engine = engine
        self._advisor = advisor

    async def sees(self, model: str) -> bool:
        """Whether the engine says that `model` takes pictures; raises its errors."""
        return Capability.VISION in (await self._engine.model(model)).capabilities

    async def seeing(self) -> Seeing:
        """Which model to take for a picture instead; raises the engine's errors."""
        able = [model for model in await self._engine.models() if can_chat(model) and _sees(model)]
        if able:
            verdicts = await self._advisor.verdicts(able) if self._advisor else {}
            return Seeing(by_suitability(able, verdicts))
        return Seeing(pull=await self._to_fetch())

    async def explain(self, error: EngineError) -> EngineError:
        """`error` with a model that sees, where the one that was asked doesn't."""
        if not isinstance(error, NoVision):
            return error
        try:
            seeing = await self.seeing()
        except EngineError:
            return error
        return replace(error, best=seeing.best, pull=seeing.pull)

    async def _to_fetch(self) -> str:
        if self._engine.engine != _FETCHES_BY_NAME:
            return ""
        if self._advisor is None or not runs_here(self._engine):
            return _USUAL
        return to_fetch(await self._advisor.judged(WELL_KNOWN))


def to_fetch(verdicts: Mapping[str, Verdict]) -> str:
    """The well-known model to fetch: the largest that fits into VRAM, else of those that are quick enough without.

    Empty where none fits.
    """
    fitting = [model for model in WELL_KNOWN if verdicts[model.name].fits]
    on_cards = [model for model in fitting if verdicts[model.name].place is Place.VRAM]
    quick = [model for model in fitting if model.weights <= _QUICK_BYTES]
    return (on_cards or quick)[-1].name if on_cards or quick else ""


def by_suitability(models: Sequence[ModelInfo], verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """The names of `models`, where they run best first, and of those that run equally well the largest.

    One of which nothing is known stands behind those that fit.
    """

    def order(model: ModelInfo) -> tuple[bool, int, int]:
        verdict = verdicts.get(model.name)
        place = verdict.place.rank if verdict else 0
        return (verdict is None or not verdict.fits, place, -(model.size_bytes or 0))

    return tuple(model.name for model in sorted(models, key=order))


def _sees(model: ModelInfo) -> bool:
    return Capability.VISION in model.capabilities
