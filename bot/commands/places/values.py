"""Owns reading what an administrator types after `/settings`: which option, which value, for which level. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from bot.commands.command import Values
from bot.errors import BadArgument, MissingArgument
from bot.ports import AnswerIn, PlaceChoices, PlaceLanguage, PlaceLevel, PlaceOption
from bot.retrieval.scopes import PUBLIC, ROOT

COMMAND = "settings"
RESET, ALL_CHANNELS, NO_CHANNEL, HERE = "reset", "all", "none", "here"

Chosen = TypeVar("Chosen", AnswerIn, PlaceLanguage)


class Setting(StrEnum):
    """What `/settings` changes: the options of a place, its model, or all of these at once."""

    ANSWER_IN = PlaceOption.ANSWER_IN
    LANGUAGE = PlaceOption.LANGUAGE
    MODEL = "model"
    KNOWLEDGE = PlaceOption.KNOWLEDGE
    CHANNELS = PlaceOption.CHANNELS
    ALL = "all"


SETTING_WORDS = {
    "answer-in": "answer_in", "answer": "answer_in", "odpověď": "answer_in", "odpoved": "answer_in",
    "odpovědi": "answer_in", "odpovedi": "answer_in", "jazyk": "language", "znalosti": "knowledge",
    "dokumenty": "knowledge", "kanály": "channels", "kanaly": "channels", "vše": "all", "vse": "all",
}  # fmt: skip
LEVEL_WORDS = {"server": "workspace", "guild": "workspace", "kanál": "channel", "kanal": "channel"}
_VALUE_WORDS = {
    "vlákno": "thread", "vlakno": "thread", "odpověď": "reply", "odpoved": "reply", "čeština": "cs", "cestina": "cs",
    "česky": "cs", "cesky": "cs", "angličtina": "en", "anglictina": "en", "anglicky": "en", "tady": HERE, "zde": HERE,
    "všechny": ALL_CHANNELS, "vsechny": ALL_CHANNELS, "žádné": NO_CHANNEL, "zadne": NO_CHANNEL, "žádný": NO_CHANNEL,
    "zadny": NO_CHANNEL, "zpět": RESET, "zpet": RESET,
    **{word: word for word in (RESET, ALL_CHANNELS, NO_CHANNEL, HERE)},
}  # fmt: skip
_LINK = re.compile(r"<#(?P<id>[^|>\s]+)(?:\|[^>]*)?>")
"""How Discord and Slack write a channel that somebody chose from their list."""
_ID = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Show:
    """Tell what is set."""


@dataclass(frozen=True, slots=True)
class Set:
    """Set `choices`, of one option, at this level."""

    level: PlaceLevel
    choices: PlaceChoices


@dataclass(frozen=True, slots=True)
class SetModel:
    """Let the model meant by `name` answer at this level."""

    level: PlaceLevel
    name: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Take back what is set at this level; `model` is whether the choice of model is too."""

    level: PlaceLevel
    options: tuple[PlaceOption, ...]
    model: bool = False


Request = Show | Set | SetModel | Reset


def read(
    values: Values, *, channel: str, scopes: frozenset[str], channels: Mapping[str, str] = MappingProxyType({})
) -> Request:
    """What the values ask for, where the conversation is in `channel` and there are these `scopes` and `channels`.

    `channels` are names by id, empty where nobody knows them: an id is then taken as it is.
    Raises `MissingArgument` for an option without a value, and `BadArgument` for what can't be set, or not there.
    """
    option = values.get("option")
    if option is None:
        return Show()
    setting, value = Setting(option), values.get("value")
    if value is None:
        raise MissingArgument(command=COMMAND, parameter="value")
    level = _level(setting, values.get("where"))
    meant = _VALUE_WORDS.get(value.strip().lower(), value.strip())
    if meant == RESET or (setting is Setting.CHANNELS and meant == ALL_CHANNELS):
        return _reset(setting, level)
    match setting:
        case Setting.MODEL:
            return SetModel(level, meant)
        case Setting.ALL:
            raise _bad(value, expected=RESET)
        case Setting.ANSWER_IN:
            return Set(level, PlaceChoices(answer_in=_one_of(tuple(AnswerIn), meant, value)))
        case Setting.LANGUAGE:
            return Set(level, PlaceChoices(language=_one_of(tuple(PlaceLanguage), meant, value)))
        case Setting.KNOWLEDGE:
            return Set(level, PlaceChoices(knowledge=_scopes(value, known=scopes)))
        case Setting.CHANNELS:
            return Set(level, PlaceChoices(channels=_channels(meant, here=channel, known=channels)))


def shown_scopes(scopes: frozenset[str]) -> str:
    """The scopes as they are typed: what has no entry of its own is the whole folder, `.`."""
    return ", ".join(sorted({ROOT if scope == PUBLIC else scope for scope in scopes}))


def _level(setting: Setting, where: str | None) -> PlaceLevel:
    """Where it is set when nothing is said: in the channel, but the list of channels for all of them."""
    of_all = setting is Setting.CHANNELS
    level = PlaceLevel(where) if where else PlaceLevel.WORKSPACE if of_all else PlaceLevel.CHANNEL
    if of_all and level is not PlaceLevel.WORKSPACE:
        raise BadArgument(command=COMMAND, parameter="where", value=level, expected=PlaceLevel.WORKSPACE)
    return level


def _reset(setting: Setting, level: PlaceLevel) -> Reset:
    match setting:
        case Setting.MODEL:
            return Reset(level, (), model=True)
        case Setting.ALL:
            return Reset(level, tuple(PlaceOption), model=True)
        case _:
            return Reset(level, (PlaceOption(setting.value),))


def _one_of(offered: Sequence[Chosen], meant: str, value: str) -> Chosen:
    found = next((choice for choice in offered if choice.value == meant.lower()), None)
    if found is None:
        raise _bad(value, expected=", ".join([*(choice.value for choice in offered), RESET]))
    return found


def _scopes(value: str, *, known: frozenset[str]) -> frozenset[str]:
    """Names of folders with readers of their own, and `.` for all the rest."""
    names = [name.strip().removesuffix("/") for name in value.split(",") if name.strip(" ,")]
    offered = sorted({ROOT, *known} - {PUBLIC})
    if not names or not set(names) <= set(offered):
        raise _bad(value, expected=", ".join((*offered, RESET)))
    return frozenset(names) | ({PUBLIC} if ROOT in names else frozenset())


def _channels(meant: str, *, here: str, known: Mapping[str, str]) -> frozenset[str]:
    """Ids of channels that are written as ids, by name, or as the platform writes them."""
    if meant == NO_CHANNEL:
        return frozenset()
    words = re.split(r"[,\s]+", meant.strip(" ,"))
    return frozenset(_channel(word, here=here, known=known) for word in words)


def _channel(word: str, *, here: str, known: Mapping[str, str]) -> str:
    if _VALUE_WORDS.get(word.lower(), word) == HERE:
        return here
    link = _LINK.fullmatch(word)
    name = link["id"] if link else word.removeprefix("#")
    if name in known or (not known and not word.startswith("#") and _ID.fullmatch(name)):
        return name
    named = [id_ for id_, other in known.items() if other.casefold() == name.casefold()]
    if len(named) != 1:  # none, or several of one name, which only their ids tell apart
        offered = (f"<#{id_}>" for id_ in named) if named else (HERE, ALL_CHANNELS, NO_CHANNEL, "#…")
        raise _bad(word, expected=", ".join(offered))
    return named[0]


def _bad(value: str, *, expected: str) -> BadArgument:
    return BadArgument(command=COMMAND, parameter="value", value=value, expected=expected)
