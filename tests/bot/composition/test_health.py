import socket
from pathlib import Path

import pytest

from bot.cli import main
from bot.composition.health import card_of, health
from bot.composition.watching import open_watch
from bot.messages import Language
from bot.monitoring.health import Health, Part
from bot.settings import Settings
from bot.wording import speak
from tests.doubles.scripted_engine import ScriptedEngine

KNOWN = ("ok", "not-configured", "starting", "draining", "timeout", "stuck", "silent", "history-unavailable")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return Settings.model_validate({"state_dir": tmp_path, "metrics_port": taken.getsockname()[1]})


async def test_a_service_that_cannot_answer_yet_is_told_by_its_parts(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_watch(settings) as watch:
        watch.engine(ScriptedEngine())
        assert await health(settings, speak(Language.ENGLISH)) == 1
    told = capsys.readouterr().out
    assert "can't answer" in told
    assert "✓ Engine" in told
    assert "✗ Redis" in told
    assert "is just being started" in told


async def test_a_service_that_answers_without_its_documents_is_healthy(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_watch(settings) as watch:
        watch.engine(ScriptedEngine())
        watch.checkup.settle("redis", "ok")
        watch.checkup.settle("index", "index-unavailable")
        assert await health(settings, speak(Language.CZECH)) == 0
    told = capsys.readouterr().out
    assert "něco jí chybí" in told
    assert "! Index dokumentů" in told


def test_the_command_fails_where_nobody_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOVA_METRICS_PORT", str(settings.metrics_port))
    assert main(["health"]) == 1
    assert str(settings.metrics_port) in capsys.readouterr().out


def test_a_port_that_is_off_is_a_setting_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOVA_METRICS_PORT", "0")
    assert main(["health"]) == 2
    assert "SOVA_METRICS_PORT" in capsys.readouterr().err


@pytest.mark.parametrize("language", Language)
def test_every_state_has_words_of_its_own(language: Language) -> None:
    card = card_of(Health(tuple(Part(code, code) for code in KNOWN)), speak(language), port=1)
    told = [field.value for field in card.fields]
    assert len(set(told)) == len(KNOWN)
    assert not any(code in words for code, words in zip(KNOWN, told, strict=True) if "-" in code)


@pytest.mark.parametrize("language", Language)
def test_a_code_without_words_is_shown_itself(language: Language) -> None:
    (field,) = card_of(Health((Part("moon", "engine-garbled"),)), speak(language), port=1).fields
    assert "engine-garbled" in field.value
    assert "moon" in field.name
