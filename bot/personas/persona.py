"""Owns what a persona is, and which names one may have. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.messages import Message
from bot.personas.parameters import Parameters

MOST_NAME_CHARACTERS = 40
_NAME = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True, slots=True)
class Directive:
    """A line of a Modelfile: its name in capitals, and its value. `line` is where it began, from 1; 0 where nowhere."""

    name: str
    value: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Persona:
    """A named assistant.

    `model` is None where whoever asks chooses it. `system` is what the model is told first. `knowledge` names the
    scopes that are searched, of those that may be read anyhow: None is all of them, an empty set none. `messages` are
    examples of how it answers. `template`, `adapters` and `licenses` are for Ollama alone, and so are the `others`,
    a Modelfile's directives that Sova doesn't know.
    """

    name: str
    description: str = ""
    model: str | None = None
    system: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    knowledge: frozenset[str] | None = None
    messages: tuple[Message, ...] = ()
    template: str = ""
    adapters: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    others: tuple[Directive, ...] = ()

    @property
    def instructions(self) -> str:
        """What the model is told first, with the examples that are such instructions themselves."""
        told = (message.content.strip() for message in self.messages if message.role == "system")
        return "\n\n".join(filter(None, (self.system.strip(), *told)))

    @property
    def examples(self) -> tuple[tuple[Message, Message], ...]:
        """Questions with their answers, as engines' templates want them: what stands in no such pair is left out."""
        said = _joined([message for message in self.messages if message.role != "system"])
        first = 0 if said and said[0].role == "user" else 1
        return tuple(zip(said[first::2], said[first + 1 :: 2], strict=False))

    @property
    def unpaired(self) -> int:
        """How many of the examples are left out."""
        said = _joined([message for message in self.messages if message.role != "system"])
        return len(said) - 2 * len(self.examples)


def normal_name(name: str) -> str:
    """The name as it is compared: small letters in one Unicode form, whatever somebody typed."""
    return unicodedata.normalize("NFC", name.strip()).lower()


def is_name(name: str) -> bool:
    """Whether a persona may be called that: small letters, digits, `-` and `_`, a letter or digit first, at most 40."""
    return len(name) <= MOST_NAME_CHARACTERS and name == normal_name(name) and bool(_NAME.fullmatch(name))


def _joined(messages: Sequence[Message]) -> list[Message]:
    """The messages with neighbours of one role put together."""
    joined: list[Message] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            joined[-1] = Message(message.role, f"{joined[-1].content}\n\n{message.content}")
        else:
            joined.append(message)
    return joined
