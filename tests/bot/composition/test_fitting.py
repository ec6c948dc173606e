"""`sova models fit` as an operator types it."""

import json
import socket
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture(autouse=True)
def nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine answers, and no model is here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SOVA_OLLAMA_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setenv("SOVA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SOVA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SOVA_LANGUAGE", "en")


def test_a_size_is_judged_before_there_is_any_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fit", "13B", "Q4", "--context", "4096", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["quantization"], told["context_tokens"]) == ("13B Q4", "Q4_K_M", 4096)
    assert told["ram"]["total"] >= told["ram"]["free"] > 0
    assert [width["bits"] for width in told["widths"]] == [16, 8, 4]


def test_a_quantized_cache_and_more_answers_change_the_sums(capsys: pytest.CaptureFixture[str]) -> None:
    caches = []
    for options in ([], ["--cache", "q4_0"], ["--parallel", "4"]):
        assert main(["models", "fit", "8B", "--json", *options]) == 0
        caches.append(json.loads(capsys.readouterr().out)["need"]["cache"])
    assert caches[1] == caches[0] * 9 // 32
    assert caches[2] == caches[0] * 4


def test_a_person_reads_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fit", "1.1B", "--lang", "cs"]) == 0
    said = capsys.readouterr().out
    assert "Vejde se?" in said
    assert "16 (F16)" in said


def test_what_nobody_knows_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SOVA_ENGINE", "embedded")
    assert main(["models", "fit", "mistral"]) == 2
    assert "no model “mistral”" in capsys.readouterr().err


def test_without_a_name_every_model_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOVA_ENGINE", "embedded")
    assert main(["models", "fit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("option", ["--context", "--parallel"])
def test_nonsense_for_a_number_is_wrong_usage(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["models", "fit", "7B", option, "0"])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err
