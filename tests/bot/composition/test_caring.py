"""`sova models info|pull|warm|unload|delete` as an operator types them, with Ollama's wire as the engine."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.cli import main
from bot.composition.model_care import keeping_warm, room_of
from bot.models.pull_notes import FOLDER, PullNote, PullNotes
from bot.settings import Settings
from tests.bot.pool.mortal import until
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import OllamaWire

pytestmark = pytest.mark.engine

Type = Callable[..., int]


@pytest.fixture
def sova(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Types a command while the wire serves in this process; `prepare` is given the wire first."""
    monkeypatch.setenv("SOVA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SOVA_LANGUAGE", "en")
    monkeypatch.setenv("SOVA_ENGINE", "ollama")

    def run(*words: str, prepare: Callable[[OllamaWire], None] = lambda _: None) -> int:
        async def served() -> int:
            async with OllamaWire(llama_server()) as wire:
                prepare(wire)
                monkeypatch.setenv("SOVA_OLLAMA_URL", wire.url)
                return await asyncio.to_thread(main, ["models", *words])

        return asyncio.run(served())

    return run


def told(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


def test_a_model_is_pulled_with_its_progress(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("pull", "owl:1b") == 0
    assert "owl:1b is here: 1 MB." in told(capsys)


def test_what_nobody_offers_is_wrong_usage(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("pull", "owll:1b") == 2
    assert "Ollama finds no model “owll:1b”" in told(capsys)


def test_a_pull_that_fails_is_found_by_the_doctor(
    sova: Type, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(wire: OllamaWire) -> None:
        wire.pull_error = "max retries exceeded: EOF"

    assert sova("pull", "owl:1b", prepare=broken) == 3
    assert "can't reach the place from which it fetches owl:1b" in told(capsys)
    (note,) = PullNotes(tmp_path / "state" / FOLDER).unfinished()
    assert (note.model, note.why) == ("owl:1b", "registry-unreachable")


def test_what_does_not_fit_must_be_meant(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("pull", "owl:9000b") == 2
    assert "`sova models pull owl:9000b --yes`" in told(capsys)


def test_all_about_a_model(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("info", MODEL) == 0
    said = told(capsys)
    assert "Apache-2.0" in said
    assert "134.52M" in said


def test_a_model_is_loaded_and_put_out(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("warm", MODEL) == 0
    assert f"{MODEL} is in memory; loading it took" in told(capsys)
    assert sova("unload", MODEL) == 0
    assert f"{MODEL} wasn't in memory." in told(capsys)  # each call has an engine of its own


def test_deleting_must_be_meant(sova: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert sova("delete", MODEL) == 2
    assert f"Delete {MODEL} from the engine's disk?" in told(capsys)
    assert sova("delete", MODEL, "--yes") == 0
    assert f"{MODEL} is deleted." in told(capsys)


def test_a_name_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "pull"]) == 2
    assert "NAME" in told(capsys)


def test_an_engine_that_is_not_there_is_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOVA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("SOVA_ENGINE", "ollama")
    monkeypatch.setenv("SOVA_OLLAMA_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SOVA_LANGUAGE", "en")
    assert main(["models", "pull", "owl"]) == 3


def test_a_killed_pull_is_remembered_as_interrupted(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.models.pull_notes import PullNote, PullNotes\n"
        "notes = PullNotes(Path(sys.argv[1]))\n"
        "with notes.held('owl:7b'):\n"
        "    notes.write(PullNote('owl:7b', 'ollama', 'Ana', 1.0, 4, 10))\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    notes = PullNotes(tmp_path / FOLDER)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / FOLDER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert notes.unfinished() == []
        process.kill()
        process.wait()
    assert notes.unfinished() == [PullNote("owl:7b", "ollama", "Ana", 1.0, 4, 10, "interrupted")]


async def test_what_is_kept_warm_is_loaded_while_sova_serves() -> None:
    settings = Settings(keep_warm=(MODEL,))
    async with (
        asyncio.timeout(20),
        OllamaWire(llama_server()) as wire,
        OllamaEngine(wire.url, context_tokens=512) as engine,
        keeping_warm(settings, engine),
    ):
        await until(wire.memory.running)
        assert [held.name for held in await engine.loaded()] == [MODEL]
    assert wire.loads == 1


async def test_room_is_looked_for_only_where_ollama_s_files_are(tmp_path: Path) -> None:
    settings = Settings(ollama_models=tmp_path, state_dir=tmp_path)
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url, context_tokens=512) as engine:
        room = room_of(settings, engine)()
        assert room is not None
        assert (room.path, room.free > 0) == (str(tmp_path), True)
    assert room_of(settings, OllamaEngine("http://10.0.0.7:11434"))() is None
    assert room_of(Settings(ollama_models=tmp_path / "nowhere"), OllamaEngine("http://127.0.0.1:1"))() is None
