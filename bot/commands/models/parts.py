"""Owns what the commands about models share: which one is meant, their buttons, and figures in words."""

import shlex
from collections.abc import Mapping, Sequence

from bot.access import Access, Permission
from bot.commands.cards import Action
from bot.commands.command import Invocation
from bot.commands.parts import gigabytes, promptly
from bot.models.naming import resolve
from bot.ports import ChatModel, LoadedModel, ModelInfo, PinScope
from bot.wording import Wording

MOST_COMMAND = 95
"""So many characters of a command can be kept with a button."""
_SMALL_BYTES = 100_000_000
_STAYS_SECONDS = 10 * 365 * 86_400
"""An engine that is told to keep a model for ever says that it leaves in centuries."""


async def meant_model(engine: ChatModel, name: str) -> ModelInfo:
    """The model that `engine` has and somebody means by `name`; `UnknownModel` with the nearest names."""
    return resolve(name, await promptly(engine, engine.models()), engine=engine.engine)


def button(label: str, command: str, *words: str) -> tuple[Action, ...]:
    """The button for `command` with `words`; none where these are too long for one."""
    typed = " ".join((command, *map(shlex.quote, words)))
    return (Action(label, typed),) if len(typed) <= MOST_COMMAND else ()


def may(invocation: Invocation, access: Access, permission: Permission) -> bool:
    """Whether the caller may do what takes `permission`."""
    return access.allows(permission, invocation.author, invocation.conversation)


def size(count: int | None, say: Wording) -> str:
    """A number of bytes in GB, a small one in MB; a dash where it isn't known."""
    if count is not None and count < _SMALL_BYTES:
        return say("fit-megabytes", value=count / 1e6)
    return gigabytes(count, say)


def duration(seconds: float, say: Wording) -> str:
    """A time in seconds, minutes or hours, whichever reads best."""
    if seconds < 90:
        return say("duration-left", unit="seconds", count=max(1, round(seconds)))
    if seconds < 5400:
        return say("duration-left", unit="minutes", count=round(seconds / 60))
    return say("duration-left", unit="hours", count=seconds / 3600)


def time_left(held: LoadedModel, *, at: float, say: Wording) -> str:
    """How long a model stays in memory from `at` on; `stays`, or `none` where the engine doesn't tell."""
    if held.expires_at is None:
        return "none"
    seconds = held.expires_at - at
    return "stays" if seconds > _STAYS_SECONDS else duration(seconds, say)


def places(counts: Mapping[PinScope, int], say: Wording) -> str:
    """How many have chosen a model by name, scope by scope; nothing where nobody has."""
    told = [say("info-holder", scope=scope.value, count=counts[scope]) for scope in PinScope if counts.get(scope)]
    return ", ".join(told)


def variants(model: ModelInfo, models: Sequence[ModelInfo]) -> tuple[str, ...]:
    """The other models of the same name, by their tags."""
    base = model.name.partition(":")[0]
    return tuple(other.name for other in models if other != model and other.name.partition(":")[0] == base)
