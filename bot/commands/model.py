"""Owns `/model`: which model answers here and why, what else there is, and choosing another."""

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.access import Access, Permission
from bot.commands.cards import Action, Card, Field, Table
from bot.commands.fit import place_of
from bot.commands.fit_advisor import FitAdvisor
from bot.commands.parts import attempt, engine_line, gigabytes, promptly, tokens, unknown
from bot.commands.pin_scopes import DEFAULTS, SCOPE_WORDS, meant_scope, where
from bot.commands.registry import Command, Invocation, Parameter, Values
from bot.errors import AssistantError, CannotChat, MissingArgument, UnknownModel
from bot.messages import ConversationKey
from bot.models.fit_verdict import Verdict
from bot.models.naming import resolve
from bot.models.selection import ModelSelection, Selection, can_chat, loss
from bot.ports import ChatModel, ModelInfo, ModelPins, Pin, PinScope
from bot.wording import Wording

RESET = "reset"
_OFFERED = 3
_COLUMNS = ("current", "name", "size", "parameters", "quantization", "context", "capabilities", "state")
_NUMERIC = frozenset({2, 3, 5})


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
    if name is None:
        if scope is not None:
            raise MissingArgument(command="model", parameter="name")
        return Show()
    meant = meant_scope(scope, conversation, command="model")
    return Reset(meant) if name.lower() == RESET else Choose(name, meant)


def needed(values: Values) -> Permission:
    """Looking takes no more than asking; a default for the workspace or everyone (`global`) is an administrator's."""
    if "name" not in values:
        return Permission.ASK
    return Permission.ADMINISTER if values.get("scope") in DEFAULTS else Permission.SWITCH


def concerns_others(values: Values) -> bool:
    """Whether somebody else is answered by another model from now on."""
    return "name" in values and values.get("scope") != PinScope.USER


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
    ) -> None:
        """`advisor` knows what fits; without one that isn't told."""
        self._engine = engine
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
        pins, models, version = await asyncio.gather(
            attempt(self._pins.pins(invocation.conversation, invocation.author)),
            attempt(promptly(self._engine, self._engine.models())),
            attempt(promptly(self._engine, self._engine.version())),
        )
        selection, gone = await self._answering(invocation, pins, models)
        fits = await self._fits(models)
        return _Shown(invocation, self._engine, self._access, selection, gone, pins, models, version, fits).card()

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
            done = f"{done}\n{_answers(after, invocation)}"
        return _told(invocation, done, (_reset_action(chosen.scope, invocation), _list_action(invocation.say)))

    async def _reset(self, invocation: Invocation, reset: Reset) -> Card:
        there_was = await self._pins.unpin(reset.scope, invocation.conversation, invocation.author)
        done = invocation.say("model-unpinned" if there_was else "model-not-pinned", **where(reset.scope, invocation))
        after = await self._selected(invocation)
        return _told(invocation, f"{done}\n{_answers(after, invocation)}", (_list_action(invocation.say),))

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


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was found out for the card of `/model`; each part may be the error that stood in its way."""

    invocation: Invocation
    engine: ChatModel
    access: Access
    selection: Selection | AssistantError
    gone: tuple[str, ...]
    pins: Sequence[Pin] | AssistantError
    models: Sequence[ModelInfo] | AssistantError
    version: str | AssistantError | None
    fits: Mapping[str, Verdict]

    def card(self) -> Card:
        say = self.invocation.say
        return Card(
            title=say("model-title"),
            text="\n".join(dict.fromkeys(self._sentences())),
            fields=(*self._pinned(), Field(say("model-field-engine"), engine_line(self.engine, self.version, say))),
            tables=(self._table(),) if self._offered else (),
            actions=(*self._switches(), *self._resets()),
        )

    @property
    def _offered(self) -> Sequence[ModelInfo]:
        return () if isinstance(self.models, AssistantError) else self.models

    @property
    def _current(self) -> ModelInfo | AssistantError:
        if isinstance(self.selection, AssistantError):
            return self.selection
        try:
            return resolve(self.selection.model, self._offered, engine=self.engine.engine)
        except UnknownModel as error:
            return error

    def _sentences(self) -> list[str]:
        say = self.invocation.say
        sentences = [*self._losses(), _answers(self.selection, self.invocation)]
        if isinstance(self.models, AssistantError):
            return [*sentences, say.of_error(self.models)]
        if isinstance(self._current, AssistantError):
            return [*sentences, say.of_error(self._current)]
        return sentences

    def _losses(self) -> list[str]:
        """That the engine has lost what was pinned, where another answers instead."""
        if isinstance(self.selection, AssistantError):
            return []
        notices = (loss(lost, instead=self.selection) for lost in self.gone)
        return [self.invocation.say.of_notice(notice) for notice in notices]

    def _pinned(self) -> tuple[Field, ...]:
        if isinstance(self.pins, AssistantError):
            return ()
        say = self.invocation.say
        return tuple(Field(say("model-field-pin", **where(pin.scope, self.invocation)), pin.model) for pin in self.pins)

    def _table(self) -> Table:
        say = self.invocation.say
        current = self._current
        rows = tuple((*_row(model, say, current=model == current), *self._fit(model)) for model in self._offered)
        columns = (*_COLUMNS, *(("fit",) if self.fits else ()))
        return Table(tuple(say(f"model-column-{name}") for name in columns), rows, _NUMERIC)

    def _fit(self, model: ModelInfo) -> tuple[str, ...]:
        """Where it would run, as a cell; none where that is known of no model."""
        return (place_of(self.fits.get(model.name), self.invocation.say),) if self.fits else ()

    def _allows(self, permission: Permission) -> bool:
        return self.access.allows(permission, self.invocation.author, self.invocation.conversation)

    def _switches(self) -> tuple[Action, ...]:
        if not self._allows(Permission.SWITCH):
            return ()
        say = self.invocation.say
        others = [model for model in self._offered if can_chat(model) and model != self._current]
        return tuple(
            Action(say("model-action-use", model=model.name), f"model {shlex.quote(model.name)}")
            for model in others[:_OFFERED]
        )

    def _resets(self) -> tuple[Action, ...]:
        if isinstance(self.pins, AssistantError):
            return ()
        own, everyones = self._allows(Permission.SWITCH), self._allows(Permission.ADMINISTER)
        changeable = (pin for pin in self.pins if (everyones if pin.scope in DEFAULTS else own))
        return tuple(_reset_action(pin.scope, self.invocation) for pin in changeable)


def _row(model: ModelInfo, say: Wording, *, current: bool) -> tuple[str, ...]:
    return (
        say("model-current") if current else "",
        model.name,
        gigabytes(model.size_bytes, say),
        model.parameters or unknown(say),
        model.quantization or unknown(say),
        tokens(model.context_tokens, say),
        ", ".join(say(f"capability-{capability}") for capability in sorted(model.capabilities)) or unknown(say),
        unknown(say) if model.loaded is None else say("model-loaded" if model.loaded else "model-not-loaded"),
    )


def _answers(selection: Selection | AssistantError, invocation: Invocation) -> str:
    say = invocation.say
    if isinstance(selection, AssistantError):
        return say.of_error(selection)
    platform, persona = invocation.conversation.platform, selection.persona.persona
    name = persona.name if persona else "none"
    source = selection.source.value
    return say("model-answers", model=selection.model, source=source, platform=platform, persona=name)


def _told(invocation: Invocation, text: str, actions: tuple[Action, ...]) -> Card:
    return Card(title=invocation.say("model-title"), text=text, actions=actions)


def _list_action(say: Wording) -> Action:
    return Action(say("model-action-list"), "model")


def _reset_action(scope: PinScope, invocation: Invocation) -> Action:
    return Action(invocation.say("model-action-reset", **where(scope, invocation)), f"model {RESET} {scope}")
