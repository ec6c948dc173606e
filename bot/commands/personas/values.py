"""Owns reading what somebody types after `/persona`: what to do, with which persona, for whom. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.access import Permission
from bot.commands.command import Values
from bot.commands.pin_scopes import DEFAULTS, canonical, meant_scope
from bot.errors import MissingArgument
from bot.messages import ConversationKey
from bot.ports import PinScope

COMMAND = "persona"


class Deed(StrEnum):
    """What `/persona` does."""

    LIST = "list"
    USE = "use"
    SHOW = "show"
    RESET = "reset"
    CREATE = "create"
    DELETE = "delete"
    PUSH = "push"


DEED_WORDS: Mapping[str, str] = {
    "seznam": "list", "použít": "use", "pouzit": "use", "zvolit": "use", "ukázat": "show", "ukazat": "show",
    "zrušit": "reset", "zrusit": "reset", "zpět": "reset", "zpet": "reset", "vytvořit": "create",
    "vytvorit": "create", "smazat": "delete", "nahrát": "push", "nahrat": "push",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class List:
    """Tell who answers here, and which personas there are."""


@dataclass(frozen=True, slots=True)
class Use:
    """Let the persona meant by `name` answer for the scope."""

    name: str
    scope: PinScope


@dataclass(frozen=True, slots=True)
class Show:
    """Tell all about one persona; the one that answers here where no name is given."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Reset:
    """Take the scope's choice back."""

    scope: PinScope


@dataclass(frozen=True, slots=True)
class Create:
    """Write a persona's file. `knowledge` are names of scopes, as somebody typed them; None is all."""

    name: str
    system: str
    model: str | None
    knowledge: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a persona's file."""

    name: str


@dataclass(frozen=True, slots=True)
class Push:
    """Make a model of the persona, on the engine."""

    name: str


Request = List | Use | Show | Reset | Create | Delete | Push


def read(values: Values, conversation: ConversationKey) -> Request:
    """What the values ask for; without a scope it is this thread, or outside threads this channel.

    Raises `MissingArgument`, `BadArgument` for a scope that there isn't, and `NoWorkspace` where there is none.
    """
    match Deed(values.get("action", Deed.LIST)):
        case Deed.LIST:
            return List()
        case Deed.SHOW:
            return Show(values.get("name"))
        case Deed.RESET:
            return Reset(meant_scope(_typed_scope(values), conversation, command=COMMAND))
        case Deed.USE:
            return Use(_demanded(values, "name"), meant_scope(values.get("scope"), conversation, command=COMMAND))
        case Deed.CREATE:
            return _create(values)
        case Deed.DELETE:
            return Delete(_demanded(values, "name"))
        case Deed.PUSH:
            return Push(_demanded(values, "name"))


def needed(values: Values) -> Permission:
    """Looking takes no more than asking; what concerns others, and the files, are an administrator's."""
    match Deed(values.get("action", Deed.LIST)):
        case Deed.LIST | Deed.SHOW:
            return Permission.ASK
        case Deed.USE:
            return Permission.ADMINISTER if values.get("scope") in DEFAULTS else Permission.SWITCH
        case Deed.RESET:
            return Permission.ADMINISTER if canonical(_typed_scope(values)) in DEFAULTS else Permission.SWITCH
        case Deed.CREATE | Deed.DELETE | Deed.PUSH:
            return Permission.ADMINISTER


def concerns_others(values: Values) -> bool:
    """Whether somebody else is answered by another persona from now on."""
    match Deed(values.get("action", Deed.LIST)):
        case Deed.USE:
            return values.get("scope") != PinScope.USER
        case Deed.RESET:
            return canonical(_typed_scope(values)) != PinScope.USER
        case Deed.LIST | Deed.SHOW | Deed.CREATE | Deed.DELETE | Deed.PUSH:
            return False


def _create(values: Values) -> Create:
    knowledge = values.get("knowledge")
    names = [name.strip().removesuffix("/") for name in (knowledge or "").split(",")]
    return Create(
        name=_demanded(values, "name"),
        system=_demanded(values, "system"),
        model=values.get("model"),
        knowledge=None if knowledge is None else frozenset(filter(None, names)) - {"-"},
    )


def _typed_scope(values: Values) -> str | None:
    """A reset needs no name, so people type the scope in its place."""
    return values.get("scope") or values.get("name")


def _demanded(values: Values, name: str) -> str:
    value = values.get(name)
    if value is None:
        raise MissingArgument(command=COMMAND, parameter=name)
    return value
