"""`sova bench` as an operator types it."""

import io
import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bot.benchmarks.exporting import BEGIN, END
from bot.benchmarks.keeping import RunFiles, as_json, read_run
from bot.benchmarks.records import Ended, MeasuredModel
from bot.cli import main
from bot.models.catalogue import in_catalogue
from bot.models.shelf import Shelf
from tests.adapters.terminal.test_rating import typing
from tests.bot.benchmarks.samples import CATS, MICE, OWLS, model, run, sample
from tests.doubles.llama_server import model_file

MODEL = "smollm2-135m"
PROMPTS = [
    {"id": "count", "language": "en", "kind": "instructions", "text": "Count from one to forty.", "max_tokens": 48},
    {"id": "moon", "language": "en", "kind": "question", "text": "Tell me about the moon.", "max_tokens": 48},
]


@pytest.fixture
def small_model() -> Path:
    """The test model's file; asked for first, it is where it really lies."""
    return model_file()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder; no engine answers, and no model is here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SOVA_OLLAMA_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setenv("SOVA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SOVA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SOVA_LANGUAGE", "en")
    return tmp_path / "state"


@pytest.fixture
def kept(state: Path) -> RunFiles:
    """Two earlier runs; the later one is twice as slow."""
    files = RunFiles(state / "benchmarks")
    quick = [sample(prompt.id, number=number) for prompt in (OWLS, MICE, CATS) for number in (1, 2)]
    slow = [replace(one, total_ms=2100.0, generation_ms=2000.0) for one in quick]
    files.save(replace(run(model(quick)), ended=Ended.DONE))
    files.save(replace(run(model(slow)), id="20261123T120000-000000", ended=Ended.DONE))
    return files


def test_an_earlier_run_is_shown_and_held_against_the_one_before(
    kept: RunFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "show", "--compare", "latest"]) == 0
    said = capsys.readouterr().out
    assert "Against the run 20261122T120000-000000" in said
    assert "yes, worse" in said


def test_a_run_is_exported_into_every_form(kept: RunFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Ours\n\n{BEGIN}\n{END}\n\nMore.\n")
    wanted = [page, *(tmp_path / "out" / name for name in ("run.csv", "run.json", "chart.png"))]

    assert main(["bench", "show", *(word for path in wanted for word in ("--export", str(path)))]) == 0

    assert page.read_text().startswith("# Ours")
    assert page.read_text().endswith("More.\n")
    assert "(out/chart.png)" in page.read_text()
    assert read_run(wanted[2]).id == "20261123T120000-000000"
    assert wanted[3].read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().err.count("Written:") == 4


def test_a_run_as_json_holds_its_figures(kept: RunFiles, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["owl:1b"]["answered"] == 6


def test_a_report_that_can_not_be_written_is_told_and_the_run_is_shown_all_the_same(
    kept: RunFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["bench", "show", "--export", str(tmp_path / "file" / "report.md")]) == 1
    captured = capsys.readouterr()
    assert "Writing speed" in captured.out or "Speed" in captured.out
    assert "can't be written" in captured.err


def test_rating_by_hand_needs_a_terminal(kept: RunFiles, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "rate"]) == 0
    assert "needs a terminal" in capsys.readouterr().err


class Terminal(io.StringIO):
    """Where somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("which", ["latest", "elsewhere.json"])
def test_ratings_are_kept_in_the_run_that_was_rated(
    which: str, kept: RunFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere.json").write_bytes(as_json(kept.read()))
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("bot.composition.benchmarking.keyboard", lambda _console: typing("5", "q"))

    assert main(["bench", "rate", which]) == 0

    assert [rating.score for rating in kept.read(which).ratings] == [5]
    assert "5.0 (1)" in capsys.readouterr().out


@pytest.mark.parametrize(("ended", "code"), [(Ended.STOPPED, 130), (Ended.ENGINE_GONE, 3), (Ended.DONE, 1)])
def test_the_exit_code_tells_how_a_run_ended(state: Path, ended: Ended, code: int) -> None:
    RunFiles(state / "benchmarks").save(replace(run(MeasuredModel("owl:1b")), ended=ended))

    assert main(["bench", "show"]) == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show"], "Nothing was measured here yet"),
        (["show", "none.json"], "there is no such file"),
        (["show", "--export", "report.docx"], "it must end in .md"),
        (["models", "--prompts", "none.json"], "there is no such file"),
    ],
)
def test_wrong_usage_is_told_before_anything_begins(
    state: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--watts", "0"], ["--price", "nan"], ["--rounds", "0"], ["--price", "inf"]])
def test_amounts_that_can_not_be_are_wrong_usage(state: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["bench", "models", *words])
    assert refused.value.code == 2


def test_without_an_engine_that_is_told(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "models"]) == 3


@pytest.mark.engine
def test_a_real_model_is_measured_by_our_clock_as_by_the_engine_s(
    small_model: Path, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Shelf(tmp_path / "cache" / "models").path(in_catalogue(MODEL))
    file.parent.mkdir(parents=True)
    file.symlink_to(small_model)
    (tmp_path / "prompts.json").write_text(json.dumps(PROMPTS))
    for name, value in (("ENGINE", "embedded"), ("THREADS", "1"), ("CONTEXT_TOKENS", "1024")):
        monkeypatch.setenv(f"SOVA_{name}", value)

    assert main(["bench", "models", MODEL, "--prompts", str(tmp_path / "prompts.json"), "--rounds", "1", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    figures, (measured,) = told["figures"][MODEL], told["models"]
    assert told["ended"] == "done"
    assert abs(figures["generating_deviation"]) <= 0.25  # how close they are on a quiet machine, `make bench` tells
    assert figures["ttft_warm"]["p50"] < figures["ttft"]["p50"]
    assert (measured["load"], measured["load_ms"] > 0) == ("measured", True)
    assert measured["peak_ram"] > 90_000_000
    assert [path.suffix for path in (state / "benchmarks").glob("2*")] == [".json"]
