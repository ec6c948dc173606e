"""Owns `sova models info`, `pull`, `warm`, `unload` and `delete`: in a shell what the same commands do in a chat."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal

from adapters.terminal.live_cards import show_changing
from adapters.terminal.render import console_on, print_card
from adapters.terminal.translate import Speaker
from bot.access import Access
from bot.commands.cards import Card, LiveCard
from bot.commands.models.care import ModelCare
from bot.commands.models.delete import YES
from bot.commands.models.pull_card import doubtful_card
from bot.composition.engines import Taken, open_engine
from bot.composition.fitting import advisor_of
from bot.composition.model_care import pulls_of
from bot.composition.speakers import user_name
from bot.errors import MissingArgument, NoEngine
from bot.logs import start_logging
from bot.models.pull import PullEnd, PullState
from bot.settings import Settings
from bot.wording import Wording

Action = Literal["info", "pull", "warm", "unload", "delete"]
ACTIONS: tuple[Action, ...] = ("info", "pull", "warm", "unload", "delete")
_FAILED, _NOT_SURE = 1, 2


async def care(settings: Settings, say: Wording, *, action: Action, name: str | None, sure: bool) -> int:
    """Look after the model `name`; `sure` answers what a chat would ask back. Raises what the engine fails with."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    if name is None:
        raise MissingArgument(command=f"models {action}", parameter="NAME")
    async with _opened(settings) as models:
        if action == "pull":
            return await _pull(models, name, say, sure=sure)
        values = {"name": name} | ({"confirm": YES} if sure and action == "delete" else {})
        await _run(models, action, values, say)
    return _NOT_SURE if action == "delete" and not sure else 0


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[ModelCare]:
    async with AsyncExitStack() as stack:
        engine = (await _taken(settings, stack)).engine
        pulls = await stack.enter_async_context(pulls_of(settings, engine))
        yield ModelCare(engine, pulls, Access(), advisor=advisor_of(settings, engine), configured=settings.model)


async def _taken(settings: Settings, stack: AsyncExitStack) -> Taken:
    """The engine that answers; where none has a model yet, Ollama if it is there, for it can be told to fetch one."""
    try:
        return await stack.enter_async_context(open_engine(settings, required=True))
    except NoEngine:
        usual = settings.with_other("engine", "ollama")
        return await stack.enter_async_context(open_engine(usual, required=True))


async def _run(models: ModelCare, action: Action, values: Mapping[str, str], say: Wording) -> None:
    command = next(command for command in models.commands() if command.name == f"model-{action}")
    speaker = Speaker(user=user_name(), language=say.language)
    result = await command.run(speaker.invocation(), values)
    if isinstance(result, LiveCard):
        await _show(result, say)
    elif isinstance(result, Card):
        print_card(console_on(sys.stdout), result, say)


async def _pull(models: ModelCare, name: str, say: Wording, *, sure: bool) -> int:
    doubts = () if sure else await models.pulling.doubts(name, say)
    if doubts:
        print_card(console_on(sys.stderr), doubtful_card(name, doubts, say), say)
        return _NOT_SURE
    pull = models.pulls.begin(name, by=user_name())
    await _show(LiveCard(models.pulling.cards(pull, say)), say)
    return _exit_code(pull.state)


async def _show(live: LiveCard, say: Wording) -> None:
    await show_changing(live, out=console_on(sys.stdout), aside=console_on(sys.stderr), say=say)


def _exit_code(state: PullState) -> int:
    if state.error:
        return state.error.exit_code
    return 0 if state.end is PullEnd.DONE else _FAILED
