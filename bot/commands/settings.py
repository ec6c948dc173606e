"""Owns `/settings`: what an administrator sets for a channel or a whole workspace, shown, changed and taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from bot.access import LOCAL_PLATFORM, Permission
from bot.commands.cards import Action, Card, Table
from bot.commands.parts import promptly, unknown
from bot.commands.place_values import (
    ALL_CHANNELS,
    COMMAND,
    HERE,
    LEVEL_WORDS,
    NO_CHANNEL,
    RESET,
    SETTING_WORDS,
    Reset,
    Set,
    SetModel,
    Setting,
    Show,
    read,
    shown_scopes,
)
from bot.commands.registry import Command, Invocation, Parameter, Values
from bot.errors import CannotChat
from bot.models.naming import resolve as resolve_model
from bot.models.selection import can_chat
from bot.places import resolve
from bot.ports import (
    AnswerIn,
    ChatModel,
    ChosenHere,
    ModelPins,
    Pin,
    PinScope,
    PlaceChoices,
    PlaceLanguage,
    PlaceLevel,
    PlaceSettings,
)
from bot.retrieval.scopes import PUBLIC, ROOT, Scopes
from bot.wording import Wording


class KnowsScopes(Protocol):
    """Whoever knows which folders have readers of their own."""

    async def read(self) -> Scopes:
        """The scopes that hold now."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceCommands:
    """Shows and changes what is set for places. The channel's model is its pin, as `/model` sets it.

    `scopes` is None where there are no documents.
    """

    places: PlaceSettings
    pins: ModelPins
    engine: ChatModel
    scopes: KnowsScopes | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/settings [option] [value] [where]`; the value `reset` takes a setting back."""
        parameters = (
            Parameter("option", choices=tuple(Setting), aliases=SETTING_WORDS),
            Parameter("value", completions=self._values),
            Parameter("where", choices=tuple(PlaceLevel), aliases=LEVEL_WORDS),
        )
        return (Command(COMMAND, self._run, parameters, permission=Permission.ADMINISTER),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        if invocation.conversation.platform == LOCAL_PLATFORM:
            return Card(invocation.say("settings-title"), invocation.say("settings-terminal"))
        request = read(values, channel=invocation.conversation.channel, scopes=await self._scopes())
        match request:
            case Show():
                return await self._show(invocation)
            case Set(level=level, choices=choices):
                await self.places.choose(level, invocation.conversation, choices)
                return await self._show(invocation, done=invocation.say("settings-set", level=level.value))
            case SetModel(name=name):
                await self._pin(invocation, name)
                level = PlaceLevel.CHANNEL
                return await self._show(invocation, done=invocation.say("settings-set", level=level.value))
            case Reset() as reset:
                count = await self._reset(invocation, reset)
                return await self._show(
                    invocation, done=invocation.say("settings-reset", level=reset.level.value, count=count)
                )
            case unreachable:
                assert_never(unreachable)

    async def _pin(self, invocation: Invocation, name: str) -> None:
        models = await promptly(self.engine, self.engine.models())
        model = resolve_model(name, models, engine=self.engine.engine)
        if not can_chat(model):
            raise CannotChat(model=model.name)
        await self.pins.pin(PinScope.CHANNEL, invocation.conversation, invocation.author, model.name)

    async def _reset(self, invocation: Invocation, reset: Reset) -> int:
        place = invocation.conversation
        count = await self.places.reset(reset.level, place, reset.options)
        if reset.model:
            count += await self.pins.unpin(PinScope.CHANNEL, place, invocation.author)
        return count

    async def _show(self, invocation: Invocation, *, done: str = "") -> Card:
        chosen, pins = await asyncio.gather(
            self.places.chosen(invocation.conversation), self.pins.pins(invocation.conversation, invocation.author)
        )
        return _card(invocation, chosen, pins, done=done)

    async def _scopes(self) -> frozenset[str]:
        return frozenset((await self.scopes.read()).readers) if self.scopes else frozenset()

    async def _values(self, _invocation: Invocation) -> Sequence[str]:
        models = await promptly(self.engine, self.engine.models())
        scopes = sorted({ROOT, *await self._scopes()} - {PUBLIC})
        words = (*AnswerIn, *PlaceLanguage, HERE, ALL_CHANNELS, NO_CHANNEL, *scopes, RESET)
        return (*words, *(model.name for model in models if can_chat(model)))


def _card(invocation: Invocation, chosen: ChosenHere, pins: Sequence[Pin], *, done: str) -> Card:
    say, place = invocation.say, invocation.conversation
    model = next((pin.model for pin in pins if pin.scope is PinScope.CHANNEL), None)
    is_open = resolve(chosen, place, answer_in=AnswerIn.THREAD).is_open
    sentences = (done, "" if is_open else say("settings-closed-here"), say("settings-precedence"))
    columns = tuple(say(f"settings-column-{name}") for name in ("option", *PlaceLevel))
    return Card(
        title=say("settings-title"),
        text="\n".join(filter(None, sentences)),
        tables=(Table(columns, _rows(chosen, model, say)),),
        actions=_actions(chosen, model, say),
    )


def _rows(chosen: ChosenHere, model: str | None, say: Wording) -> tuple[tuple[str, ...], ...]:
    channel, workspace = (_shown(choices, say) for choices in (chosen.channel, chosen.workspace))
    channel[Setting.MODEL] = model
    return tuple(
        (say(f"settings-{setting}"), channel.get(setting) or unknown(say), workspace.get(setting) or unknown(say))
        for setting in Setting
        if setting is not Setting.ALL
    )


def _shown(choices: PlaceChoices, say: Wording) -> dict[Setting, str | None]:
    """What is set, in words; None where nothing is."""
    return {
        Setting.ANSWER_IN: choices.answer_in and say("settings-answers", where=choices.answer_in.value),
        Setting.LANGUAGE: choices.language and say("settings-speaks", language=choices.language.value),
        Setting.KNOWLEDGE: None if choices.knowledge is None else shown_scopes(choices.knowledge),
        Setting.CHANNELS: None
        if choices.channels is None
        else ", ".join(sorted(choices.channels)) or say("settings-no-channel"),
    }


def _actions(chosen: ChosenHere, model: str | None, say: Wording) -> tuple[Action, ...]:
    """Taking everything back, at each level where there is something."""
    is_set = {
        PlaceLevel.CHANNEL: chosen.channel != PlaceChoices() or model is not None,
        PlaceLevel.WORKSPACE: chosen.workspace != PlaceChoices(),
    }
    return tuple(
        Action(say("settings-action-reset", level=level.value), f"{COMMAND} {Setting.ALL} {RESET} {level}")
        for level in PlaceLevel
        if is_set[level]
    )
