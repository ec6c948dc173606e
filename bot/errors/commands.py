"""Owns what may be wrong with a command."""

from dataclasses import dataclass

from bot.errors.family import AssistantError


@dataclass(eq=False)
class UnknownCommand(AssistantError):
    """No command has this name; `nearest` are the likeliest meant."""

    name: str
    nearest: tuple[str, ...] = ()
    code = "unknown-command"
    exit_code = 2


@dataclass(eq=False)
class BadArgument(AssistantError):
    """A command's parameter got a value that it can't take; `expected` says what it takes."""

    command: str
    parameter: str
    value: str
    expected: str
    code = "bad-argument"
    exit_code = 2


@dataclass(eq=False)
class NoWorkspace(AssistantError):
    """Something was to be set for a workspace where there is none: in a direct message, or at the terminal."""

    code = "no-workspace"
    exit_code = 2


@dataclass(eq=False)
class MissingArgument(AssistantError):
    """A command needs a value that it didn't get."""

    command: str
    parameter: str
    code = "missing-argument"
    exit_code = 2


@dataclass(eq=False)
class NotAllowed(AssistantError):
    """The person may not do this; `needed` names the permission, `roles` and `channels` who has it.

    `contact` is whom to ask for it, empty when the operator names nobody; `action` is empty where a question was asked.
    """

    action: str
    needed: str
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contact: str = ""
    code = "not-allowed"
