"""Owns Ollama's Modelfile: its grammar, read exactly as Ollama reads it, and writing one that reads the same. Pure.

    # a comment
    FROM llama3.2
    PARAMETER temperature 0.7
    SYSTEM \"\"\"
    You are a patient teacher.
    \"\"\"
    MESSAGE user What is an owl?

Names of directives may be in any case. A value goes to the end of its line; one that begins with `"` or three of them
goes on to the line that ends with the same. Source: Ollama's Modelfile documentation, and its parser. Two things
differ: characters that can't be printed stay, and a directive that isn't known, if it is in capitals, is kept.
"""

import re
from collections.abc import Iterator, Sequence

from bot.errors import BadModelfile, Unwritable
from bot.messages import Notice
from bot.personas.persona import Directive

KNOWN = ("FROM", "PARAMETER", "TEMPLATE", "SYSTEM", "ADAPTER", "LICENSE", "MESSAGE")
ROLES = ("system", "user", "assistant")
MOST_BYTES = 1_000_000
_TRIPLE, _SINGLE = '"""', '"'
_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
_HEAD = re.compile(r"(?P<name>[^\s]+)(?P<gap>[ \t]?)[ \t]*(?P<rest>.*)", re.DOTALL)
_WORD = re.compile(r"(?P<word>\w+)(?:[ \t]+(?P<rest>.*))?", re.DOTALL)
_SPACE = " \t\r\n\v\f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Ollama takes off both ends of a value."""


def parse(data: bytes | str, *, path: str = "") -> tuple[Directive, ...]:
    """The directives in their order; the value of PARAMETER and MESSAGE begins with the parameter's name or the role.

    Raises `BadModelfile` with the line of the first that can't be read, or when there is no FROM.
    """
    try:
        directives = tuple(_directives(data if isinstance(data, str) else _decoded(data)))
    except _Refused as refused:
        raise BadModelfile(path, refused.reason, refused.line) from None
    if not any(directive.name == "FROM" for directive in directives):
        raise BadModelfile(path, Notice("modelfile-no-from"))
    return directives


def written(directives: Sequence[Directive]) -> str:
    """A Modelfile of these; raises `Unwritable` for a value that no quotation marks can hold."""
    return "".join(f"{_line(directive)}\n" for directive in directives)


def comments(text: str) -> str:
    """`text` as comments, line by line."""
    return "".join(f"# {line}\n" for line in text.splitlines())


# --- reading --------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """A line can't be read."""

    def __init__(self, line: int, code: str, **data: str) -> None:
        super().__init__(code)
        self.line = line
        self.reason = Notice(code, data)


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _Refused(0, "modelfile-too-large")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _Refused(0, "modelfile-not-text") from error
    if "\x00" in text:
        raise _Refused(0, "modelfile-not-text")
    return text


def _directives(text: str) -> Iterator[Directive]:
    lines = [(found[1], found[2]) for found in _LINES.finditer(text)]
    at = 0
    while at < len(lines):
        begun, head = at, lines[at][0].lstrip(" \t")
        if not head or head.startswith("#"):
            at += 1
            continue
        name, prefix, rest = _begun(head, line=begun + 1)
        value, at = _value(rest, lines, at)
        yield Directive(name, f"{prefix}{value}", begun + 1)


def _begun(head: str, *, line: int) -> tuple[str, str, str]:
    """A directive's first line: its name, the parameter's name or the role with a space, and what follows."""
    found = _HEAD.fullmatch(head)
    written_name = found["name"] if found else head
    name = written_name.upper()
    if name not in KNOWN and not re.fullmatch(r"[A-Z]{2,}", written_name):
        raise _Refused(line, "modelfile-unknown", word=written_name[:40])
    if found is None or not found["gap"]:
        raise _Refused(line, "modelfile-no-value", directive=name)
    if name not in {"PARAMETER", "MESSAGE"}:
        return name, "", found["rest"]
    word = _WORD.fullmatch(found["rest"])
    if name == "MESSAGE" and (word is None or word["word"] not in ROLES):
        raise _Refused(line, "modelfile-bad-role", role=word["word"][:40] if word else "none")
    if word is None or word["rest"] is None:
        raise _Refused(line, "modelfile-no-value", directive=f"{name} {word['word']}" if word else name)
    return name, f"{word['word']} ", word["rest"]


def _value(rest: str, lines: Sequence[tuple[str, str]], at: int) -> tuple[str, int]:
    """The value that begins with `rest` in line `at`, and the line behind it."""
    begun = rest.strip(_SPACE)
    value = _unquoted(begun)
    if value is not None:
        return value, at + 1
    mark = _TRIPLE if begun.startswith(_TRIPLE) else _SINGLE
    gathered = [rest]
    for end in range(at + 1, len(lines)):
        gathered += [lines[end - 1][1], lines[end][0]]
        if lines[end][0].rstrip(_SPACE).endswith(mark):  # only then is it worth putting together what may be very long
            value = _unquoted("".join(gathered).strip(_SPACE))
            if value is not None:
                return value, end + 1
    raise _Refused(at + 1, "modelfile-unended")


def _unquoted(text: str) -> str | None:
    """What stands within the quotation marks; None while they aren't closed."""
    if text.startswith(_TRIPLE):
        return text[3:-3] if len(text) >= 2 * len(_TRIPLE) and text.endswith(_TRIPLE) else None
    if text.startswith(_SINGLE):
        return text[1:-1] if len(text) >= 2 * len(_SINGLE) and text.endswith(_SINGLE) else None
    return text


# --- writing --------------------------------------------------------------------------------------------------


def _line(directive: Directive) -> str:
    """The first way of writing it that is read as what it is."""
    prefix, value = "", directive.value
    if directive.name in {"PARAMETER", "MESSAGE"}:
        word, _, value = directive.value.partition(" ")
        prefix = f"{word} "
    for mark in ("", _SINGLE, _TRIPLE):
        line = f"{directive.name} {prefix}{mark}{value}{mark}"
        if _reads_as(line, directive):
            return line
    raise Unwritable(directive=directive.name)


def _reads_as(line: str, directive: Directive) -> bool:
    """Whether `line` is this one directive, and whatever stands behind it another."""
    try:
        return list(_directives(f"{line}\nEND .\n")) == [directive, Directive("END", ".")]
    except _Refused:
        return False
