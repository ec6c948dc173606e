"""Owns what may go wrong with personas: their files, Modelfiles, and putting them onto an engine."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


@dataclass(eq=False)
class UnknownPersona(AssistantError):
    """There is no persona of this name; `nearest` are the names that look most like it."""

    name: str
    nearest: tuple[str, ...] = ()
    code = "unknown-persona"
    exit_code = 2


@dataclass(eq=False)
class BadPersona(AssistantError):
    """A persona's file can't be used; `line` is where, from 1, or 0 for the whole file."""

    path: str
    reason: Notice
    line: int = 0
    code = "bad-persona"
    exit_code = 2


@dataclass(eq=False)
class BadModelfile(AssistantError):
    """A Modelfile can't be read; `line` is where, from 1, or 0 for the whole file."""

    path: str
    reason: Notice
    line: int = 0
    code = "bad-modelfile"
    exit_code = 2


@dataclass(eq=False)
class Unwritable(AssistantError):
    """A Modelfile has no way to write what `directive` holds: a line in it would end its quotation marks."""

    directive: str
    code = "unwritable"


@dataclass(eq=False)
class PersonaExists(AssistantError):
    """There is a persona of this name already."""

    name: str
    code = "persona-exists"
    exit_code = 2


@dataclass(eq=False)
class PersonaNotKept(AssistantError):
    """A persona's file can't be written or removed; `reason` is the system's."""

    path: str
    reason: str
    code = "persona-not-kept"


@dataclass(eq=False)
class PersonaWithoutModel(AssistantError):
    """What was asked for takes a model, and the persona leaves it to whoever asks."""

    name: str
    code = "persona-without-model"
    exit_code = 2


@dataclass(eq=False)
class CannotCreateModels(AssistantError):
    """The engine makes no models of others."""

    engine: str
    code = "cannot-create-models"
    exit_code = 2
