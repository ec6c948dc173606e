"""Owns `/model-delete`: erasing a model from the engine's disk, once somebody has said that they mean it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Permission
from bot.commands.cards import Action, Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.parts import button, places, size
from bot.commands.parts import attempt, promptly
from bot.errors import AssistantError, CannotManageModels, ModelFileMissing, UnknownModel
from bot.models.naming import resolve, same
from bot.models.pulls import Pulls
from bot.models.selection import can_chat
from bot.ports import ChatModel, DeletesModels, ModelInfo, ModelPins, PinScope
from bot.wording import Wording

DELETE = "model-delete"
YES = "yes"


def concerns_others(values: Values) -> bool:
    """Others may have been answered by it."""
    return "confirm" in values


def _unheard(_model: str) -> None:
    """For where nobody remembers models."""


@dataclass(frozen=True, slots=True)
class Deleting:
    """Erases models. `configured` is the operator's `SOVA_MODEL`; without `pins` nobody's choices are told.

    `gone` is told what was erased.
    """

    engine: ChatModel
    pulls: Pulls
    pins: ModelPins | None = None
    configured: str | None = None
    gone: Callable[[str], None] = _unheard

    def commands(self) -> tuple[Command, ...]:
        """`/model-delete NAME [yes]`."""
        name = Parameter("name", required=True, completions=self._names)
        confirm = Parameter("confirm", choices=(YES,), aliases={"ano": YES, "ja": YES, "y": YES})
        return (
            Command(
                DELETE,
                self._run,
                (name, confirm),
                permission=Permission.ADMINISTER,
                needs=_to_administer,
                concerns_others=concerns_others,
            ),
        )

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        """Raises `ModelInUse` while an answer is given by it, `OwnModelFile` for the operator's own."""
        engine, name, say = self.engine, values["name"].strip(), invocation.say
        if not isinstance(engine, DeletesModels):
            raise CannotManageModels(engine=engine.engine)
        models = await promptly(self.engine, self.engine.models())
        try:
            model = resolve(name, models, engine=self.engine.engine)
        except UnknownModel:
            return await self._give_up(name, engine, say)
        holders = await self._holders(model)
        if "confirm" not in values:
            return self._asked(model, models, holders, say)
        await self.pulls.pause(model.name)
        await engine.delete(model.name)
        await self.pulls.forget(model.name)
        self.gone(model.name)
        told = [say("delete-done", model=model.name)]
        if model.size_bytes:
            told.append(say("delete-freed", size=size(model.size_bytes, say)))
        return Card(say("delete-title"), "\n".join((*told, *_of_holders(holders, say))), actions=_listing(say))

    def _asked(
        self, model: ModelInfo, models: Sequence[ModelInfo], holders: Mapping[PinScope, int], say: Wording
    ) -> Card:
        known = size(model.size_bytes, say) if model.size_bytes else "none"
        told = [say("delete-sure", model=model.name, size=known), *_of_holders(holders, say)]
        if self.configured and same(self.configured) == same(model.name):
            told.append(say("delete-is-setting"))
        if [other for other in models if can_chat(other)] == [model]:
            told.append(say("delete-is-last"))
        yes = button(say("care-action-delete-yes", model=model.name), DELETE, model.name, YES)
        return Card(say("delete-title"), "\n".join(told), actions=(*yes, *_listing(say)))

    async def _give_up(self, name: str, engine: DeletesModels, say: Wording) -> Card:
        """What has come of a model that was never all there; `UnknownModel` when nothing was ever begun of it."""
        was_running = await self.pulls.pause(name)
        was_known = await self.pulls.forget(name)
        removed = await _removed_parts(engine, name)
        if not (was_running or was_known or removed):
            resolve(name, await promptly(self.engine, self.engine.models()), engine=self.engine.engine)
        told = say("delete-parts" if removed else "delete-parts-engine", model=name)
        return Card(say("delete-title"), told, actions=_listing(say))

    async def _holders(self, model: ModelInfo) -> Mapping[PinScope, int]:
        """Who has chosen it; nobody where that can't be known now."""
        found = await attempt(self.pins.holders(model.name)) if self.pins else {}
        return {} if isinstance(found, AssistantError) else found

    async def _names(self, _invocation: Invocation) -> tuple[str, ...]:
        models = await promptly(self.engine, self.engine.models())
        begun = [note.model for note in await self.pulls.unfinished()]
        return tuple(dict.fromkeys((*(model.name for model in models), *begun)))


async def _removed_parts(engine: DeletesModels, name: str) -> bool:
    """Have the engine erase its parts, if it knows them by the model's name."""
    try:
        await engine.delete(name)
    except (UnknownModel, ModelFileMissing):
        return False
    return True


def _of_holders(holders: Mapping[PinScope, int], say: Wording) -> list[str]:
    told = places(holders, say)
    return [say("delete-holders", places=told)] if told else []


def _listing(say: Wording) -> tuple[Action, ...]:
    return (Action(say("model-action-list"), "model"),)


def _to_administer(_values: Values) -> Permission:
    return Permission.ADMINISTER
