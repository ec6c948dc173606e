"""Owns the slash commands: each command of the registry with what it takes, as Discord knows commands."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import discord
from discord import app_commands

from adapters.discord.callers import Callers
from adapters.discord.controls.localizing import WordingTranslator, sentence
from adapters.discord.controls.responding import defer, respond, tell
from adapters.discord.controls.showing import Showing
from bot.chat.controls.running import Commands, Ran
from bot.commands.command import Command, Parameter

logger = logging.getLogger(__name__)

MOST_CHOICES = 25
"""Of an option, and offered while somebody types; both by Discord."""
MOST_CHARACTERS = 100
"""Of a choice, by Discord."""

Interaction = discord.Interaction[Any]
Callback = Callable[..., Awaitable[None]]
Offer = Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]

_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)


class SovaTree(app_commands.CommandTree[Any]):
    """The client's commands; what Discord sends that isn't one of them any more is said to be out of date."""

    def __init__(self, client: discord.Client, *, callers: Callers) -> None:
        super().__init__(client, allowed_contexts=_CONTEXTS, allowed_installs=_INSTALLS)
        self._callers = callers

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Called by discord.py, for what ends before a command of ours begins."""
        logger.info("a slash command was not run: %s", type(error).__name__)
        say = self._callers.say(interaction)
        await respond(interaction, tell(interaction, say("slash-outdated")), say=say)


@dataclass(frozen=True, slots=True)
class Slash:
    """Runs the registry's commands."""

    commands: Commands
    callers: Callers
    showing: Showing = field(default_factory=Showing)

    async def build(self, client: discord.Client, *, ask: Callback) -> SovaTree:
        """The client's tree with every command in it; `ask` is what `/ask` does.

        Raises what discord.py raises of a name or a description that Discord doesn't allow.
        """
        tree = SovaTree(client, callers=self.callers)
        await tree.set_translator(WordingTranslator())
        tree.add_command(ask_command(ask))
        for command in self.commands.registry.listed:
            tree.add_command(self._native(command))
        return tree

    def _native(self, command: Command) -> app_commands.Command[Any, ..., None]:
        async def run(interaction: Interaction, **values: str | discord.Attachment | None) -> None:
            given = {name: value for name, value in values.items() if value and isinstance(value, str)}
            files = [value for value in values.values() if isinstance(value, discord.Attachment)]
            invocation = self.callers.invocation(interaction, *files)
            ran = partial(self.commands.run, invocation, command, given)
            await self._respond(interaction, ran)

        name = command.name
        _give_signature(run, {taken.name: _annotation(taken) for taken in _taken(command)})
        self._give_options(run, command)
        return app_commands.Command(name=_name(name, name), description=sentence(f"command-{name}"), callback=run)

    def _give_options(self, run: Callback, command: Command) -> None:
        """discord.py's decorators, each with what there is for it."""
        name, offered = command.name, _taken(command)
        described = {taken.name: sentence(f"command-{name}-{taken.name}") for taken in offered}
        renamed = {taken.name: _name(f"{name}-{taken.name}", taken.name) for taken in offered}
        chosen = {taken.name: _choices(command, taken) for taken in offered if taken.choices}
        completed = {taken.name: self._offering(command, taken) for taken in offered if _is_asked_live(taken)}
        app_commands.describe(**described)(run)
        app_commands.rename(**renamed)(run)
        app_commands.choices(**chosen)(run)
        app_commands.autocomplete(**completed)(run)

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """Run the command that the words of a button under a card hold."""
        ran = partial(self.commands.run_button, self.callers.invocation(interaction), custom_id)
        await self._respond(interaction, ran)

    async def _respond(self, interaction: Interaction, run: Callable[[], Awaitable[Ran]]) -> None:
        """Acknowledge at once, run, and show what came of it."""
        say = self.callers.say(interaction)

        async def work() -> None:
            deferred = await defer(interaction)
            await self.showing.show(interaction, await run(), deferred=deferred, say=say)

        await respond(interaction, work(), say=say)

    def _offering(self, command: Command, parameter: Parameter) -> Offer:
        async def offer(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
            found = await self.commands.offered(
                self.callers.invocation(interaction),
                command,
                parameter.name,
                typed=current,
                most=MOST_CHOICES,
                longest=MOST_CHARACTERS,
            )
            return [app_commands.Choice(name=value, value=value) for value in found]

        return offer


def ask_command(ask: Callback) -> app_commands.Command[Any, ..., None]:
    """`/ask question [private] [file]`; `ask` gets the interaction and these by name."""

    async def run(
        interaction: Interaction, question: str, private: bool = False, file: discord.Attachment | None = None
    ) -> None:
        await ask(interaction, question=question, private=private, file=file)

    names = ("question", "private", "file")
    app_commands.describe(**{name: sentence(f"command-ask-{name}") for name in names})(run)
    app_commands.rename(**{name: _name(f"ask-{name}", name) for name in names})(run)
    return app_commands.Command(name=_name("ask", "ask"), description=sentence("command-ask"), callback=run)


def _name(key: str, name: str) -> app_commands.locale_str:
    """What is typed, in English always the registry's own word."""
    return app_commands.locale_str(name, key=f"slash-{key}")


def _taken(command: Command) -> tuple[Parameter, ...]:
    """What people fill in, and the files that come with it."""
    return (*command.offered, *(taken for taken in command.parameters if taken.takes_file))


def _annotation(parameter: Parameter) -> object:
    if parameter.takes_file:
        return discord.Attachment | None
    return str if parameter.required else str | None


def _is_asked_live(parameter: Parameter) -> bool:
    return parameter.completions is not None and not parameter.choices


def _choices(command: Command, parameter: Parameter) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(
            name=sentence(f"slash-{command.name}-{parameter.name}-{choice}", otherwise=choice), value=choice
        )
        for choice in parameter.choices
    ]


def _give_signature(run: Callback, annotations: Mapping[str, Any]) -> None:
    """discord.py reads off the signature what a command takes."""
    kind = inspect.Parameter.KEYWORD_ONLY
    own = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=discord.Interaction)
    taken = [
        inspect.Parameter(
            name, kind, annotation=annotation, default=inspect.Parameter.empty if annotation is str else None
        )
        for name, annotation in annotations.items()
    ]
    run.__signature__ = inspect.Signature([own, *taken])  # type: ignore[attr-defined]
