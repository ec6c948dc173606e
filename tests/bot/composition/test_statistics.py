"""`sova stats` as an operator types it, and what a whole house measures."""

import json
import socket
import time
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.grammar import STATS
from bot.commands.stats.stats import What
from bot.composition.house import open_house
from bot.errors import AssistantError
from bot.messages import Author, ConversationKey, Incoming
from bot.settings import Settings
from bot.stats.machine import machine_name

pytest_plugins = ["tests.contracts.redis_servers"]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an engine nor a store answers, and there are no documents."""
    given = {
        "STATE_DIR": tmp_path / "state",
        "CACHE_DIR": tmp_path / "cache",
        "KNOWLEDGE_DIR": tmp_path / "nowhere",
        "ENGINE": "openai",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{closed_port()}/v1",
        "REDIS_URL": f"redis://127.0.0.1:{closed_port()}/0",
        "LANGUAGE": "en",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"SOVA_{name}", str(value))


def test_the_grammar_knows_what_can_be_shown() -> None:
    assert tuple(What) == STATS


def test_with_everything_down_the_machine_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats"]) == 0
    said = capsys.readouterr().out
    assert "Processor: " in said
    assert "I can't reach the engine (openai)" in said
    assert "I can't reach the conversation history" in said


def test_programs_get_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--json", "--since", "24h"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["hardware"]["memory"]["total"] > 0
    assert told["answers"] == told["machines"] == {"error": "history-unavailable"}
    assert told["engine"]["version"] == {"error": "engine-unreachable"}
    assert told["index"] is None


def test_what_is_no_span_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--since", "yesterday"]) == 2
    assert "7d" in capsys.readouterr().err


async def test_a_house_measures_its_machine_and_counts_errors_for_every_other_house(
    embedded_state: Path, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOVA_REDIS_URL", f"unix://{embedded_state / 'history' / 'valkey.sock'}")
    monkeypatch.setenv("SOVA_REDIS_PREFIX", redis_prefix)
    asked = Incoming("e1", ConversationKey("slack", "T1", "C1"), Author("U2", "Bo"), "Hello?", received_at=0.0)
    async with open_house(Settings.read(), required=False) as first:
        with pytest.raises(AssistantError):
            _ = [event async for event in first.assistant.answer(asked)]
    async with open_house(Settings.read(), required=False) as second:
        for one in second.rounds:
            await one()
        measured, now = second.statistics.measured, time.time()
        assert measured.errors
        assert measured.machines
        counted = await measured.errors.counts(since=now - 3600, until=now)
        told = await measured.machines.samples()
    assert counted == {"engine-unreachable": 1}
    assert told[machine_name()][0].ram_total
