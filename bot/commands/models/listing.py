"""Owns the card of `/model`: who answers and why, which models there are, and what is on its way. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.access import Access, Permission
from bot.commands.cards import Action, Card, Field, Table
from bot.commands.command import Invocation
from bot.commands.models.fit import place_of
from bot.commands.models.parts import button, size, time_left
from bot.commands.models.pull_card import ANYWAY, PULL, progress_line, unfinished_line
from bot.commands.parts import engine_line, tokens, unknown
from bot.commands.pin_scopes import DEFAULTS, where
from bot.errors import AssistantError, UnknownModel
from bot.models.fit_verdict import Verdict
from bot.models.naming import resolve
from bot.models.pull import PullState
from bot.models.pull_notes import PullNote
from bot.models.selection import Selection, can_chat, loss
from bot.output.sanitizer import sanitized_plain
from bot.ports import ChatModel, LoadedModel, ModelInfo, Pin, PinScope

RESET = "reset"
_OFFERED = 3
_COLUMNS = ("current", "name", "size", "build", "context", "capabilities", "licence", "state", "fit")
_ALWAYS = frozenset({"current", "name", "capabilities"})
_NUMERIC = frozenset({"size", "context"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found out for the card of `/model`; each part may be the error that stood in its way.

    `held` are the models in memory, `pulling` what is being fetched, `unfinished` what somebody should go on with.
    Where `/model-info` `tells_details`, the card leads there.
    """

    invocation: Invocation
    engine: ChatModel
    access: Access
    selection: Selection | AssistantError
    gone: tuple[str, ...]
    pins: Sequence[Pin] | AssistantError
    models: Sequence[ModelInfo] | AssistantError
    version: str | AssistantError | None
    held: Sequence[LoadedModel] = ()
    fits: Mapping[str, Verdict] = field(default_factory=dict)
    pulling: Sequence[PullState] = ()
    unfinished: Sequence[PullNote] = ()
    tells_details: bool = False

    def card(self) -> Card:
        """The card."""
        say = self.invocation.say
        return Card(
            title=say("model-title"),
            text="\n".join(dict.fromkeys(self._sentences())),
            fields=(*self._pinned(), Field(say("model-field-engine"), engine_line(self.engine, self.version, say))),
            tables=(self._table(),) if self._offered else (),
            actions=(*self._goings_on(), *self._switches(), *self._resets(), *self._about()),
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
        sentences = [*self._losses(), answers(self.selection, self.invocation)]
        if isinstance(self.models, AssistantError):
            return [*sentences, say.of_error(self.models)]
        if isinstance(self._current, AssistantError):
            sentences.append(say.of_error(self._current))
        return [*sentences, *self._pulls()]

    def _pulls(self) -> list[str]:
        """What is on its way, and what stopped there."""
        say = self.invocation.say
        running = [say("model-pulling", model=one.model, progress=progress_line(one, say)) for one in self.pulling]
        return [*running, *(unfinished_line(note, say) for note in self.unfinished)]

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
        """The models, without the columns of which nothing is known: many servers tell only names."""
        say, current = self.invocation.say, self._current
        rows = [self._row(model, current=model == current) for model in self._offered]
        told = [name for name in _COLUMNS if name in _ALWAYS or any(row[name] != unknown(say) for row in rows)]
        return Table(
            tuple(say(f"model-column-{name}") for name in told),
            tuple(tuple(row[name] for name in told) for row in rows),
            frozenset(at for at, name in enumerate(told) if name in _NUMERIC),
        )

    def _row(self, model: ModelInfo, *, current: bool) -> dict[str, str]:
        say = self.invocation.say
        build = " ".join(part for part in (model.parameters, model.quantization) if part)
        return {
            "current": say("model-current") if current else "",
            "name": model.name,
            "size": size(model.size_bytes, say),
            "build": build or unknown(say),
            "context": tokens(model.context_tokens, say),
            "capabilities": ", ".join(say(f"capability-{able}") for able in sorted(model.capabilities)) or unknown(say),
            "licence": sanitized_plain(model.licence or "") or unknown(say),
            "state": self._state(model),
            "fit": place_of(self.fits.get(model.name), say),
        }

    def _state(self, model: ModelInfo) -> str:
        """Whether it is in memory, and how much longer."""
        say = self.invocation.say
        if model.loaded is None:
            return unknown(say)
        if not model.loaded:
            return say("model-not-loaded")
        held = next((one for one in self.held if one.name == model.name), None)
        left = time_left(held, at=self.invocation.at, say=say) if held else "none"
        return say("model-state", left=left)

    def _allows(self, permission: Permission) -> bool:
        return self.access.allows(permission, self.invocation.author, self.invocation.conversation)

    def _switches(self) -> tuple[Action, ...]:
        if not self._allows(Permission.SWITCH):
            return ()
        say = self.invocation.say
        others = [model for model in self._offered if can_chat(model) and model != self._current]
        switches = (button(say("model-action-use", model=model.name), "model", model.name) for model in others)
        return tuple(action for some in switches for action in some)[:_OFFERED]

    def _resets(self) -> tuple[Action, ...]:
        if isinstance(self.pins, AssistantError):
            return ()
        own, everyones = self._allows(Permission.SWITCH), self._allows(Permission.ADMINISTER)
        changeable = (pin for pin in self.pins if (everyones if pin.scope in DEFAULTS else own))
        return tuple(reset_action(pin.scope, self.invocation) for pin in changeable)

    def _goings_on(self) -> tuple[Action, ...]:
        """Watching what is fetched, and going on with what stopped."""
        if not self._allows(Permission.PULL):
            return ()
        say = self.invocation.say
        watch = [button(say("care-action-watch"), PULL, one.model, ANYWAY) for one in self.pulling]
        go_on = [button(say("care-action-continue"), PULL, note.model, ANYWAY) for note in self.unfinished]
        return tuple(action for some in (*watch, *go_on) for action in some[:1])[:_OFFERED]

    def _about(self) -> tuple[Action, ...]:
        """All about the model that answers."""
        current = self._current
        if isinstance(current, AssistantError) or not self.tells_details:
            return ()
        return button(self.invocation.say("care-action-info", model=current.name), "model-info", current.name)


def answers(selection: Selection | AssistantError, invocation: Invocation) -> str:
    """Which model answers and who chose it, or why none does."""
    say = invocation.say
    if isinstance(selection, AssistantError):
        return say.of_error(selection)
    platform, persona = invocation.conversation.platform, selection.persona.persona
    name = persona.name if persona else "none"
    source = selection.source.value
    return say("model-answers", model=selection.model, source=source, platform=platform, persona=name)


def reset_action(scope: PinScope, invocation: Invocation) -> Action:
    """Takes the choice for `scope` back."""
    return Action(invocation.say("model-action-reset", **where(scope, invocation)), f"model {RESET} {scope}")
