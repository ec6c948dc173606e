"""What a whole house must not be without: the gate before the assistant and the commands, and the audit log."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import charting
from bot.commands.cards import Card
from bot.commands.command import Invocation
from bot.composition.house import House, open_house
from bot.errors import AssistantError, BadAccess, NotAllowed
from bot.messages import Author, ConversationKey, Incoming, Reply
from bot.places import narrowing
from bot.ports import FeedbackEntry, Vote
from bot.settings import Settings

pytest_plugins = ["tests.contracts.redis_servers"]

TALK = ConversationKey("slack", "T1", "C1")
CALL = Invocation("c1", TALK, Author("U2", "Bo"), at=0.0)
NOBODY = "redis://127.0.0.1:9/0"
BOSS = replace(CALL, author=Author("U1", "Ana"))


def settings_in(folder: Path, rules: str = "", *, engine: str = "openai", redis_url: str = NOBODY) -> Settings:
    (folder / "access.toml").write_text(rules, encoding="utf-8")
    return Settings.model_validate(
        {
            "state_dir": folder / "s",
            "cache_dir": folder / "c",
            "knowledge_dir": folder / "nowhere",
            "engine": engine,
            "openai_base_url": "http://127.0.0.1:9/v1",
            "redis_url": redis_url,
            "access_file": folder / "access.toml",
        }
    )


async def test_the_rules_hold_for_questions_and_commands_and_administrators_are_written_down(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, '[slack]\nask = ["user:U1"]\nadminister = ["user:U1"]')
    async with open_house(settings, required=False) as house:
        question = Incoming("e1", TALK, CALL.author, "Hello?", received_at=0.0)
        with pytest.raises(NotAllowed):
            _ = [event async for event in house.assistant.answer(question)]
        model, values = house.registry.parse("model owl global")
        with pytest.raises(NotAllowed):
            await house.registry.run(CALL, model, {})
        with pytest.raises(AssistantError) as failed:
            await house.registry.run(BOSS, model, values)
        assert not isinstance(failed.value, NotAllowed)
    (line,) = (tmp_path / "s" / "audit.jsonl").read_text().splitlines()
    assert (json.loads(line)["author"], json.loads(line)["allowed"]) == ("U1", True)


async def test_the_statistics_come_with_a_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charting, "DRAWING_SECONDS", 60.0)
    async with open_house(settings_in(tmp_path), required=False) as house:
        stats, values = house.registry.parse("stats")
        card = await house.registry.run(CALL, stats, values)
    assert isinstance(card, Card)
    assert card.picture is not None
    assert card.picture.png.startswith(b"\x89PNG")
    assert "Processor" in card.picture.description


async def test_no_house_opens_with_rules_that_nobody_understands(tmp_path: Path) -> None:
    with pytest.raises(BadAccess):
        async with open_house(settings_in(tmp_path, "[slack]\naks = []"), required=False):
            pass


@pytest.mark.parametrize(("engine", "at_once"), [("openai", 4), ("embedded", 6)])
async def test_workers_share_the_room_of_a_shared_engine_and_not_that_of_their_own(
    tmp_path: Path, embedded_state: Path, redis_prefix: str, engine: str, at_once: int
) -> None:
    url = f"unix://{embedded_state / 'history' / 'valkey.sock'}"
    settings = settings_in(tmp_path, engine=engine, redis_url=url).with_other("redis_prefix", redis_prefix)
    async with open_house(settings, required=False) as house:
        for n in range(6):
            place = replace(TALK, channel=str(n))
            await house.inbox.accept(Incoming(str(n), place, CALL.author, "Hello?", received_at=0.0))
        claims = [await house.inbox.claim("w") for _ in range(6)]
    assert len([claim for claim in claims if claim]) == at_once


async def test_what_is_set_for_a_channel_narrows_what_is_searched_there_and_votes_are_forgotten(
    tmp_path: Path, embedded_state: Path, redis_prefix: str
) -> None:
    for name, text in (("hr/pay.md", "Wages are paid on the tenth."), ("it/vpn.md", "The tunnel is called Falcon.")):
        file = tmp_path / "k" / name
        file.parent.mkdir(parents=True)
        file.write_text(f"# About\n\n{text}\n", encoding="utf-8")
    (tmp_path / "k" / "scopes.toml").write_text('[folders.hr]\nreaders = ["*"]\n[folders.it]\nreaders = ["*"]\n')
    url = f"unix://{embedded_state / 'history' / 'valkey.sock'}"
    settings = settings_in(tmp_path, '[slack]\nadminister = ["user:U1"]', redis_url=url)
    settings = settings.with_other("redis_prefix", redis_prefix)
    settings = settings.with_other("knowledge_dir", str(tmp_path / "k")).with_other("model", "owl")
    async with open_house(settings, required=False) as house:
        assert house.documents is not None
        await house.documents.indexer.run()
        assert "it/vpn.md" in await found(house, id_="1")
        await house.feedback.record(FeedbackEntry("1", TALK, "U9", Vote.UP, at=1.0))
        command, values = house.registry.parse("settings knowledge hr")
        await house.registry.run(BOSS, command, values)
        assert narrowing(await house.places.chosen(TALK)) == frozenset({"hr"})
        assert "it/vpn.md" not in await found(house, id_="2")
        forget, values = house.registry.parse("forget me")
        card = await house.registry.run(CALL, forget, values)
    assert isinstance(card, Card)
    assert card.text.endswith("One vote on an answer I erased as well.")


async def found(house: House, *, id_: str) -> list[str]:
    """What the documents say: without an engine the passages answer."""
    question = Incoming(id_, TALK, CALL.author, "What is the tunnel called?", received_at=0.0)
    *_, reply = [event async for event in house.assistant.answer(question)]
    assert isinstance(reply, Reply)
    return [citation.document for citation in reply.citations]
