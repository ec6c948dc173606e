"""Holds the sentences to the code, and the two languages to each other."""

import ast
import logging
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

import bot.wording
from bot.errors import AssistantError
from bot.messages import Language, Notice
from bot.wording import speak

ROOT = Path(bot.wording.__file__).parents[2]
FAMILIES = sorted({path.name for path in (ROOT / "bot/wording").glob("*/*.ftl")})
SAMPLES: dict[object, object] = {
    str: "sample",
    int: 5,
    float: 2.5,
    tuple[str, ...]: ("one", "two"),
    float | None: 1.5,
    str | None: "sample",
    int | None: 5,
    Notice: Notice("not-saved"),
    tuple[Notice, ...]: (Notice("not-saved"), Notice("not-saved")),
}
EMPTY: dict[object, object] = {
    tuple[str, ...]: (),
    float | None: None,
    str | None: None,
    int | None: None,
    str: "",
    int: 0,
}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the visitor's protocol
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802
        self.references.add(node.id.name)


def _entries(path: Path) -> list[ftl.EntryType]:
    return list(FluentParser().parse(path.read_text(encoding="utf-8")).body)


def _variables(language: Language, family: str) -> dict[str, set[str]]:
    """Each sentence's variables, those of the sentences it refers to included."""
    found: dict[str, _Variables] = {}
    for entry in _entries(ROOT / "bot/wording" / language / family):
        if isinstance(entry, ftl.Message):
            found[entry.id.name] = _Variables()
            found[entry.id.name].visit(entry)
    return {
        key: own.variables.union(*(found[reference].variables for reference in own.references))
        for key, own in found.items()
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_both_languages_say_the_same_sentences_with_the_same_variables(family: str) -> None:
    assert _variables(Language.CZECH, family) == _variables(Language.ENGLISH, family)


@pytest.mark.parametrize("language", Language)
def test_every_sentence_is_well_formed_and_said_once(language: Language) -> None:
    entries = [entry for family in FAMILIES for entry in _entries(ROOT / "bot/wording" / language / family)]
    assert [entry.content for entry in entries if isinstance(entry, ftl.Junk)] == []
    keys = [entry.id.name for entry in entries if isinstance(entry, ftl.Message)]
    assert sorted(keys) == sorted(set(keys))


def _errors(base: type[AssistantError] = AssistantError) -> Iterator[type[AssistantError]]:
    yield base
    for derived in base.__subclasses__():
        yield from _errors(derived)


def _made(kind: type[AssistantError], *, samples: dict[object, object]) -> AssistantError:
    hints = get_type_hints(kind)
    values = {field.name: samples.get(hints[field.name], SAMPLES[hints[field.name]]) for field in fields(kind)}
    return kind(**values)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("samples", [SAMPLES, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("kind", sorted(set(_errors()), key=repr))
def test_every_error_can_be_told_in_every_language(
    kind: type[AssistantError], samples: dict[object, object], language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="bot.wording"):
        told = speak(language).of_error(_made(kind, samples=samples))
    assert told.strip()
    assert caplog.messages == []
    assert "{" not in told


def test_each_error_has_a_code_of_its_own() -> None:
    owned = [kind.__dict__["code"] for kind in set(_errors()) if "code" in kind.__dict__]
    assert sorted(owned) == sorted(set(owned))


def _sources() -> Iterator[tuple[Path, ast.AST]]:
    for folder in ("bot", "adapters"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _literals(value: ast.expr) -> Iterator[str]:
    """The string literals that `value` may be; an f-string's beginning ends in `*`."""
    match value:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            yield f"{start}*"
        case ast.IfExp(body=one, orelse=other):
            yield from _literals(one)
            yield from _literals(other)
        case _:
            return


def _said() -> Iterator[tuple[str, str]]:
    """Every sentence that the code asks for, and where."""
    for path, tree in _sources():
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
        for call in calls:
            name, place = _called(call), f"{path}:{call.lineno}"
            if name in {"say", "_say", "wording", "_wording"}:
                yield from ((key, place) for key in _literals(call.args[0]))
            elif name == "Notice":
                yield from ((f"notice-{code}", place) for code in _literals(call.args[0]))


def test_every_sentence_that_the_code_says_exists() -> None:
    known = {key for family in FAMILIES for key in _variables(Language.ENGLISH, family)}
    said = list(_said())
    missing = [f"{place} says {key}" for key, place in said if not _exists(key, known)]
    assert said
    assert missing == []


def _exists(key: str, known: set[str]) -> bool:
    return any(one.startswith(key[:-1]) for one in known) if key.endswith("*") else key in known


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 otázku s odpovědí"),
        (3, "3 otázky s odpověďmi"),
        (5, "5 otázek s odpověďmi"),
        (22, "22 otázek s odpověďmi"),
    ],
)
def test_czech_counts_as_czechs_do(count: int, sentence: str) -> None:
    assert speak(Language.CZECH)("forget-turns", turns=count) == sentence


@pytest.mark.parametrize(
    ("ahead", "english", "czech"),
    [
        (0, "You are next in line", "Jste další na řadě"),
        (1, "You are 2nd in line", "Jste 2. v pořadí"),
        (2, "You are 3rd in line", "Jste 3. v pořadí"),
        (3, "You are 4th in line", "Jste 4. v pořadí"),
        (10, "You are 11th in line", "Jste 11. v pořadí"),
        (20, "You are 21st in line", "Jste 21. v pořadí"),
        (111, "You are 112th in line", "Jste 112. v pořadí"),
    ],
)
def test_a_place_is_an_ordinal_number(ahead: int, english: str, czech: str) -> None:
    assert speak(Language.ENGLISH).place(ahead) == f"{english}; the answer will appear here."
    assert speak(Language.CZECH).place(ahead) == f"{czech}; odpověď se objeví tady."


def test_czech_writes_a_decimal_comma() -> None:
    assert speak(Language.CZECH)("amount-gigabytes", value=1.93) == "1,9 GB"
    assert speak(Language.ENGLISH)("amount-gigabytes", value=1.93) == "1.9 GB"


def test_asking_for_a_sentence_that_does_not_exist_is_a_fault() -> None:
    with pytest.raises((KeyError, LookupError)):
        speak(Language.ENGLISH)("no-such-sentence")
