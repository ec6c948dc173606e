"""Owns one host of several: what it offers, whether it is left out, and what a failure says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.errors import (
    EngineBusy,
    EngineError,
    EngineInterrupted,
    EngineOutside,
    EngineRefused,
    EngineSilent,
    EngineUnreachable,
    UnknownModel,
)
from bot.ports import Capability, ChatModel, ModelInfo

_GATEWAY_FAULTS = (502, 504)
"""What a proxy answers in the place of an engine that isn't there; 503 means busy."""


class Failure(Enum):
    """What follows from a completion that failed.

    `host`: its host is left out, and another one may answer. `only_here`: another one may answer. `request`: it would
    fail everywhere.
    """

    HOST = "host"
    ONLY_HERE = "only-here"
    REQUEST = "request"


@dataclass(slots=True)
class Host:
    """An engine at one place. `trouble` is why it is left out, `offers` what it offers; None: it has never told."""

    engine: ChatModel
    trouble: EngineError | None = None
    offers: Sequence[ModelInfo] | None = None

    @property
    def url(self) -> str:
        """Where it is, without credentials; it is known by this."""
        return self.engine.url

    def has(self, model: str, *, able_to: frozenset[Capability] = frozenset()) -> bool:
        """Whether it can be asked for `model` now, for something that takes these capabilities."""
        offers = self.offers or ()
        return self.trouble is None and any(one.name == model and able_to <= one.capabilities for one in offers)


def failure_of(error: EngineError) -> Failure:
    """What follows from `error`. A host that is slow, or has much to do, is none that is gone."""
    match error:
        case EngineUnreachable() | EngineOutside() | EngineInterrupted():
            return Failure.HOST
        case EngineRefused(status=status) if status in _GATEWAY_FAULTS:
            return Failure.HOST
        case EngineBusy() | UnknownModel():
            return Failure.ONLY_HERE
        case _:
            return Failure.REQUEST


def is_slow(error: EngineError) -> bool:
    """Whether a host that was asked for its models says that it is there, though it can't tell them now."""
    return isinstance(error, EngineBusy | EngineSilent)


def in_common(errors: Sequence[EngineError], *, engine: str, url: str) -> EngineError:
    """What to tell when no host can answer: why one that is there can't, else that none can be reached at `url`."""
    of_living = [error for error in errors if failure_of(error) is not Failure.HOST]
    if of_living:
        return of_living[-1]
    if len(errors) == 1 or (isinstance(errors[0], EngineOutside) and len({type(error) for error in errors}) == 1):
        return errors[0]
    return EngineUnreachable(engine=engine, url=url)


def union(offers: Sequence[Sequence[ModelInfo]]) -> list[ModelInfo]:
    """Every model once, as the first host tells of it.

    It counts as loaded where one host has it loaded, and as able to do what it can on one of them.
    """
    models: dict[str, ModelInfo] = {}
    for model in (model for offered in offers for model in offered):
        known = models.get(model.name)
        able_to = model.capabilities | (known.capabilities if known else frozenset())
        told = model if known is None or (model.loaded and not known.loaded) else known
        models[model.name] = replace(told, capabilities=able_to)
    return list(models.values())
