"""Owns reading what an administrator types after `/settings`: which option, which value, for which level. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.commands.registry import Values
from bot.errors import BadArgument, MissingArgument
from bot.ports import AnswerIn, PlaceChoices, PlaceLanguage, PlaceLevel, PlaceOption
from bot.retrieval.scopes import PUBLIC, ROOT

COMMAND = "settings"
RESET, ALL_CHANNELS, NO_CHANNEL, HERE = "reset", "all", "none", "here"

Chosen = TypeVar("Chosen", AnswerIn, PlaceLanguage)


class Setting(StrEnum):
    """What `/settings` changes: the options of a place, the channel's model, or all of these at once."""

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
}  # fmt: skip
_CHANNEL = re.compile(r"<#(?P<named>[^|>\s]+)(?:\|[^>]*)?>|(?P<plain>[A-Za-z0-9_-]+)")


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
    """Let the model meant by `name` answer in the channel."""

    name: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Take back what is set at this level; `model` is whether the channel's model is too."""

    level: PlaceLevel
    options: tuple[PlaceOption, ...]
    model: bool = False


Request = Show | Set | SetModel | Reset


def read(values: Values, *, channel: str, scopes: frozenset[str]) -> Request:
    """What the values ask for, where the conversation is in `channel` and there are these `scopes`.

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
            return SetModel(meant)
        case Setting.ALL:
            raise _bad(value, expected=RESET)
        case Setting.ANSWER_IN:
            return Set(level, PlaceChoices(answer_in=_one_of(tuple(AnswerIn), meant, value)))
        case Setting.LANGUAGE:
            return Set(level, PlaceChoices(language=_one_of(tuple(PlaceLanguage), meant, value)))
        case Setting.KNOWLEDGE:
            return Set(level, PlaceChoices(knowledge=_scopes(value, known=scopes)))
        case Setting.CHANNELS:
            return Set(level, PlaceChoices(channels=_channels(meant, channel=channel)))


def shown_scopes(scopes: frozenset[str]) -> str:
    """The scopes as they are typed: what has no entry of its own is the whole folder, `.`."""
    return ", ".join(sorted({ROOT if scope == PUBLIC else scope for scope in scopes}))


def _level(setting: Setting, where: str | None) -> PlaceLevel:
    """Where it is set when nothing is said: in the channel, but the list of channels for all of them."""
    only = {Setting.MODEL: PlaceLevel.CHANNEL, Setting.CHANNELS: PlaceLevel.WORKSPACE}
    level = PlaceLevel(where) if where else only.get(setting, PlaceLevel.CHANNEL)
    if only.get(setting, level) is not level:
        raise BadArgument(command=COMMAND, parameter="where", value=level, expected=only[setting])
    return level


def _reset(setting: Setting, level: PlaceLevel) -> Reset:
    match setting:
        case Setting.MODEL:
            return Reset(level, (), model=True)
        case Setting.ALL:
            return Reset(level, tuple(PlaceOption), model=level is PlaceLevel.CHANNEL)
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


def _channels(meant: str, *, channel: str) -> frozenset[str]:
    if meant == NO_CHANNEL:
        return frozenset()
    names = []
    for word in re.split(r"[,\s]+", meant.strip(" ,")):
        found = _CHANNEL.fullmatch(word)
        if found is None:
            raise _bad(meant, expected=f"{HERE}, {ALL_CHANNELS}, {NO_CHANNEL}, #…")
        name = found["named"] or found["plain"]
        names.append(channel if _VALUE_WORDS.get(name.lower(), name) == HERE else name)
    return frozenset(names)


def _bad(value: str, *, expected: str) -> BadArgument:
    return BadArgument(command=COMMAND, parameter="value", value=value, expected=expected)
