"""Owns `/persona`: who answers here, choosing another, and looking after the personas' files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, assert_never

from bot.access import Access, Permission
from bot.commands.cards import Action, Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.parts import attempt, promptly
from bot.commands.personas.card import answering, list_card, notes, one_card
from bot.commands.personas.values import (
    COMMAND,
    DEED_WORDS,
    Create,
    Deed,
    Delete,
    List,
    Push,
    Request,
    Reset,
    Show,
    Use,
    concerns_others,
    needed,
    read,
)
from bot.commands.pin_scopes import SCOPE_WORDS, where
from bot.commands.places.settings import KnowsScopes
from bot.errors import AssistantError, CannotChat, CannotCreateModels
from bot.models.naming import resolve
from bot.models.selection import can_chat
from bot.personas.choosing import in_force
from bot.personas.folder import Personas
from bot.personas.persona import Persona, normal_name
from bot.personas.pushing import left_out, model_of
from bot.ports import ChatModel, CreatesModels, PersonaPins, PinScope


class KeepsPersonas(Protocol):
    """Whoever keeps the personas: the folder."""

    async def read(self) -> Personas:
        """What there is now."""
        ...

    async def keep(self, persona: Persona, *, replace: bool = False) -> Path:
        """Write the persona's file."""
        ...

    async def remove(self, name: str) -> None:
        """Remove the persona's file."""
        ...


@dataclass(frozen=True, slots=True)
class PersonaCommands:
    """Shows, chooses and keeps personas. `scopes` is None where there are no documents."""

    personas: KeepsPersonas
    pins: PersonaPins
    engine: ChatModel
    access: Access
    scopes: KnowsScopes | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/persona [action] [name] [scope] [system] [model] [knowledge]`."""
        parameters = (
            Parameter("action", choices=tuple(Deed), aliases=DEED_WORDS),
            Parameter("name", completions=self._names),
            Parameter("scope", choices=tuple(PinScope), aliases=SCOPE_WORDS),
            Parameter("system"),
            Parameter("model", completions=self._models),
            Parameter("knowledge", completions=self._scope_names),
        )
        return (Command(COMMAND, self._run, parameters, needs=needed, concerns_others=concerns_others),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        request: Request = read(values, invocation.conversation)
        match request:
            case List():
                return await self._list(invocation)
            case Show(name=name):
                return await self._show(invocation, name)
            case Use() as use:
                return await self._use(invocation, use)
            case Reset(scope=scope):
                return await self._reset(invocation, scope)
            case Create() as create:
                return await self._create(invocation, create)
            case Delete(name=name):
                return await self._delete(invocation, name)
            case Push(name=name):
                return await self._push(invocation, name)
            case unreachable:
                assert_never(unreachable)

    async def _list(self, invocation: Invocation) -> Card:
        pins = await self.pins.chosen(invocation.conversation, invocation.author)
        personas = await self.personas.read()
        may_use = self.access.allows(Permission.SWITCH, invocation.author, invocation.conversation)
        return list_card(personas, in_force(pins, personas), pins, invocation=invocation, may_use=may_use)

    async def _show(self, invocation: Invocation, name: str | None) -> Card:
        personas = await self.personas.read()
        if name:
            return one_card(personas.named(name), scopes=await self._scopes(), say=invocation.say)
        force = in_force(await self.pins.chosen(invocation.conversation, invocation.author), personas)
        if force.persona is None:
            return _told(invocation, *answering(force, invocation.say))
        return one_card(force.persona, scopes=await self._scopes(), say=invocation.say)

    async def _use(self, invocation: Invocation, use: Use) -> Card:
        personas, say = await self.personas.read(), invocation.say
        persona = personas.named(use.name)
        place, author = invocation.conversation, invocation.author
        await self.pins.choose(use.scope, place, author, persona.name)
        told = [say("persona-used", persona=persona.name, **where(use.scope, invocation))]
        force = in_force(await self.pins.chosen(place, author), personas)
        if force.persona != persona:
            told += answering(force, say)
        told += [*await self._model_trouble(persona, invocation), *notes(persona, await self._scopes(), say)]
        undo = Action(say("persona-action-reset", **where(use.scope, invocation)), f"{COMMAND} reset {use.scope}")
        return _told(invocation, *told, actions=(undo,))

    async def _reset(self, invocation: Invocation, scope: PinScope) -> Card:
        place, author = invocation.conversation, invocation.author
        there_was = await self.pins.reset(scope, place, author)
        done = invocation.say("persona-reset" if there_was else "persona-not-used", **where(scope, invocation))
        force = in_force(await self.pins.chosen(place, author), await self.personas.read())
        return _told(invocation, done, *answering(force, invocation.say))

    async def _create(self, invocation: Invocation, create: Create) -> Card:
        say = invocation.say
        model = await self._meant_model(create.model)
        persona = Persona(normal_name(create.name), model=model, system=create.system, knowledge=create.knowledge)
        path = await self.personas.keep(persona)
        told = (
            say("persona-created", persona=persona.name, path=str(path)),
            *notes(persona, await self._scopes(), say),
        )
        use = Action(say("persona-action-use", persona=persona.name), f"{COMMAND} use {persona.name}")
        return _told(invocation, *told, actions=(use,))

    async def _delete(self, invocation: Invocation, name: str) -> Card:
        await self.personas.remove(name)
        return _told(invocation, invocation.say("persona-deleted", persona=normal_name(name)))

    async def _push(self, invocation: Invocation, name: str) -> Card:
        persona = (await self.personas.read()).named(name)
        model = await push(persona, self.engine)
        notices = map(invocation.say.of_notice, left_out(persona))
        return _told(invocation, invocation.say("persona-pushed", persona=persona.name, model=model), *notices)

    async def _model_trouble(self, persona: Persona, invocation: Invocation) -> list[str]:
        """That the engine hasn't got the persona's model, where it tells which it has."""
        if persona.model is None:
            return []
        models = await attempt(promptly(self.engine, self.engine.models()))
        try:
            if not isinstance(models, AssistantError):
                resolve(persona.model, models, engine=self.engine.engine)
        except AssistantError as error:
            return [invocation.say.of_error(error)]
        return []

    async def _meant_model(self, name: str | None) -> str | None:
        if name is None:
            return None
        model = resolve(name, await promptly(self.engine, self.engine.models()), engine=self.engine.engine)
        if not can_chat(model):
            raise CannotChat(model=model.name)
        return model.name

    async def _scopes(self) -> frozenset[str]:
        return frozenset((await self.scopes.read()).readers) if self.scopes else frozenset()

    async def _names(self, invocation: Invocation) -> Sequence[str]:
        if invocation.given.get("action") == Deed.CREATE:
            return ()
        personas = await self.personas.read()
        removable = personas.broken if invocation.given.get("action") == Deed.DELETE else ()
        return (*personas.usable, *removable)

    async def _models(self, _invocation: Invocation) -> Sequence[str]:
        models = await promptly(self.engine, self.engine.models())
        return [model.name for model in models if can_chat(model)]

    async def _scope_names(self, _invocation: Invocation) -> Sequence[str]:
        return sorted(await self._scopes())


async def push(persona: Persona, engine: ChatModel) -> str:
    """Make a model of `persona` on the engine, and give its name; raises `CannotCreateModels` where that can't be done.

    Raises `PersonaWithoutModel` too, and what the engine fails with.
    """
    if not isinstance(engine, CreatesModels):
        raise CannotCreateModels(engine=engine.engine)
    model = model_of(persona)
    async for _ in engine.create(model):
        pass
    return model.name


def _told(invocation: Invocation, *sentences: str, actions: tuple[Action, ...] = ()) -> Card:
    listed = Action(invocation.say("persona-action-list"), COMMAND)
    return Card(invocation.say("persona-title"), "\n".join(sentences), actions=(*actions, listed))
