"""Owns what a Modelfile means as a persona, and a persona as a Modelfile. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import BadModelfile, PersonaWithoutModel
from bot.messages import Message, Notice, Role
from bot.personas import modelfile
from bot.personas.parameters import BadParameter, Kept, Parameters
from bot.personas.persona import Directive, Persona

_ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}


@dataclass(frozen=True, slots=True)
class Imported:
    """A persona from a Modelfile."""

    persona: Persona
    unused: tuple[Notice, ...] = ()
    """What is kept and not taken by Sova itself, and why."""


def imported(data: bytes | str, *, name: str, path: str = "") -> Imported:
    """The persona `name` that the Modelfile `data` describes; raises `BadModelfile` with the line that is wrong.

    Where SYSTEM or TEMPLATE stands more than once the last one counts, as with Ollama.
    """
    directives = modelfile.parse(data, path=path)
    values = {known: [one for one in directives if one.name == known] for known in modelfile.KNOWN}
    bases = values["FROM"]
    if len(bases) > 1:
        raise BadModelfile(path, Notice("modelfile-from-twice"), bases[1].line)
    if not bases[0].value:
        raise BadModelfile(path, Notice("modelfile-no-value", {"directive": "FROM"}), bases[0].line)
    persona = Persona(
        name=name,
        model=bases[0].value,
        system=_last(values["SYSTEM"]),
        template=_last(values["TEMPLATE"]),
        parameters=_parameters(values["PARAMETER"], path=path),
        messages=tuple(map(_message, values["MESSAGE"])),
        adapters=tuple(one.value for one in values["ADAPTER"]),
        licenses=tuple(one.value for one in values["LICENSE"]),
        others=tuple(one for one in directives if one.name not in modelfile.KNOWN),
    )
    return Imported(persona, unused_of(persona))


def exported(persona: Persona) -> str:
    """The Modelfile of `persona`, with what has no place in one as comments.

    Raises `PersonaWithoutModel` and `Unwritable`.
    """
    if persona.model is None:
        raise PersonaWithoutModel(name=persona.name)
    directives = (
        Directive("FROM", persona.model),
        *_optional("SYSTEM", persona.system),
        *_optional("TEMPLATE", persona.template),
        *(Directive("PARAMETER", f"{name} {value}") for name, value in _listed(persona.parameters.given())),
        *(Directive("MESSAGE", f"{message.role} {message.content}") for message in persona.messages),
        *(Directive("ADAPTER", adapter) for adapter in persona.adapters),
        *(Directive("LICENSE", licence) for licence in persona.licenses),
        *persona.others,
    )
    knowledge = "" if persona.knowledge is None else f"knowledge: {', '.join(sorted(persona.knowledge)) or '-'}"
    return modelfile.comments(persona.description) + modelfile.comments(knowledge) + modelfile.written(directives)


def unused_of(persona: Persona) -> tuple[Notice, ...]:
    """What of `persona` Sova keeps and doesn't take when she answers."""
    kept = sorted(persona.parameters.kept)
    others = sorted({directive.name for directive in persona.others})
    return (
        *([Notice("persona-template-unused")] if persona.template else []),
        *([Notice("persona-adapter-unused")] if persona.adapters else []),
        *([Notice("persona-parameters-unused", {"names": ", ".join(kept)})] if kept else []),
        *([Notice("persona-directives-unused", {"names": ", ".join(others)})] if others else []),
        *([Notice("persona-examples-unpaired", {"count": persona.unpaired})] if persona.unpaired else []),
    )


def _last(directives: Sequence[Directive]) -> str:
    return directives[-1].value if directives else ""


def _parameters(directives: Sequence[Directive], *, path: str) -> Parameters:
    """By name; of one that is given more than once the last counts, but for `stop`, of which all do."""
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    for directive in directives:
        name, _, value = directive.value.partition(" ")
        values[name] = [*_stops(values), value] if name == "stop" else value
        lines[name] = directive.line
    try:
        return Parameters.of(values, strict=False)
    except BadParameter as error:
        raise BadModelfile(path, error.reason, lines.get(error.name, 0)) from None


def _stops(values: Mapping[str, object]) -> Sequence[object]:
    stops = values.get("stop", [])
    return stops if isinstance(stops, list) else []


def _message(directive: Directive) -> Message:
    role, _, content = directive.value.partition(" ")
    return Message(_ROLES[role], content)


def _optional(name: str, value: str) -> tuple[Directive, ...]:
    return (Directive(name, value),) if value else ()


def _listed(parameters: Mapping[str, Kept | tuple[str, ...]]) -> Sequence[tuple[str, str]]:
    """Each with its value as a Modelfile has it; one that has several values once for each."""
    return [
        (name, _plain(one))
        for name, value in parameters.items()
        for one in (value if isinstance(value, tuple) else (value,))
    ]


def _plain(value: Kept) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
