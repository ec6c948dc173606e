"""What was written while nobody listened is read, once."""

import pytest

from tests.adapters.slack.stage import Stage, opened
from tests.doubles.seen import MemorySeenLog
from tests.doubles.slack import SCOPES, Broken, Manifest, Person, Place, Slack, slack_service

QUESTION = "How long is parental leave?"


async def heard_before(slack: Slack, seen: MemorySeenLog, *, asks: bool = True) -> tuple[Place, Person]:
    """A life of Sova's in which something was heard in the first channel."""
    async with opened(slack, seen=seen) as stage, stage.running():
        await stage.jana.says(stage.general, QUESTION, mention=asks)
        await stage.quiet()
        return stage.general, stage.jana


async def again(stage: Stage, number: int) -> list[str]:
    await stage.question(number)
    await stage.quiet()
    return stage.texts


async def test_after_a_gap_what_was_asked_meanwhile_is_answered_once(service: Slack) -> None:
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    await jana.says(general, "And for twins?", mention=True)
    await service.team.person("Petr").says(general, "Lunch?")
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["And for twins?"]
        await service.advance(61)
        await service.advance(301)
        await stage.quiet()
        assert stage.texts == ["And for twins?"]


async def test_a_thread_of_hers_is_read_too(service: Slack) -> None:
    seen = MemorySeenLog()
    async with opened(service, seen=seen) as stage, stage.running():
        post = await stage.jana.says(stage.general, QUESTION, mention=True)
        await stage.question()
        await stage.answers(post)
        await stage.jana.says(stage.general, "And for twins?", thread=post)
        await stage.question(2)
        jana, general = stage.jana, stage.general
    await jana.says(general, "And for triplets?", thread=post)
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["And for triplets?"]
        incoming = await stage.question()
        assert incoming.conversation.thread == post.ts


async def test_a_thread_among_people_is_not_kept_in_mind(service: Slack) -> None:
    seen = MemorySeenLog()
    async with opened(service, seen=seen) as stage, stage.running():
        post = await stage.jana.says(stage.general, "Lunch?")
        await stage.jana.says(stage.general, "Pizza?", thread=post)
        await stage.quiet()
    assert set(seen.kept) == {stage.general.id}


async def test_a_thread_that_began_in_the_gap_is_read_with_its_root(service: Slack) -> None:
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    post = await jana.says(general, "Lunch?")
    await jana.says(general, "What is on the menu?", mention=True, thread=post)
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["What is on the menu?"]


async def test_a_direct_message_from_somebody_new_is_found(service: Slack) -> None:
    seen = MemorySeenLog()
    await heard_before(service, seen)
    petr = service.team.person("Petr")
    await petr.says(petr.direct, "Hello?")
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["Hello?"]


async def test_a_channel_that_she_was_invited_into_meanwhile_is_found() -> None:
    seen, scopes = MemorySeenLog(), SCOPES | {"channels:read", "groups:read"}
    async with slack_service(manifest=Manifest(scopes=scopes)) as service:
        _, jana = await heard_before(service, seen)
        await jana.says(service.team.channel("new"), "Are you here?", mention=True)
        async with opened(service, seen=seen) as stage, stage.running():
            assert await again(stage, 1) == ["Are you here?"]


async def test_a_command_in_words_is_not_carried_out_late(service: Slack) -> None:
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    await jana.says(general, "model llama3", mention=True)
    await jana.says(general, "And for twins?", mention=True)
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["And for twins?"]
        assert stage.words.said == []


async def test_a_channel_that_can_not_be_read_now_is_read_a_little_later(service: Slack) -> None:
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    await jana.says(general, "And for twins?", mention=True)
    service.faults.plan(Broken(503), "conversations.history", times=4)
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["And for twins?"]


async def test_an_archived_channel_is_left_out(service: Slack) -> None:
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    general.archive()
    general.removes_bot()
    await jana.says(jana.direct, "Hello?")
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["Hello?"]


async def test_the_first_sova_ever_does_not_read_what_was_said_before(service: Slack) -> None:
    async with opened(service) as stage:
        await stage.jana.says(stage.general, QUESTION, mention=True)
        async with stage.running():
            await stage.jana.says(stage.general, "And for twins?", mention=True)
            assert await again(stage, 1) == ["And for twins?"]


async def test_more_than_one_page_is_read_of_what_was_missed(service: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.hearing.history.PAGE", 2)
    seen = MemorySeenLog()
    general, jana = await heard_before(service, seen)
    await jana.says(general, "And for twins?", mention=True)
    for number in range(4):
        await service.team.person(f"Petr{number}").says(general, "Lunch?")
    async with opened(service, seen=seen) as stage, stage.running():
        assert await again(stage, 1) == ["And for twins?"]


async def test_kinds_of_channels_that_may_not_be_listed_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    seen = MemorySeenLog()
    async with slack_service(manifest=Manifest(scopes=SCOPES - {"groups:read"})) as service:
        general, jana = await heard_before(service, seen)
        await jana.says(general, "And for twins?", mention=True)
        async with opened(service, seen=seen) as stage, stage.running():
            assert await again(stage, 1) == ["And for twins?"]
    assert "kind=private_channel missing=groups:read" in caplog.text
    assert "where Sova is can't be listed" not in caplog.text
