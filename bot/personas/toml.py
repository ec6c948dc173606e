"""Owns how a persona stands in a TOML file: read strictly, and written. Pure.

    description = "Explains contracts in plain words"
    model = "qwen2.5:7b"
    system = "You explain contracts to people who are no lawyers."
    knowledge = ["legal"]

    [parameters]
    temperature = 0.2
    stop = ["END"]

    [[messages]]
    role = "user"
    content = "What is a penalty clause?"

All of it may be left out, but not all of it at once. `knowledge` are names of `scopes.toml`, `.` is what has none
there, and `[]` is nothing at all. `template`, `adapters`, `licenses` and `[[directives]]` come from Modelfiles.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BadPersona
from bot.messages import Message, Notice
from bot.personas.parameters import EXPECTED, BadParameter, Parameters
from bot.personas.persona import Directive, Persona

_CLOSING, _ESCAPED = re.compile(r'"(?=")|"\Z'), r'\\"'
"""Quotation marks that would end a text of several lines, or begin to."""
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)| ?\(at end of document\)")


def parse(data: bytes, *, name: str, path: str) -> Persona:
    """The persona `name` from its file's bytes; raises `BadPersona` with `path`, the reason, and the line."""
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BadPersona(path, Notice("persona-not-text")) from error
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), path=path, lines=data.count(b"\n") + 1) from error
    except RecursionError as error:
        raise BadPersona(path, Notice("persona-not-toml", {"detail": "too deep"})) from error
    try:
        return _persona(name, table)
    except _Refused as refused:
        raise BadPersona(path, refused.reason, _line_of(refused.entry, text)) from None


def written(persona: Persona) -> str:
    """The file's text; `parse` makes the same persona of it."""
    return "\n".join([*_top(persona), *_tables(persona)]) + "\n"


# --- reading --------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """An entry isn't as it must be; `entry` is the path to it."""

    def __init__(self, entry: tuple[str | int, ...], code: str, **data: str) -> None:
        super().__init__(code)
        self.entry = entry
        self.reason = Notice(code, {"entry": ".".join(str(part) for part in entry), **data})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class _Said(_Strict):
    role: Literal["system", "user", "assistant"]
    content: str


class _Other(_Strict):
    name: str
    value: str


class _File(_Strict):
    description: str = ""
    model: str | None = None
    system: str = ""
    knowledge: list[str] | None = None
    parameters: dict[str, str | int | float | bool | list[str]] = {}
    messages: list[_Said] = []
    template: str = ""
    adapters: list[str] = []
    licenses: list[str] = []
    directives: list[_Other] = []


def _persona(name: str, table: Mapping[str, object]) -> Persona:
    file = _file(table)
    try:
        parameters = Parameters.of(file.parameters, strict=True)
    except BadParameter as error:
        refused = _Refused(("parameters", error.name), error.reason.code)
        refused.reason = error.reason
        raise refused from None
    persona = Persona(
        name=name,
        description=file.description.strip(),
        model=(file.model or "").strip() or None,
        system=file.system,
        parameters=parameters,
        knowledge=None if file.knowledge is None else frozenset(map(_scope, file.knowledge)),
        messages=tuple(Message(said.role, said.content) for said in file.messages),
        template=file.template,
        adapters=tuple(file.adapters),
        licenses=tuple(file.licenses),
        others=tuple(Directive(other.name, other.value) for other in file.directives),
    )
    if persona == Persona(name, description=persona.description):
        raise _Refused((), "persona-empty")
    return persona


def _file(table: Mapping[str, object]) -> _File:
    try:
        return _File.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        code = "persona-unknown-entry" if first["type"] == "extra_forbidden" else "persona-wrong-entry"
        code = "persona-missing-entry" if first["type"] == "missing" else code
        code = "persona-outside-parameters" if first["loc"][0] in EXPECTED else code
        raise _Refused(first["loc"], code) from None


def _scope(name: str) -> str:
    return name.strip().removesuffix("/")


def _not_toml(told: str, *, path: str, lines: int) -> BadPersona:
    at = _AT_LINE.search(told)
    line = int(at[1]) if at and at[1] else lines
    return BadPersona(path, Notice("persona-not-toml", {"detail": _AT_LINE.sub("", told)}), line)


def _line_of(entry: tuple[str | int, ...], text: str) -> int:
    """The line, from 1, in which the entry is set, or its table begins; 0 where neither can be told."""
    names = [re.escape(part) for part in entry if isinstance(part, str)]
    for name in reversed(names):
        found = re.search(rf"""^[ \t]*(\[+[^\]\n]*)?["']?{name}["']?[ \t]*(=|\])""", text, re.MULTILINE)
        if found:
            return text.count("\n", 0, found.start()) + 1
    return 0


# --- writing --------------------------------------------------------------------------------------------------


def _top(persona: Persona) -> Iterator[str]:
    for key in ("description", "model", "system", "template"):
        if value := getattr(persona, key):
            yield f"{key} = {_text(value)}"
    if persona.knowledge is not None:
        yield f"knowledge = {_list(sorted(persona.knowledge))}"
    for key in ("adapters", "licenses"):
        if values := getattr(persona, key):
            yield f"{key} = {_list(values)}"


def _tables(persona: Persona) -> Iterator[str]:
    if given := persona.parameters.given():
        yield "\n[parameters]"
        yield from (f"{_key(name)} = {_value(value)}" for name, value in given.items())
    for message in persona.messages:
        yield f"\n[[messages]]\nrole = {_text(message.role)}\ncontent = {_text(message.content)}"
    for other in persona.others:
        yield f"\n[[directives]]\nname = {_text(other.name)}\nvalue = {_text(other.value)}"


def _value(value: str | int | float | bool | tuple[str, ...]) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case tuple():
            return _list(value)
        case _:
            return repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _list(values: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _text(text: str) -> str:
    """In lines where it has some: people read and mend these files."""
    if "\n" not in text:
        return _quoted(text)
    body = "\n".join(_quoted(line)[1:-1].replace('\\"', '"') for line in text.split("\n"))
    return f'"""\n{_CLOSING.sub(_ESCAPED, body)}"""'


def _quoted(text: str) -> str:
    """JSON's way is one of TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
