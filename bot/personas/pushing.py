"""Owns what a persona is as a model of Ollama's own. Pure."""

import re
import unicodedata

from bot.errors import PersonaWithoutModel
from bot.messages import Notice
from bot.personas.parameters import Kept
from bot.personas.persona import Persona
from bot.ports import NewModel

PREFIX = "sova-"
"""What its name begins with, so that no model that somebody fetched is ever replaced."""
_INTEGER, _NUMBER = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?")


def model_of(persona: Persona) -> NewModel:
    """The model that `persona` becomes; raises `PersonaWithoutModel`."""
    if persona.model is None:
        raise PersonaWithoutModel(name=persona.name)
    given = persona.parameters.given()
    return NewModel(
        name=f"{PREFIX}{_ascii(persona.name)}",
        base=persona.model,
        system=persona.system,
        template=persona.template,
        parameters={name: value if isinstance(value, tuple) else _typed(value) for name, value in given.items()},
        messages=persona.messages,
        licenses=persona.licenses,
    )


def left_out(persona: Persona) -> tuple[Notice, ...]:
    """What of `persona` doesn't go along, and why."""
    others = sorted({directive.name for directive in persona.others})
    return (
        *([Notice("persona-adapter-not-pushed")] if persona.adapters else []),
        *([Notice("persona-directives-not-pushed", {"names": ", ".join(others)})] if others else []),
        *([Notice("persona-knowledge-not-pushed")] if persona.knowledge is not None else []),
    )


def _ascii(name: str) -> str:
    """Names of models have no accents; letters of other scripts become their numbers, so that names stay apart."""
    bare = (sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else f"u{ord(sign):x}" for sign in bare)


def _typed(value: Kept) -> Kept:
    """A Modelfile has texts only; Ollama wants numbers and yes or no as such."""
    if not isinstance(value, str):
        return value
    if value in {"true", "false"}:
        return value == "true"
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _NUMBER.fullmatch(value) else value
