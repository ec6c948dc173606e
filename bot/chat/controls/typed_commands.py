"""Owns reading commands that people type as words: which is meant, with which values, and what is a question. Pure.

Names are those of the registry, and what they are called in any language that Sova speaks; accents and case don't
matter. Values come in the command's order, or by name: `model llama3 channel`, `model scope:channel name:llama3`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from bot.commands.command import Command, Parameter, Values
from bot.commands.registry import Registry, joined, sentence_of, words_of
from bot.errors import BadArgument
from bot.messages import Language
from bot.wording import speak

_NAMED = re.compile(r"(?P<name>\w+):(?P<value>\S.*)", re.DOTALL)
_VALUE = re.compile(r"\S*[^\s.,;:!?…]")
"""A value that is one word; what ends like a sentence is prose."""
_SHAPES = {
    ("sources", "number"): re.compile(r"\[?\d{1,3}\]?"),
    ("stats", "since"): re.compile(r"\d{1,6}[mhd]", re.IGNORECASE),
    ("compare", "question"): re.compile(r".*\s.*", re.DOTALL),  # in quotation marks: "compare the two plans" is asked
}


class TypedCommands:
    """Reads what is typed, by the commands of the `registry`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, text: str) -> tuple[Command, Values]:
        """The command and its values. A leading slash is allowed, and nothing at all means `help`.

        Raises `UnknownCommand`, and `BadArgument` with the first word that is one too many.
        """
        name, *words = self._words(text.strip().removeprefix("/")) or ["help"]
        command = self._named(name) or self._registry.named(name)
        return command, self.values(command, words)

    def values(self, command: Command, words: Sequence[str]) -> Values:
        """What the words after a command's name give it; raises `BadArgument`."""
        values = dict[str, str]()
        if not any(_by_name(command, word)[0] for word in words):
            words = sentence_of(command, words)
        for parameter, word in _assigned(command, words):
            if parameter is None:
                raise BadArgument(command=command.name, parameter="", value=word, expected="")
            values[parameter.name] = _meant(command, parameter, word)
        return values

    def is_command(self, text: str) -> bool:
        """Whether the words are a command, and not a question that only begins like one.

        With a slash they are if the name is known. Without one everything behind the name must be what the command
        takes, in one line, and nobody asks: "model llama3 channel" is one, "model for the new printer" is none.
        """
        if text.lstrip().startswith("/"):
            return self._named(next(iter(self._words(text.strip().removeprefix("/"))), "help")) is not None
        if "\n" in text.strip() or text.rstrip().endswith("?"):
            return False
        name, *words = self._words(text) or [""]
        command = self._named(name)
        if command is None:
            return False
        return all(self._fits(command, parameter, word) for parameter, word in _assigned(command, words))

    def _words(self, text: str) -> list[str]:
        return joined(words_of(text), {command.name for command in self._registry.commands})

    def _named(self, name: str) -> Command | None:
        wanted = _folded(name)
        return next((command for command in self._registry.commands if wanted in _names(command)), None)

    def _fits(self, command: Command, parameter: Parameter | None, word: str) -> bool:
        if parameter is None:
            return False
        meant = _meant(command, parameter, word)
        if parameter.choices:
            return meant in parameter.choices
        if (command.name, parameter.name) == ("help", "command"):
            return self._named(meant.removeprefix("/")) is not None
        return _SHAPES.get((command.name, parameter.name), _VALUE).fullmatch(meant) is not None


def _assigned(command: Command, words: Sequence[str]) -> Iterator[tuple[Parameter | None, str]]:
    """Each word with what it is for; None for one too many. Those by name leave their places to nobody."""
    named = [_by_name(command, word) for word in words]
    taken = {parameter.name for parameter, _ in named if parameter}
    free = (parameter for parameter in command.offered if parameter.name not in taken)
    for parameter, value in named:
        yield (parameter, value) if parameter else (next(free, None), value)


def _by_name(command: Command, word: str) -> tuple[Parameter | None, str]:
    """Names of models have colons, too: what isn't a parameter's name belongs to the value."""
    found = _NAMED.fullmatch(word)
    if found:
        wanted = _folded(found["name"])
        for parameter in command.offered:
            if wanted in _called(f"slash-{command.name}-{parameter.name}", parameter.name):
                return parameter, found["value"]
    return None, word


def _meant(command: Command, parameter: Parameter, word: str) -> str:
    """A choice by what it is called in some language is that choice; everything else is what it is."""
    if (choice := parameter.canonical(word)) in parameter.choices:
        return choice
    wanted = _folded(word)
    for choice in parameter.choices:
        if wanted in _called(f"slash-{command.name}-{parameter.name}-{choice}", choice):
            return choice
    return word


def _names(command: Command) -> frozenset[str]:
    return _called(f"slash-{command.name}", command.name)


@cache
def _called(key: str, name: str) -> frozenset[str]:
    """What it is called in every language."""
    voices = [speak(language) for language in Language]
    return frozenset(map(_folded, [name, *(say(key) for say in voices if say.has(key))]))


def _folded(text: str) -> str:
    """Without accents, whatever the case."""
    parted = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
