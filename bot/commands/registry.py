"""Owns the command registry: each command's name, parameters and permission, once for all platforms.

An adapter reads `Registry.commands` to register slash commands natively and fills in values by name; where people
type commands as words, `Registry.parse` reads them. Either way `Registry.run` checks the permission and runs.
"""

import difflib
import shlex
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.access import Access, Permission
from bot.commands.cards import Card
from bot.errors import BadArgument, UnknownCommand
from bot.messages import Author, ConversationKey, Language, ReplyEvent
from bot.wording import Wording, speak

ReplyStream = AsyncGenerator[ReplyEvent, None]


@dataclass(frozen=True, slots=True)
class Invocation:
    """Who called a command, and where. `id` is the platform's id of the event; `at` is seconds since the epoch."""

    id: str
    conversation: ConversationKey
    author: Author
    at: float
    language: Language = Language.ENGLISH

    @property
    def say(self) -> Wording:
        """Sova's voice in the caller's language."""
        return speak(self.language)


Completions = Callable[[Invocation], Awaitable[Sequence[str]]]
Values = Mapping[str, str]
Result = Card | ReplyStream


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a command takes. `choices` are all it may be; `completions` are likely ones, asked live.

    Its description is the sentence `command-<command>-<name>`.
    """

    name: str
    required: bool = False
    choices: tuple[str, ...] = ()
    completions: Completions | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `run` gets values by parameter name, only those given; its description is `command-<name>`."""

    name: str
    run: Callable[[Invocation, Values], Awaitable[Result]]
    parameters: tuple[Parameter, ...] = ()
    permission: Permission = Permission.ASK

    def description(self, say: Wording) -> str:
        """One line about what it does."""
        return say(f"command-{self.name}")

    def parameter_description(self, parameter: Parameter, say: Wording) -> str:
        """One line about what `parameter` takes."""
        return say(f"command-{self.name}-{parameter.name}")


@dataclass(slots=True)
class Registry:
    """All commands, by name, in the order in which they were added."""

    access: Access
    _commands: dict[str, Command] = field(default_factory=dict)

    @property
    def commands(self) -> Sequence[Command]:
        """Every command, in the order of `/help`."""
        return tuple(self._commands.values())

    def add(self, command: Command) -> None:
        """Make `command` known; its name must be new."""
        if command.name in self._commands:
            raise ValueError(f"two commands are named {command.name}")
        self._commands[command.name] = command

    def named(self, name: str) -> Command:
        """The command `name`; `UnknownCommand` with the nearest names when there is none."""
        if command := self._commands.get(name.lower()):
            return command
        raise UnknownCommand(name=name, nearest=tuple(difflib.get_close_matches(name.lower(), self._commands, n=2)))

    def parse(self, text: str) -> tuple[Command, Values]:
        """Read `model llama3 channel` (a leading slash is allowed) into a command and its values, in order."""
        words = _words(text.strip().removeprefix("/"))
        command = self.named(words[0] if words else "")
        given = words[1:]
        if len(given) > len(command.parameters):
            raise BadArgument(command=command.name, parameter="", value=given[-1], expected="")
        return command, {parameter.name: value for parameter, value in zip(command.parameters, given, strict=False)}

    async def run(self, invocation: Invocation, command: Command, values: Values) -> Result:
        """Check the permission and the values, then run. Raises `NotAllowed`, `BadArgument` or the command's errors."""
        self.access.demand(command.permission, invocation.author, invocation.conversation, action=f"/{command.name}")
        for parameter in command.parameters:
            _check(command, parameter, values.get(parameter.name))
        return await command.run(invocation, values)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an unbalanced quotation mark is a plain character in chat
        return text.split()


def _check(command: Command, parameter: Parameter, value: str | None) -> None:
    if value is None:
        if parameter.required:
            raise BadArgument(
                command=command.name,
                parameter=parameter.name,
                value="",
                expected=", ".join(parameter.choices),
            )
        return
    if parameter.choices and value not in parameter.choices:
        raise BadArgument(
            command=command.name, parameter=parameter.name, value=value, expected=", ".join(parameter.choices)
        )
