"""Owns `/help`: every command with one line, or one command with all that it takes."""

from dataclasses import dataclass

from bot.commands.cards import Action, Card, Field, Table
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.parts import unknown
from bot.commands.registry import Registry
from bot.wording import Wording


@dataclass(frozen=True, slots=True)
class Help:
    """Tells what the registry holds, itself included."""

    registry: Registry

    def commands(self) -> tuple[Command, ...]:
        """`/help [command]`."""
        return (Command("help", self._run, (Parameter("command", completions=self._names),)),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        if name := values.get("command"):
            return _one(self.registry.named(name), invocation.say)
        return _all(self.registry, invocation.say)

    async def _names(self, _invocation: Invocation) -> tuple[str, ...]:
        return tuple(command.name for command in self.registry.listed)


def _all(registry: Registry, say: Wording) -> Card:
    rows = tuple((command.usage, command.description(say)) for command in registry.listed)
    return Card(
        title=say("help-title"),
        text=say("help-text"),
        tables=(Table(columns=(say("help-column-command"), say("help-column-purpose")), rows=rows),),
    )


def _one(command: Command, say: Wording) -> Card:
    return Card(
        title=command.usage,
        text=command.description(say),
        fields=(Field(say("help-field-permission"), say(f"permission-{command.permission}")),),
        tables=_parameters(command, say),
        actions=(Action(say("help-action-all"), "help"),),
    )


def _parameters(command: Command, say: Wording) -> tuple[Table, ...]:
    if not command.offered:
        return ()
    columns = tuple(say(f"help-column-{name}") for name in ("parameter", "purpose", "choices", "required"))
    return (Table(columns=columns, rows=tuple(_row(command, taken, say) for taken in command.offered)),)


def _row(command: Command, taken: Parameter, say: Wording) -> tuple[str, ...]:
    choices = ", ".join(taken.choices) or unknown(say)
    required = say("help-required") if taken.required else say("help-optional")
    return taken.name, command.parameter_description(taken, say), choices, required
