"""Owns which models to offer where one fails only when it is to answer."""

from dataclasses import replace

from bot.errors import EngineError, EngineFailedToStart, ModelFailed, ModelFileCorrupt
from bot.models.naming import same
from bot.models.selection import can_chat
from bot.ports import ChatModel

_OFFERED = 3


async def with_others(error: EngineError, engine: ChatModel) -> EngineError:
    """`error` with models that may answer in place of the one that failed, those in memory first."""
    if not isinstance(error, ModelFailed | EngineFailedToStart | ModelFileCorrupt):
        return error
    try:
        models = [model for model in await engine.models() if can_chat(model)]
    except EngineError:  # what failed is told all the same
        return error
    others = [model for model in models if same(model.name) != same(error.model)]
    others.sort(key=lambda model: not model.loaded)
    return replace(error, others=tuple(model.name for model in others[:_OFFERED]))
