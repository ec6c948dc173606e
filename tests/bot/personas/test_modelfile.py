import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import BadModelfile, PersonaWithoutModel, Unwritable
from bot.messages import Message
from bot.personas import modelfile
from bot.personas.importing import exported, imported
from bot.personas.parameters import Parameters
from bot.personas.persona import Directive, Persona

WHOLE = b"""# A teacher.
FROM llama3.2:3b
  parameter temperature 0.7
PARAMETER stop <|end|>
PARAMETER stop "two words "

SYSTEM \"\"\"
You are a "patient" teacher.
# not a comment
\"\"\"
Template {{ .Prompt }}
MESSAGE user What is an owl?
MESSAGE assistant "A bird,
of the night."
LICENSE MIT
ADAPTER ./lora.gguf
PARAMETER num_gpu 20
RENDERER owl-1
"""


def values(text: str | bytes) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in modelfile.parse(text)]


def refused(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(BadModelfile) as caught:
        imported(text, name="owl")
    return caught.value.line, caught.value.reason.code


def test_every_directive_is_read_with_its_line() -> None:
    read = modelfile.parse(WHOLE)
    assert [(one.name, one.value, one.line) for one in read] == [
        ("FROM", "llama3.2:3b", 2),
        ("PARAMETER", "temperature 0.7", 3),
        ("PARAMETER", "stop <|end|>", 4),
        ("PARAMETER", "stop two words ", 5),
        ("SYSTEM", '\nYou are a "patient" teacher.\n# not a comment\n', 7),
        ("TEMPLATE", "{{ .Prompt }}", 11),
        ("MESSAGE", "user What is an owl?", 12),
        ("MESSAGE", "assistant A bird,\nof the night.", 13),
        ("LICENSE", "MIT", 15),
        ("ADAPTER", "./lora.gguf", 16),
        ("PARAMETER", "num_gpu 20", 17),
        ("RENDERER", "owl-1", 18),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_in_the_encodings_that_ollama_reads(encoding: str) -> None:
    assert values("FROM sova\nSYSTEM Žluťoučký kůň".encode(encoding))[1] == ("SYSTEM", "Žluťoučký kůň")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(end: str) -> None:
    assert values(f"FROM owl{end}{end}SYSTEM be kind{end}") == [("FROM", "owl"), ("SYSTEM", "be kind")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a b   ", "a b"),
        ('" a b "', " a b "),
        ('"""a"""', "a"),
        ('""""""', ""),
        ('""', ""),
        ('"a" and "b"', 'a" and "b'),
        ('say "hi" now', 'say "hi" now'),
        ("'single'", "'single'"),
        ("a # b", "a # b"),
        ('"""a\n\nb"""', "a\n\nb"),
        ('"a\nb"', "a\nb"),
    ],
)
def test_quotation_marks_are_read_as_ollama_does(written: str, value: str) -> None:
    assert values(f"FROM owl\nSYSTEM {written}\nLICENSE end") == [
        ("FROM", "owl"),
        ("SYSTEM", value),
        ("LICENSE", "end"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 0, "modelfile-no-from"),
        ("SYSTEM be kind", 0, "modelfile-no-from"),
        ("FROM", 1, "modelfile-no-value"),
        ("FROM owl\nSYSTEM", 2, "modelfile-no-value"),
        ("FROM owl\n\nPARAMETER temperature", 3, "modelfile-no-value"),
        ("FROM owl\nhello world", 2, "modelfile-unknown"),
        ("{\n}", 1, "modelfile-unknown"),
        ("FROM: owl", 1, "modelfile-unknown"),
        ("FROM owl\n#\nMESSAGE owl hoo", 3, "modelfile-bad-role"),
        ("FROM owl\nMESSAGE USER hoo", 2, "modelfile-bad-role"),
        ('FROM owl\nSYSTEM """\nbe kind\n"', 2, "modelfile-unended"),
        ('FROM owl\nSYSTEM "be kind', 2, "modelfile-unended"),
        ("FROM owl\nFROM lark", 2, "modelfile-from-twice"),
        ("FROM owl\nPARAMETER temperature hot", 2, "persona-parameter"),
        ("FROM owl\nPARAMETER top_p 2", 2, "persona-parameter"),
        ("FROM owl\nPARAMETER top_k 0.5", 2, "persona-parameter"),
        ("FROM owl\nPARAMETER temperature nan", 2, "persona-parameter"),
        ("FROM owl\nPARAMETER num_ctx 16", 2, "persona-parameter"),
        (b"\xff\xfe\x00", 0, "modelfile-not-text"),
        (b"FROM \xe9", 0, "modelfile-not-text"),
        (b"FROM owl\x00", 0, "modelfile-not-text"),
        (b"#" * 1_000_001, 0, "modelfile-too-large"),
    ],
)
def test_nonsense_is_refused_with_its_line_and_reason(text: str | bytes, line: int, code: str) -> None:
    assert refused(text) == (line, code)


@given(st.text() | st.binary())
def test_whatever_stands_in_a_file_it_is_read_or_refused(data: str | bytes) -> None:
    try:
        assert modelfile.parse(data)
    except BadModelfile as error:
        assert error.reason.code.startswith("modelfile-")  # noqa: PT017 - which of the two it is differs


def test_a_long_file_that_never_closes_its_quotation_marks_is_refused_quickly() -> None:
    began = time.perf_counter()
    assert refused('FROM owl\nSYSTEM """' + "a\n" * 400_000) == (2, "modelfile-unended")
    assert time.perf_counter() - began < 5


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(WORDS | st.sampled_from(['"', '"""', "\n", " ", "#", "\r\n", "\t"]), max_size=6).map("".join)
DIRECTIVES = st.one_of(
    st.builds(Directive, st.sampled_from(["SYSTEM", "TEMPLATE", "LICENSE", "ADAPTER", "RENDERER"]), TEXTS),
    st.builds(lambda role, text: Directive("MESSAGE", f"{role} {text}"), st.sampled_from(modelfile.ROLES), TEXTS),
    st.builds(lambda text: Directive("PARAMETER", f"stop {text}"), TEXTS),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(DIRECTIVES, max_size=5))
@example([Directive("SYSTEM", 'ends with "'), Directive("SYSTEM", ' "x" '), Directive("SYSTEM", '"""')])
def test_what_is_written_is_read_as_it_was(directives: list[Directive]) -> None:
    whole = (Directive("FROM", "owl:1b"), *directives)
    try:
        text = modelfile.written(whole)
    except Unwritable as error:
        # only what no quotation marks can hold: a line that ends with them
        held = [one.value for one in directives if one.name == error.directive]
        assert any('"' in value for value in held)
        return
    assert modelfile.parse(text) == whole


def test_what_no_quotation_marks_can_hold_is_said_to_be_so() -> None:
    with pytest.raises(Unwritable) as caught:
        modelfile.written([Directive("SYSTEM", 'a """\nb')])
    assert caught.value.directive == "SYSTEM"


def test_a_modelfile_becomes_a_persona_and_what_is_not_used_is_told() -> None:
    taken = imported(WHOLE, name="teacher")
    persona = taken.persona
    assert (persona.name, persona.model, persona.template) == ("teacher", "llama3.2:3b", "{{ .Prompt }}")
    assert persona.parameters.temperature == 0.7
    assert persona.parameters.stop == ("<|end|>", "two words ")
    assert persona.parameters.kept == {"num_gpu": "20"}
    assert persona.examples == ((Message("user", "What is an owl?"), Message("assistant", "A bird,\nof the night.")),)
    assert persona.others == (Directive("RENDERER", "owl-1"),)
    assert [notice.code for notice in taken.unused] == [
        "persona-template-unused",
        "persona-adapter-unused",
        "persona-parameters-unused",
        "persona-directives-unused",
    ]


def test_an_exported_persona_is_imported_as_it_was() -> None:
    persona = imported(WHOLE, name="teacher").persona
    assert imported(exported(persona), name="teacher").persona == persona


SYSTEMS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=60)


@settings(max_examples=200, deadline=None)
@given(
    system=SYSTEMS,
    temperature=st.none() | st.floats(0, 2),
    seed=st.none() | st.integers(-(2**31), 2**31),
    stop=st.lists(SYSTEMS.filter(bool), max_size=2),
    said=st.lists(st.builds(Message, st.sampled_from(modelfile.ROLES), SYSTEMS), max_size=4),
)
def test_any_persona_with_a_model_survives_export_and_import(
    system: str, temperature: float | None, seed: int | None, stop: list[str], said: list[Message]
) -> None:
    parameters = Parameters(temperature=temperature, seed=seed, stop=tuple(stop))
    persona = Persona("owl", model="owl:1b", system=system, parameters=parameters, messages=tuple(said))
    assert imported(exported(persona), name="owl").persona == persona


def test_what_has_no_place_in_a_modelfile_is_exported_as_a_comment() -> None:
    text = exported(Persona("owl", "Knows birds", model="owl:1b", knowledge=frozenset({"birds", "it"})))
    assert text.splitlines() == ["# Knows birds", "# knowledge: birds, it", "FROM owl:1b"]


def test_a_persona_without_a_model_cannot_be_exported() -> None:
    with pytest.raises(PersonaWithoutModel):
        exported(Persona("owl", system="be kind"))


def test_messages_that_make_no_pairs_are_told_and_left_out() -> None:
    text = "FROM owl\nMESSAGE assistant Hello.\nMESSAGE user a\nMESSAGE user b\nMESSAGE assistant c\nMESSAGE user d"
    taken = imported(text, name="owl")
    assert taken.persona.examples == ((Message("user", "a\n\nb"), Message("assistant", "c")),)
    assert [(notice.code, notice.data["count"]) for notice in taken.unused] == [("persona-examples-unpaired", 2)]


def test_system_messages_among_the_examples_are_instructions() -> None:
    taken = imported("FROM owl\nSYSTEM Be kind.\nMESSAGE system Be brief.", name="owl")
    assert taken.persona.instructions == "Be kind.\n\nBe brief."
