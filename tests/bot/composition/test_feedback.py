"""What an operator reads of votes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.feedback import RedisFeedback
from bot.backends.redis.valkey import open_valkey
from bot.cli import main
from bot.composition.feedback import export
from bot.messages import ConversationKey, Language, Turn
from bot.ports import FeedbackEntry, Vote
from bot.settings import Settings
from bot.wording import speak

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("discord", "guild", "general")
DAY = timedelta(days=1)
SAY = speak(Language.ENGLISH)


@pytest.fixture
async def settings(embedded_state: Path, redis_prefix: str) -> Settings:
    return Settings.model_validate({"state_dir": embedded_state, "redis_prefix": redis_prefix})


async def vote(settings: Settings) -> None:
    async with open_valkey(settings.state_dir, required=True) as connection:
        history = RedisHistory(connection, prefix=settings.redis_prefix, max_turns=9, max_age=DAY)
        await history.append(HERE, Turn("1", "Where?", "There.", "owl:1b", at=1.0))
        feedback = RedisFeedback(connection, prefix=settings.redis_prefix, max_age=DAY)
        await feedback.record(FeedbackEntry("1", HERE, "bo", Vote.DOWN, 1_800_000_000.0, "Wrong.", "owl:1b"))
        await feedback.record(FeedbackEntry("2", HERE, "bo", Vote.UP, 1_800_000_060.0))


async def test_votes_are_printed_for_people(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await vote(settings)
    assert await export(settings, SAY, as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2027-01-15 08:00 UTC · discord · owl:1b · 👎 · Wrong.",
        "  Where?",
        "2027-01-15 08:01 UTC · discord · no longer known · 👍",
    ]


async def test_votes_are_printed_for_programs_one_a_line(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await vote(settings)
    assert await export(settings, SAY, as_json=True) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["vote"], first["reason"], first["question"], first["answer"]) == (
        "down",
        "Wrong.",
        "Where?",
        "There.",
    )
    assert (second["vote"], second["question"]) == ("up", None)


async def test_where_nobody_has_voted_people_read_so_and_programs_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await export(settings, SAY, as_json=True) == 0
    assert capsys.readouterr().out == ""
    await export(settings, SAY, as_json=False)
    assert capsys.readouterr().out.startswith("Nobody has voted")


def test_votes_are_exported_by_the_command_of_that_name(
    embedded_state: Path, redis_prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOVA_STATE_DIR", str(embedded_state))
    monkeypatch.setenv("SOVA_REDIS_PREFIX", redis_prefix)
    assert main(["feedback", "export", "--lang", "cs"]) == 0
    assert capsys.readouterr().out.startswith("O žádné odpovědi zatím nikdo nehlasoval")
