"""`sova personas` as an operator types it."""

import os
from pathlib import Path

import pytest

from bot.cli import main
from bot.composition.personas import personas
from bot.messages import Language
from bot.settings import Settings
from bot.wording import speak
from tests.doubles.llama_server import llama_server
from tests.doubles.ollama_wire import OllamaWire

MODELFILE = 'FROM smollm2:135m\nSYSTEM """Teach."""\nPARAMETER temperature 0.5\nPARAMETER num_gpu 1\nDRAFT x\n'
SAY = speak(Language.ENGLISH)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_PERSONAS_DIR", str(tmp_path / "personas"))
    monkeypatch.setenv("SOVA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SOVA_LANGUAGE", "en")


@pytest.fixture
def modelfile(tmp_path: Path) -> Path:
    path = tmp_path / "Teacher.Modelfile"
    path.write_text(MODELFILE, encoding="utf-8")
    return path


def test_a_modelfile_becomes_a_persona_and_a_modelfile_again(
    modelfile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["personas", "import", str(modelfile)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "The persona teacher is written to" in told
    assert "num_gpu" in told
    assert "I don't know these directives: DRAFT" in told
    assert main(["personas", "export", "teacher"]) == 0
    assert capsys.readouterr().out == (
        "FROM smollm2:135m\nSYSTEM Teach.\nPARAMETER temperature 0.5\nPARAMETER num_gpu 1\nDRAFT x\n"
    )


def test_a_second_import_of_a_name_must_be_meant(modelfile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "import", str(modelfile)]) == 0
    assert main(["personas", "import", str(modelfile)]) == 2
    assert "There is a persona teacher already." in capsys.readouterr().err
    assert main(["personas", "import", str(modelfile), "--replace"]) == 0
    assert main(["personas", "import", str(modelfile), "--name", "other"]) == 0


@pytest.mark.parametrize(
    ("file", "name"),
    [("Modelfile", "school"), ("Modelfile.teacher", "teacher"), ("teacher.modelfile", "teacher"), ("owl.txt", "owl")],
)
def test_a_persona_is_called_as_its_modelfile(file: str, name: str, tmp_path: Path) -> None:
    folder = tmp_path / "school"
    folder.mkdir()
    (folder / file).write_text(MODELFILE, encoding="utf-8")
    assert main(["personas", "import", str(folder / file)]) == 0
    assert (tmp_path / "personas" / f"{name}.toml").is_file()


def test_nonsense_is_refused_with_its_file_and_line(
    modelfile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    modelfile.write_text("FROM owl\nhello world\n")
    assert main(["personas", "import", str(modelfile)]) == 2
    assert f"I can't read {modelfile}, line 2: “hello” is no directive" in capsys.readouterr().err
    assert main(["personas", "import", str(tmp_path / "nowhere")]) == 2
    assert "I can't open it" in capsys.readouterr().err
    assert not (tmp_path / "personas").exists()


def test_what_comes_through_a_pipe_must_be_given_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    with_pipe = os.dup(0)
    reading, writing = os.pipe()
    try:
        os.dup2(reading, 0)
        os.write(writing, MODELFILE.encode())
        os.close(writing)
        assert main(["personas", "import", "-"]) == 2
    finally:
        os.dup2(with_pipe, 0)
        os.close(with_pipe)
        os.close(reading)
    assert "--name" in capsys.readouterr().err


def test_the_list_tells_what_is_broken_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "owl.toml").write_text('system = "Hoo."\ndescription = "Knows birds"')
    assert main(["personas", "list"]) == 0
    assert "Knows birds" in capsys.readouterr().out
    (folder / "crow.toml").write_text("broken")
    assert main(["personas", "list"]) == 1
    assert "line 1" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("words", [["export"], ["export", "nobody"], ["import"], ["push", "nobody"]])
def test_what_is_missing_is_wrong_usage(words: list[str]) -> None:
    assert main(["personas", *words]) == 2


@pytest.mark.engine
async def test_a_persona_is_pushed_to_ollama(modelfile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with OllamaWire(llama_server()) as wire:
        settings = Settings.read().with_other("ollama_url", wire.url).with_other("engine", "ollama")
        for action, what in (("import", str(modelfile)), ("push", "teacher")):
            assert await personas(settings, SAY, action=action, what=what, name=None, replace=False) == 0  # type: ignore[arg-type]
        assert "is now a model of Ollama's own: sova-teacher." in " ".join(capsys.readouterr().out.split())
        (created,) = wire.created
        assert (created.base, created.system) == ("smollm2:135m", "Teach.")
        assert created.parameters is not None
        assert (created.parameters.temperature, created.parameters.num_gpu) == (0.5, 1)
