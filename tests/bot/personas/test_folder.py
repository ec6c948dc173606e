import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadPersona, PersonaExists, PersonaNotKept, UnknownPersona
from bot.messages import Message
from bot.personas import toml
from bot.personas.folder import PersonaFolder
from bot.personas.parameters import Parameters
from bot.personas.persona import Directive, Persona, is_name

ROOT = Path(__file__).parents[3]
OWL = Persona("owl", model="owl:1b", system="You are an owl.")


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def files(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def refused(text: str | bytes) -> tuple[int, str]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(BadPersona) as caught:
        toml.parse(data, name="owl", path="owl.toml")
    return caught.value.line, caught.value.reason.code


async def test_personas_are_read_by_the_names_of_their_files(tmp_path: Path) -> None:
    put(tmp_path, "owl.toml", 'system = "Hoo."\nmodel = "owl:1b"\n[parameters]\ntemperature = 1\nstop = "END"')
    put(tmp_path, "účetní.toml", 'system = "Počítej."\nknowledge = ["finance/", "."]')
    put(tmp_path, "notes.txt", "no persona")
    personas = await PersonaFolder(tmp_path).read()
    assert list(personas.usable) == ["owl", "účetní"]
    owl = personas.named("OWL ")
    assert (owl.system, owl.model, owl.parameters.temperature, owl.parameters.stop) == ("Hoo.", "owl:1b", 1.0, ("END",))
    assert personas.named("účetní").knowledge == frozenset({"finance", "."})


async def test_the_personas_that_come_along_can_be_used() -> None:
    personas = await PersonaFolder(ROOT / "personas").read()
    assert sorted(personas.usable) == ["teacher", "zapisy"]
    assert personas.broken == {}
    assert all(persona.examples and not persona.unpaired for persona in personas.usable.values())


async def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    personas = await PersonaFolder(tmp_path / "nowhere").read()
    assert (personas.usable, personas.broken) == ({}, {})


async def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    file, folder = put(tmp_path, "owl.toml", 'system = "Hoo."'), PersonaFolder(tmp_path)
    assert (await folder.read()).named("owl").system == "Hoo."
    put(tmp_path, "owl.toml", 'system = "Hoo hoo."')
    assert (await folder.read()).named("owl").system == "Hoo hoo."
    file.unlink()
    with pytest.raises(UnknownPersona):
        (await folder.read()).named("owl")


async def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "owl.toml", 'system = "Hoo."')
    folder = PersonaFolder(tmp_path)
    before = await folder.read()
    monkeypatch.setattr(toml, "parse", None)
    assert await folder.read() == before


async def test_a_broken_file_leaves_the_others_working_and_tells_its_line(tmp_path: Path) -> None:
    put(tmp_path, "owl.toml", 'system = "Hoo."')
    put(tmp_path, "lark.toml", 'system = "Tirili."\n\ncolour = "brown"')
    personas = await PersonaFolder(tmp_path).read()
    assert list(personas.usable) == ["owl"]
    with pytest.raises(BadPersona) as caught:
        personas.named("Lark")
    assert (caught.value.line, caught.value.reason.code) == (3, "persona-unknown-entry")


async def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, "teacher.toml", 'system = "Teach."')
    with pytest.raises(UnknownPersona) as caught:
        (await PersonaFolder(tmp_path).read()).named("techer")
    assert caught.value.nearest == ("teacher",)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 0, "persona-empty"),
        ('description = "only that"', 0, "persona-empty"),
        ('system = "a', 1, "persona-not-toml"),
        ("system = 'a'\nmodel =", 2, "persona-not-toml"),
        (b"system = '\xff'", 0, "persona-not-text"),
        ("system = 1", 1, "persona-wrong-entry"),
        ("model = 'a'\n\nsistem = 'a'", 3, "persona-unknown-entry"),
        ("knowledge = 'hr'", 1, "persona-wrong-entry"),
        ("model = 'a'\ntop_p = 0.5", 2, "persona-outside-parameters"),
        ("[parameters]\ntop_k = 1\ntemperature = 3", 3, "persona-parameter"),
        ("[parameters]\ntemperature = 'hot'", 2, "persona-parameter"),
        ("[parameters]\nstop = ['']", 2, "persona-parameter"),
        ("[parameters]\ntop_k = true", 2, "persona-parameter"),
        ("[parameters]\ntemperature = inf", 2, "persona-parameter"),
        ("[[messages]]\nrole = 'owl'\ncontent = 'a'", 2, "persona-wrong-entry"),
        ("model = 'a'\n[[messages]]\nrole = 'user'", 2, "persona-missing-entry"),
        ("a = " + "[" * 5000, 0, "persona-not-toml"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(text: str | bytes, line: int, code: str) -> None:
    assert refused(text) == (line, code)


@pytest.mark.parametrize("name", ["Owl", "-owl", "_owl", "o w l", "o.w.l", "", "../owl", "o/w", "a" * 41, "con:"])
def test_names_that_no_file_should_have_are_none(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("name", ["owl", "owl-2", "účetní", "2_b", "a" * 40])
def test_names_may_have_letters_of_any_language(name: str) -> None:
    assert is_name(name)


async def test_a_file_with_a_name_that_no_persona_can_have_is_broken(tmp_path: Path) -> None:
    put(tmp_path, "Owl Two.toml", 'system = "Hoo."')
    assert [error.reason.code for error in (await PersonaFolder(tmp_path).read()).broken.values()] == [
        "persona-bad-name"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
async def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "owl.toml")
    async with asyncio.timeout(5):
        broken = (await PersonaFolder(tmp_path).read()).broken
    assert broken["owl"].reason.code == "persona-no-file"


async def test_a_file_that_is_far_too_large_is_broken(tmp_path: Path) -> None:
    put(tmp_path, "owl.toml", "#" * 1_000_001)
    assert (await PersonaFolder(tmp_path).read()).broken["owl"].reason.code == "persona-too-large"


async def test_a_kept_persona_is_read_as_it_was(tmp_path: Path) -> None:
    folder = PersonaFolder(tmp_path / "new" / "personas")
    assert await folder.keep(OWL) == tmp_path / "new" / "personas" / "owl.toml"
    assert (await folder.read()).named("owl") == OWL
    assert files(folder.path) == ["owl.toml"]


async def test_a_persona_takes_no_other_s_place_unless_that_is_meant(tmp_path: Path) -> None:
    folder = PersonaFolder(tmp_path)
    await folder.keep(OWL)
    with pytest.raises(PersonaExists):
        await folder.keep(Persona("owl", system="Another."))
    assert (await folder.read()).named("owl") == OWL
    await folder.keep(Persona("owl", system="Another."), replace=True)
    assert (await folder.read()).named("owl").system == "Another."


async def test_of_two_who_create_the_same_at_once_one_is_told(tmp_path: Path) -> None:
    folder = PersonaFolder(tmp_path)
    told = await asyncio.gather(folder.keep(OWL), folder.keep(OWL), return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["PersonaExists", type(tmp_path).__name__]


@pytest.mark.parametrize(
    ("persona", "code"), [(Persona("../owl", system="a"), "persona-bad-name"), (Persona("owl"), "persona-empty")]
)
async def test_what_could_not_be_read_again_is_not_written(persona: Persona, code: str, tmp_path: Path) -> None:
    with pytest.raises(BadPersona) as caught:
        await PersonaFolder(tmp_path / "personas").keep(persona)
    assert caught.value.reason.code == code
    assert files(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "personas").write_text("a file")
    with pytest.raises(PersonaNotKept):
        await PersonaFolder(tmp_path / "personas").keep(OWL)


async def test_a_removed_persona_is_gone_and_a_broken_one_can_be_removed(tmp_path: Path) -> None:
    put(tmp_path, "owl.toml", "nonsense")
    folder = PersonaFolder(tmp_path)
    await folder.remove("OWL")
    assert files(tmp_path) == []
    with pytest.raises(UnknownPersona):
        await folder.remove("owl")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LINES = st.lists(TEXTS | st.sampled_from(['"', '"""', "\\", "\n", "\r\n", "'''", " "]), max_size=5).map("".join)
PERSONAS = st.builds(
    Persona,
    name=st.just("owl"),
    description=TEXTS.map(str.strip),
    model=st.none() | TEXTS.map(str.strip).filter(bool),
    system=LINES,
    parameters=st.builds(
        lambda **given: Parameters.of(given, strict=False),
        temperature=st.none() | st.floats(0, 2),
        stop=st.lists(TEXTS.filter(bool), max_size=2),
        num_ctx=st.none() | st.integers(512, 10**6),
        num_gpu=st.integers() | TEXTS | st.booleans(),
    ),
    knowledge=st.none() | st.frozensets(st.sampled_from(["hr", "it/old", "."])),
    messages=st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), LINES), max_size=3).map(
        tuple
    ),
    template=LINES,
    licenses=st.lists(LINES, max_size=2).map(tuple),
    others=st.lists(st.builds(Directive, st.just("RENDERER"), LINES), max_size=2).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(PERSONAS)
def test_any_persona_is_read_from_its_file_as_it_was(persona: Persona) -> None:
    assert toml.parse(toml.written(persona).encode(), name="owl", path="owl.toml") == persona
