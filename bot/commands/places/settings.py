"""Owns `/settings`: what an administrator sets for a channel or a whole workspace, shown, changed and taken back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from bot.access import LOCAL_PLATFORM, Permission
from bot.commands.cards import Action, Card, Table
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.parts import demand_workspace, has_workspace, promptly, unknown
from bot.commands.places.values import (
    ALL_CHANNELS,
    COMMAND,
    HERE,
    LEVEL_WORDS,
    NO_CHANNEL,
    RESET,
    SETTING_WORDS,
    Request,
    Reset,
    Set,
    SetModel,
    Setting,
    Show,
    read,
    shown_scopes,
)
from bot.errors import CannotChat
from bot.models.naming import resolve as resolve_model
from bot.models.selection import can_chat
from bot.places import resolve
from bot.ports import (
    AnswerIn,
    ChatModel,
    ChosenHere,
    ModelPins,
    PinScope,
    PlaceChoices,
    PlaceLanguage,
    PlaceLevel,
    PlaceSettings,
)
from bot.retrieval.scopes import PUBLIC, ROOT, Scopes


class KnowsScopes(Protocol):
    """Whoever knows which folders have readers of their own."""

    async def read(self) -> Scopes:
        """The scopes that hold now."""
        ...


PIN_OF = {PlaceLevel.CHANNEL: PinScope.CHANNEL, PlaceLevel.WORKSPACE: PinScope.WORKSPACE}
"""Where the choice of model at a level is kept: nowhere but where `/model` keeps it."""


@dataclass(frozen=True, slots=True)
class PlaceCommands:
    """Shows and changes what is set for places. Which model answers there is a pin, as `/model` sets it.

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
        request = await self._read(invocation, values)
        match request:
            case Show():
                return await self._show(invocation)
            case Set(level=level, choices=choices):
                await self.places.choose(level, invocation.conversation, choices)
                return await self._show(invocation, done=_said("settings-set", level, invocation))
            case SetModel(level=level, name=name):
                await self._pin(invocation, level, name)
                return await self._show(invocation, done=_said("settings-set", level, invocation))
            case Reset(level=level) as reset:
                count = await self._reset(invocation, reset)
                return await self._show(invocation, done=invocation.say("settings-reset", level=level, count=count))
            case unreachable:
                assert_never(unreachable)

    async def _read(self, invocation: Invocation, values: Values) -> Request:
        """What is asked for; raises `NoWorkspace` besides what `read` raises."""
        names = await invocation.find_channels() if values.get("option") == Setting.CHANNELS else {}
        scopes = await self._scopes()
        request = read(values, channel=invocation.conversation.channel, scopes=scopes, channels=names)
        if not isinstance(request, Show) and request.level is PlaceLevel.WORKSPACE:
            demand_workspace(invocation.conversation)
        return request

    async def _pin(self, invocation: Invocation, level: PlaceLevel, name: str) -> None:
        models = await promptly(self.engine, self.engine.models())
        model = resolve_model(name, models, engine=self.engine.engine)
        if not can_chat(model):
            raise CannotChat(model=model.name)
        await self.pins.pin(PIN_OF[level], invocation.conversation, invocation.author, model.name)

    async def _reset(self, invocation: Invocation, reset: Reset) -> int:
        place = invocation.conversation
        count = await self.places.reset(reset.level, place, reset.options)
        if reset.model:
            count += await self.pins.unpin(PIN_OF[reset.level], place, invocation.author)
        return count

    async def _show(self, invocation: Invocation, *, done: str = "") -> Card:
        chosen, pins = await asyncio.gather(
            self.places.chosen(invocation.conversation), self.pins.pins(invocation.conversation, invocation.author)
        )
        names = await invocation.find_channels() if chosen.workspace.channels else {}
        return _Shown(invocation, chosen, {pin.scope: pin.model for pin in pins}, names, done).card()

    async def _scopes(self) -> frozenset[str]:
        return frozenset((await self.scopes.read()).readers) if self.scopes else frozenset()

    async def _values(self, invocation: Invocation) -> Sequence[str]:
        """Those of the option that is chosen already, else those of all."""
        option = invocation.given.get("option")
        wanted = [setting for setting in Setting if option in (None, setting)]
        offered = [(*await self._offered(setting, invocation), RESET) for setting in wanted]
        return tuple(dict.fromkeys(value for values in offered for value in values))

    async def _offered(self, setting: Setting, invocation: Invocation) -> Sequence[str]:
        match setting:
            case Setting.ANSWER_IN:
                return tuple(AnswerIn)
            case Setting.LANGUAGE:
                return tuple(PlaceLanguage)
            case Setting.MODEL:
                models = await promptly(self.engine, self.engine.models())
                return [model.name for model in models if can_chat(model)]
            case Setting.KNOWLEDGE:
                return sorted({ROOT, *await self._scopes()} - {PUBLIC})
            case Setting.CHANNELS:
                names = (await invocation.find_channels()).values()
                return (HERE, ALL_CHANNELS, NO_CHANNEL, *(f"#{name}" for name in sorted(names)))
            case Setting.ALL:
                return ()
            case unreachable:
                assert_never(unreachable)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the card tells: what is `chosen` and pinned, the `names` of channels by id, and what was `done` just now."""

    invocation: Invocation
    chosen: ChosenHere
    models: Mapping[PinScope, str]
    names: Mapping[str, str]
    done: str

    def card(self) -> Card:
        say, place = self.invocation.say, self.invocation.conversation
        is_open = resolve(self.chosen, place, answer_in=AnswerIn.THREAD).is_open
        closed = "" if is_open else say("settings-closed-here")
        precedence = say("settings-precedence", platform=place.platform) if has_workspace(place) else ""
        columns = (
            say("settings-column-option"),
            *(_said("settings-column", level, self.invocation) for level in self._levels),
        )
        return Card(
            title=say("settings-title"),
            text="\n".join(filter(None, (self.done, closed, precedence))),
            tables=(Table(columns, self._rows()),),
            actions=self._actions(),
        )

    @property
    def _levels(self) -> tuple[PlaceLevel, ...]:
        return tuple(PlaceLevel) if has_workspace(self.invocation.conversation) else (PlaceLevel.CHANNEL,)

    def _rows(self) -> tuple[tuple[str, ...], ...]:
        say = self.invocation.say
        of_levels = [self._at(level) for level in self._levels]
        return tuple(
            (say(f"settings-{setting}"), *(of_level.get(setting) or unknown(say) for of_level in of_levels))
            for setting in Setting
            if setting is not Setting.ALL
        )

    def _choices(self, level: PlaceLevel) -> PlaceChoices:
        return self.chosen.channel if level is PlaceLevel.CHANNEL else self.chosen.workspace

    def _at(self, level: PlaceLevel) -> dict[Setting, str | None]:
        """What is set at `level`, in words; None where nothing is."""
        say, choices = self.invocation.say, self._choices(level)
        return {
            Setting.ANSWER_IN: choices.answer_in and self._answers_in(choices.answer_in),
            Setting.LANGUAGE: choices.language and say("settings-speaks", language=choices.language.value),
            Setting.MODEL: self.models.get(PIN_OF[level]),
            Setting.KNOWLEDGE: None if choices.knowledge is None else shown_scopes(choices.knowledge),
            Setting.CHANNELS: None if choices.channels is None else self._named(choices.channels),
        }

    def _answers_in(self, where: AnswerIn) -> str:
        platform = self.invocation.conversation.platform
        return self.invocation.say("settings-answers", where=where.value, platform=platform)

    def _named(self, channels: frozenset[str]) -> str:
        """By name where the caller sees the channel, by id elsewhere."""
        shown = sorted(f"#{self.names[id_]}" if id_ in self.names else id_ for id_ in channels)
        return ", ".join(shown) or self.invocation.say("settings-no-channel")

    def _actions(self) -> tuple[Action, ...]:
        """Taking everything back, at each level where there is something."""
        return tuple(
            Action(_said("settings-action-reset", level, self.invocation), f"{COMMAND} {Setting.ALL} {RESET} {level}")
            for level in self._levels
            if self._choices(level) != PlaceChoices() or PIN_OF[level] in self.models
        )


def _said(key: str, level: PlaceLevel, invocation: Invocation) -> str:
    return invocation.say(key, level=level.value, platform=invocation.conversation.platform)
