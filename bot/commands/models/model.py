"""Owns `/model`: which model answers here and why, what else there is, and choosing another."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.access import Access, Permission
from bot.commands.cards import Action, Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.listing import RESET, Shown, answers, reset_action
from bot.commands.parts import attempt, promptly
from bot.commands.pin_scopes import DEFAULTS, SCOPE_WORDS, meant_scope, where
from bot.errors import AssistantError, CannotChat, MissingArgument, UnknownModel
from bot.messages import ConversationKey
from bot.models.fit_verdict import Verdict
from bot.models.naming import resolve
from bot.models.pulls import Pulls
from bot.models.selection import ModelSelection, Selection, can_chat
from bot.ports import ChatModel, ModelInfo, ModelPins, Pin, PinScope
from bot.wording import Wording

LIST = "list"


@dataclass(frozen=True, slots=True)
class Show:
    """Tell which model answers, and which there are."""


@dataclass(frozen=True, slots=True)
class Choose:
    """Let the model meant by `name` answer for the scope."""

    name: str
    scope: PinScope


@dataclass(frozen=True, slots=True)
class Reset:
    """Take the scope's choice back."""

    scope: PinScope


Request = Show | Choose | Reset


def read(values: Values, conversation: ConversationKey) -> Request:
    """What the values ask for; without a scope it is this thread, or outside threads this channel.

    Raises `MissingArgument` on a scope without a name, and `NoWorkspace` where there is none to choose for.
    """
    name, scope = values.get("name"), values.get("scope")
    if name is None and scope is not None:
        raise MissingArgument(command="model", parameter="name")
    if name is None or _only_shows(values):
        return Show()
    meant = meant_scope(scope, conversation, command="model")
    return Reset(meant) if name.lower() == RESET else Choose(name, meant)


def needed(values: Values) -> Permission:
    """Looking takes no more than asking; a default for the workspace or everyone (`global`) is an administrator's."""
    if _only_shows(values):
        return Permission.ASK
    return Permission.ADMINISTER if values.get("scope") in DEFAULTS else Permission.SWITCH


def concerns_others(values: Values) -> bool:
    """Whether somebody else is answered by another model from now on."""
    return not _only_shows(values) and values.get("scope") != PinScope.USER


def _only_shows(values: Values) -> bool:
    """Whether nothing is chosen; people who are used to other tools type `model list`."""
    return "name" not in values or (values["name"].lower() == LIST and "scope" not in values)


class Model:
    """Shows and changes which model answers."""

    def __init__(
        self,
        *,
        engine: ChatModel,
        pins: ModelPins,
        selection: ModelSelection,
        access: Access,
        advisor: FitAdvisor | None = None,
        pulls: Pulls | None = None,
    ) -> None:
        """`advisor` knows what fits, `pulls` what is being fetched; without them that isn't told."""
        self._engine = engine
        self._pulls = pulls
        self._advisor = advisor
        self._pins = pins
        self._selection = selection
        self._access = access

    def commands(self) -> tuple[Command, ...]:
        """`/model [name] [scope]`; the name `reset` takes a choice back."""
        name = Parameter("name", completions=self._names)
        scope = Parameter("scope", choices=tuple(PinScope), aliases=SCOPE_WORDS)
        return (Command("model", self._run, (name, scope), needs=needed, concerns_others=concerns_others),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        match read(values, invocation.conversation):
            case Show():
                return await self._show(invocation)
            case Choose() as chosen:
                return await self._choose(invocation, chosen)
            case Reset() as reset:
                return await self._reset(invocation, reset)
            case unreachable:
                assert_never(unreachable)

    async def _names(self, _invocation: Invocation) -> tuple[str, ...]:
        models = await promptly(self._engine, self._engine.models())
        return (*(model.name for model in models if can_chat(model)), RESET)

    async def _show(self, invocation: Invocation) -> Card:
        pins, models, version, held = await asyncio.gather(
            attempt(self._pins.pins(invocation.conversation, invocation.author)),
            attempt(promptly(self._engine, self._engine.models())),
            attempt(promptly(self._engine, self._engine.version())),
            attempt(promptly(self._engine, self._engine.loaded())),
        )
        selection, gone = await self._answering(invocation, pins, models)
        return Shown(
            invocation=invocation,
            engine=self._engine,
            access=self._access,
            selection=selection,
            gone=gone,
            pins=pins,
            models=models,
            version=version,
            held=() if isinstance(held, AssistantError) else held,
            fits=await self._fits(models),
            pulling=self._pulls.running if self._pulls else (),
            unfinished=await self._pulls.unfinished() if self._pulls else (),
            tells_details=self._pulls is not None,
        ).card()

    async def _fits(self, models: Sequence[ModelInfo] | AssistantError) -> Mapping[str, Verdict]:
        if self._advisor is None or isinstance(models, AssistantError):
            return {}
        return await self._advisor.verdicts(models)

    async def _choose(self, invocation: Invocation, chosen: Choose) -> Card:
        models = await promptly(self._engine, self._engine.models())
        model = resolve(chosen.name, models, engine=self._engine.engine)
        if not can_chat(model):
            raise CannotChat(model=model.name)
        await self._pins.pin(chosen.scope, invocation.conversation, invocation.author, model.name)
        done = invocation.say("model-pinned", model=model.name, **where(chosen.scope, invocation))
        after = await self._selected(invocation)
        if isinstance(after, Selection) and after.source.value != chosen.scope.value:
            done = f"{done}\n{answers(after, invocation)}"
        return _told(invocation, done, (reset_action(chosen.scope, invocation), _list_action(invocation.say)))

    async def _reset(self, invocation: Invocation, reset: Reset) -> Card:
        there_was = await self._pins.unpin(reset.scope, invocation.conversation, invocation.author)
        done = invocation.say("model-unpinned" if there_was else "model-not-pinned", **where(reset.scope, invocation))
        after = await self._selected(invocation)
        return _told(invocation, f"{done}\n{answers(after, invocation)}", (_list_action(invocation.say),))

    async def _answering(
        self,
        invocation: Invocation,
        pins: Sequence[Pin] | AssistantError,
        models: Sequence[ModelInfo] | AssistantError,
    ) -> tuple[Selection | AssistantError, tuple[str, ...]]:
        """Who answers, as the assistant finds it; and the pinned models that the engine has lost, foremost first."""
        gone: tuple[str, ...] = ()
        if isinstance(pins, AssistantError):
            return pins, gone
        while True:
            selection = await self._selected(invocation, without=gone)
            if isinstance(selection, AssistantError) or isinstance(models, AssistantError) or not selection.is_pinned:
                return selection, gone
            if self._is_there(selection.model, models):
                return selection, gone
            gone = (*gone, selection.model)

    def _is_there(self, name: str, models: Sequence[ModelInfo]) -> bool:
        try:
            resolve(name, models, engine=self._engine.engine)
        except UnknownModel:
            return False
        return True

    async def _selected(self, invocation: Invocation, *, without: tuple[str, ...] = ()) -> Selection | AssistantError:
        chosen = self._selection.choose(invocation.conversation, invocation.author, without=without)
        return await attempt(promptly(self._engine, chosen))


def _told(invocation: Invocation, text: str, actions: tuple[Action, ...]) -> Card:
    return Card(title=invocation.say("model-title"), text=text, actions=actions)


def _list_action(say: Wording) -> Action:
    return Action(say("model-action-list"), "model")
