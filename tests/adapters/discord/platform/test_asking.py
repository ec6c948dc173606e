"""What is a question to Sova, and what comes of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from simcord.backend import serializers
from simcord.backend.models import Message

from adapters.discord.hearing.asking import is_own_role, is_spoken
from bot.chat.hearing.merging import Patience
from bot.errors import AssistantError, HistoryUnavailable
from bot.messages import ConversationKey, Language, Remark
from bot.ports import AnswerIn, PlaceLanguage
from tests.adapters.discord.platform.stage import Stage, connected, staged
from tests.doubles.discord import Discord, Hold, Limit, Refuse
from tests.doubles.seen import MemorySeenLog

LONG = Patience(merge_seconds=60.0)


async def test_a_mention_is_a_question_in_a_thread_of_its_own(stage: Stage) -> None:
    asked = stage.general.says(stage.anna, "How long is parental leave?", mention=True)
    incoming = await stage.question()
    assert incoming.id == str(asked.id)
    assert incoming.text == "How long is parental leave?"
    assert incoming.author.name == "Anna"
    thread = str(asked.id)
    assert incoming.conversation == ConversationKey("discord", str(stage.guild.id), str(stage.general.id), thread)
    assert not incoming.conversation.direct
    opened = await stage.thread()
    assert (opened.id, opened.name) == (asked.id, "How long is parental leave?")
    await stage.discord.until(lambda: opened.typing)


async def test_a_direct_message_needs_no_mention(stage: Stage) -> None:
    place = stage.discord.direct(stage.anna)
    place.says(stage.anna, "Is this private?")
    incoming = await stage.question()
    assert incoming.conversation == ConversationKey("discord", "dm", str(place.id))
    assert incoming.conversation.direct
    await stage.discord.until(lambda: place.typing)


async def test_whatever_is_said_in_a_thread_of_sovas_is_a_question(stage: Stage) -> None:
    first = await stage.asked()
    thread = await stage.thread()
    bea = stage.guild.person("Bea")
    thread.says(bea, "And for fathers?")
    second = await stage.question(2)
    assert second.conversation == first.conversation
    assert second.author.name == "Bea"
    assert second.context == ()


async def test_a_reply_to_sova_is_a_question_and_what_it_replies_to_its_context(stage: Stage) -> None:
    stage.places.set(answer_in=AnswerIn.REPLY)
    answered = await stage.asked()
    await stage.platform.refuse(answered, AssistantError())
    theirs = stage.general.answers[0]
    stage.places.set(answer_in=AnswerIn.THREAD)
    reply = stage.general.says(stage.anna, "Why not?", reply_to=theirs)
    incoming = await stage.question(2)
    assert incoming.conversation.thread == str(reply.id)
    assert any("Something went wrong" in remark.text for remark in incoming.context)


@pytest.mark.parametrize("text", ["hello all", "@everyone look", "@Sova without a real mention"])
async def test_what_is_said_to_others_is_left_alone(stage: Stage, text: str) -> None:
    stage.general.says(stage.anna, text)
    await stage.asked("And this is for you.")
    assert [incoming.text for incoming in stage.received] == ["And this is for you."]


async def test_programs_are_left_alone_whatever_they_say(stage: Stage) -> None:
    stage.general.hears_webhook(f"{stage.discord.mention} deploy failed?")
    await stage.asked()
    assert len(stage.received) == 1


async def test_a_reply_to_somebody_else_is_no_question(stage: Stage) -> None:
    said = stage.general.says(stage.anna, "Lunch?")
    stage.general.says(stage.guild.person("Bea"), "Yes!", reply_to=said)
    await stage.asked()
    assert len(stage.received) == 1


async def test_quick_messages_of_one_person_are_one_question(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        first = stage.general.says(stage.anna, "Hi, I wonder", mention=True)
        stage.general.says(stage.guild.person("Bea"), "Not mine.")
        stage.general.says(stage.anna, "how long the leave is?")
        incoming = await stage.question()
    assert (incoming.id, incoming.text) == (str(first.id), "Hi, I wonder\nhow long the leave is?")
    assert len(stage.received) == 1


async def test_what_is_said_to_others_is_no_part_of_the_question(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        stage.general.says(stage.anna, "Hi, I wonder", mention=True)
        stage.general.says(stage.anna, f"{stage.guild.person('Bea').mention} lunch?")
        stage.general.says(stage.anna, "how long it is?")
        assert (await stage.question()).text == "Hi, I wonder\nhow long it is?"


async def test_what_looks_finished_waits_for_nothing(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        assert (await stage.asked("How long?")).text == "How long?"


async def test_a_change_counts_while_the_question_is_waited_for(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        asked = stage.general.says(stage.anna, "How lnog", mention=True)
        await stage.discord.until(lambda: stage.general.typing)  # so it was heard
        stage.anna.edits(asked, f"{stage.discord.mention} How long?")
        stage.general.says(stage.anna, "Tell me.")
        assert (await stage.question()).text == "How long?\nTell me."


async def test_a_change_soon_after_the_question_withdraws_it_and_asks_anew(stage: Stage) -> None:
    asked = stage.general.says(stage.anna, "How lnog?", mention=True)
    first = await stage.question()
    stage.anna.edits(asked, f"{stage.discord.mention} How long?")
    second = await stage.question(2)
    assert (second.text, second.conversation) == ("How long?", first.conversation)
    assert second.id != first.id
    assert stage.inbox.withdrawn == [(first.conversation, first.id)]


@pytest.mark.parametrize("at_once", [True, False])
async def test_deleting_the_question_withdraws_it(stage: Stage, *, at_once: bool) -> None:
    asked = stage.general.says(stage.anna, "How long?", mention=True)
    incoming = await stage.question()
    if at_once:
        stage.general.purge(asked)
    else:
        stage.anna.deletes(asked)
    await stage.inbox.was_asked.wait()
    assert stage.inbox.withdrawn == [(incoming.conversation, incoming.id)]


async def test_a_question_that_is_deleted_while_it_is_waited_for_is_never_asked(
    tmp_path: Path, service: Discord
) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        asked = stage.general.says(stage.anna, "How long", mention=True)
        await stage.discord.until(lambda: stage.general.typing)
        stage.anna.deletes(asked)
        stage.general.says(stage.guild.person("Bea"), "And this?", mention=True)
        bea = await stage.question()
        assert bea.text == "And this?"
        assert [str(thread.id) for thread in await stage.discord.until(lambda: stage.guild.threads)] == [bea.id]


async def test_other_mentions_become_names(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage:
        bea, role = stage.guild.person("Bea"), stage.guild.role("ops")
        async with connected(stage):
            text = f"Ask {bea.mention} or <@&{role.id}> in <#{stage.general.id}> <:owl:123456789012345678> please."
            assert (await stage.asked(text)).text == "Ask @Bea or @ops in #general :owl: please."


async def test_roles_go_by_name_and_by_id(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage:
        role = stage.guild.role("ops")
        person = stage.guild.person("Ota", roles=[role])
        async with connected(stage):
            stage.general.says(person, "Hello?", mention=True)
            assert (await stage.question()).author.roles == {"ops", str(role.id)}


async def test_files_come_as_references(stage: Stage) -> None:
    stage.general.says(stage.anna, "What is in it?", mention=True, files=[("plan.txt", b"Monday")])
    (file,) = (await stage.question()).attachments
    assert (file.name, file.size_bytes) == ("plan.txt", 6)
    assert await stage.platform.fetch(file, most_bytes=10) == b"Monday"


async def test_in_a_thread_of_others_the_last_messages_are_the_context(stage: Stage) -> None:
    thread = stage.general.starts_thread(stage.anna, "Plans")
    bea = stage.guild.person("Bea")
    thread.says(stage.anna, "We need a new server.")
    thread.says(bea, "With two cards?")
    thread.says(stage.anna, "What would fit?", mention=True)
    incoming = await stage.question()
    assert incoming.conversation.thread == str(thread.id)
    assert incoming.context == (Remark("Anna", "We need a new server."), Remark("Bea", "With two cards?"))


async def test_what_was_just_said_in_the_channel_is_the_context_of_a_mention(stage: Stage) -> None:
    stage.general.says(stage.guild.person("Bea"), "The build is slow.")
    stage.general.says(stage.anna, "Why is that?", mention=True)
    assert (await stage.question()).context == (Remark("Bea", "The build is slow."),)


async def test_a_mention_below_somebodys_message_asks_that_message_with_its_files(stage: Stage) -> None:
    said = stage.general.says(stage.guild.person("Bea"), "What does it say?", files=[("a.txt", b"x")])
    stage.general.says(stage.anna, "", mention=True, reply_to=said)
    incoming = await stage.question()
    assert incoming.text == "What does it say?"
    assert [file.name for file in incoming.attachments] == ["a.txt"]
    assert incoming.author.name == "Anna"


@pytest.mark.parametrize("right", ["create_public_threads", "send_messages_in_threads", "read_message_history"])
async def test_where_no_thread_may_be_opened_it_is_answered_in_the_channel(stage: Stage, right: str) -> None:
    stage.general.denies(right)
    assert (await stage.asked()).conversation.thread == ""


async def test_an_administrators_choice_for_the_channel_counts(stage: Stage) -> None:
    stage.places.set(answer_in=AnswerIn.REPLY, language=PlaceLanguage.CZECH)
    incoming = await stage.asked()
    assert (incoming.conversation.thread, incoming.language) == ("", Language.CZECH)


async def test_where_sova_shall_keep_quiet_nothing_is_asked(stage: Stage) -> None:
    stage.places.set(channels=frozenset({"1"}))
    stage.general.says(stage.anna, "Hello?", mention=True)
    stage.discord.direct(stage.anna).says(stage.anna, "And here?")
    assert (await stage.question()).text == "And here?"
    assert len(stage.received) == 1
    assert stage.guild.threads == []


async def test_sova_speaks_the_questions_language_and_the_operators_where_it_tells_none(
    tmp_path: Path, service: Discord
) -> None:
    async with staged(tmp_path, service, language=Language.CZECH, seen=MemorySeenLog()) as stage, connected(stage):
        assert (await stage.asked("Ollama?")).language is Language.CZECH
        assert (await stage.asked("How long is parental leave?")).language is Language.ENGLISH


async def test_what_was_asked_of_sova_before_in_the_channel_is_another_conversation(stage: Stage) -> None:
    await stage.asked("How much memory does a 7B model need?")
    stage.general.says(stage.guild.person("Bea"), "The build is slow.")
    assert (await stage.asked("What can we do about it?")).context == (Remark("Bea", "The build is slow."),)


async def test_deleting_a_question_withdraws_that_one_alone(stage: Stage) -> None:
    asked = stage.general.says(stage.anna, "First?", mention=True)
    first = await stage.question()
    (await stage.thread()).says(stage.anna, "Second?")
    second = await stage.question(2)
    stage.anna.deletes(asked)
    await stage.inbox.was_asked.wait()
    assert second.conversation == first.conversation
    assert stage.inbox.withdrawn == [(first.conversation, first.id)]


async def test_a_message_that_comes_twice_is_asked_once(stage: Stage) -> None:
    asked = stage.general.says(stage.anna, "First?", mention=True)
    await stage.question()
    world = stage.discord.world
    world.emit("MESSAGE_CREATE", dict(serializers.message_payload(world, world.get_message(asked.channel, asked.id))))
    await stage.asked("Second?")
    assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]


async def test_a_message_that_comes_twice_while_the_rest_is_waited_for_counts_once(
    tmp_path: Path, service: Discord
) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        asked = stage.general.says(stage.anna, "How long", mention=True)
        await stage.discord.until(lambda: stage.general.typing)  # so it was heard
        world = stage.discord.world
        message = world.get_message(asked.channel, asked.id)
        world.emit("MESSAGE_CREATE", dict(serializers.message_payload(world, message)))
        stage.general.says(stage.anna, "is it?")
        assert (await stage.question()).text == "How long\nis it?"


async def test_in_a_thread_of_others_what_sova_answered_already_is_no_context_again(stage: Stage) -> None:
    thread = stage.general.starts_thread(stage.anna, "Plans")
    thread.says(stage.anna, "We need a new server.")
    thread.says(stage.anna, "What would fit?", mention=True)
    await stage.answer(await stage.question(), AssistantError())
    thread.says(stage.guild.person("Bea"), "Too dear!")
    thread.says(stage.anna, "And cheaper?", mention=True)
    assert (await stage.question(2)).context == (Remark("Bea", "Too dear!"),)


async def test_what_was_said_long_ago_is_no_part_of_the_discussion(stage: Stage) -> None:
    stage.general.says(stage.guild.person("Bea"), "The build is slow.")
    stage.discord.advance(700)
    assert (await stage.asked("Why is that?")).context == ()


async def test_a_change_that_comes_late_changes_nothing(tmp_path: Path, service: Discord) -> None:
    at_once = Patience(merge_seconds=0.0, edit_seconds=0.0)
    async with staged(tmp_path, service, patience=at_once) as stage, connected(stage):
        said = stage.general.says(stage.anna, "Not for you.")
        asked = stage.general.says(stage.anna, "First?", mention=True)
        await stage.question()
        stage.anna.edits(said, f"{stage.discord.mention} for you?")
        stage.anna.edits(asked, f"{stage.discord.mention} Otherwise?")
        await stage.asked("Second?")
        assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]
        assert stage.inbox.withdrawn == []


async def test_whoever_calls_everybody_asks_sova_nothing(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage:
        herald = stage.guild.role("Herald", permissions=discord.Permissions(mention_everyone=True))
        person = stage.guild.person("Bea", roles=[herald])
        async with connected(stage):
            stage.general.says(person, "@everyone look?")
            await stage.asked()
    assert len(stage.received) == 1


async def test_what_discord_tells_of_a_person_is_no_part_of_their_question(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        stage.general.says(stage.anna, "Hi, I wonder", mention=True)
        world, general = service.world, stage.general
        told = Message(world.snowflake(), general.id, stage.anna.id, "Plans", timestamp=world.now_iso(), type=18)
        world.commit_message(told)
        general.says(stage.anna, "how long it is?")
        assert (await stage.question()).text == "Hi, I wonder\nhow long it is?"


async def test_a_reply_to_somebody_is_no_part_of_the_question_before_it(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, patience=LONG) as stage, connected(stage):
        lunch = stage.general.says(stage.guild.person("Bea"), "Lunch?")
        stage.general.says(stage.anna, "Hi, I wonder", mention=True)
        stage.general.says(stage.anna, "Yes.", reply_to=lunch, pings=False)
        stage.general.says(stage.anna, "how long it is?")
        assert (await stage.question()).text == "Hi, I wonder\nhow long it is?"


@pytest.mark.parametrize("fault", [Refuse(503), Refuse(403, 50001), Limit(600.0)], ids=["503", "50001", "429"])
async def test_a_discussion_that_cannot_be_read_is_left_out(stage: Stage, fault: Refuse | Limit) -> None:
    thread = stage.general.starts_thread(stage.anna, "Plans")
    thread.says(stage.anna, "We need a new server.")
    stage.discord.faults.plan(fault, "GET", "/channels/*/messages", times=9)
    thread.says(stage.anna, "What would fit?", mention=True)
    incoming = await stage.question()
    assert (incoming.text, incoming.context) == ("What would fit?", ())


async def test_of_a_long_discussion_the_last_messages_count_and_of_a_chain_of_replies_five(stage: Stage) -> None:
    bea = stage.guild.person("Bea")
    chain = [stage.general.says(bea, "Reply 0.")]
    for number in range(1, 8):
        chain.append(stage.general.says(bea, f"Reply {number}.", reply_to=chain[-1]))
    stage.discord.advance(700)
    stage.general.says(stage.anna, "Why?", mention=True, reply_to=chain[-1])
    assert [said.text for said in (await stage.question()).context] == [f"Reply {number}." for number in range(3, 8)]
    for number in range(30):
        stage.general.says(bea, f"Remark {number}.")
    stage.general.says(stage.anna, "Why?", mention=True, reply_to=chain[-1])
    remarks = [f"Remark {number}." for number in range(10, 30)]
    assert [said.text for said in (await stage.question(2)).context] == remarks


async def test_questions_of_one_place_are_handed_over_in_their_order(stage: Stage) -> None:
    thread = stage.general.starts_thread(stage.anna, "Plans")
    hold = Hold()
    stage.discord.faults.plan(hold, "GET", "/channels/*/messages")
    thread.says(stage.anna, "First?", mention=True)
    await hold.reached.wait()
    thread.says(stage.guild.person("Bea"), "Second?", mention=True)
    await stage.asked("Elsewhere?")
    hold.released.set()
    await stage.question(3)
    assert [incoming.text for incoming in stage.received] == ["Elsewhere?", "First?", "Second?"]


async def test_a_chain_of_replies_is_followed_however_old(stage: Stage) -> None:
    bea = stage.guild.person("Bea")
    first = stage.general.says(bea, "The build is slow.")
    second = stage.general.says(stage.anna, "Since Monday.", reply_to=first)
    stage.discord.advance(700)
    stage.general.says(stage.anna, "Why is that?", mention=True, reply_to=second)
    assert (await stage.question()).context == (Remark("Bea", "The build is slow."), Remark("Anna", "Since Monday."))


async def test_other_bots_are_left_alone(stage: Stage) -> None:
    world = stage.discord.world
    other = world.make_user("Robot", bot=True)
    world.add_member(stage.guild.id, other.id, announce=True)
    world.create_message(stage.general.id, other.id, f"{stage.discord.mention} hello?")
    await stage.asked()
    assert len(stage.received) == 1


async def test_what_is_forwarded_to_sova_is_read(stage: Stage) -> None:
    said = stage.general.says(stage.guild.person("Bea"), "The build is slow.")
    stage.discord.direct(stage.anna).forwards(stage.anna, said)
    assert (await stage.question()).text == "The build is slow."


async def test_where_the_channels_settings_cannot_be_read_the_operators_count(stage: Stage) -> None:
    stage.places.error = HistoryUnavailable(where="redis", reason="away")
    assert (await stage.asked()).conversation.thread


@pytest.mark.parametrize(
    ("tags", "own"), [({"bot_id": "5"}, True), ({"bot_id": "6"}, False), ({}, False), (None, False)]
)
def test_only_the_role_that_discord_made_for_sova_is_her_name_too(tags: Any, own: bool) -> None:  # noqa: ANN401  # as on the wire
    role = SimpleNamespace(tags=None if tags is None else discord.RoleTags(tags))
    assert is_own_role(cast("discord.Role", role), 5) is own


@pytest.mark.parametrize(
    ("is_bot", "webhook", "kind", "spoken"),
    [
        (False, None, discord.MessageType.default, True),
        (False, None, discord.MessageType.reply, True),
        (True, None, discord.MessageType.default, False),
        (False, 5, discord.MessageType.default, False),
        (False, None, discord.MessageType.pins_add, False),
    ],
)
def test_only_what_people_write_themselves_is_spoken(
    *, is_bot: bool, webhook: int | None, kind: discord.MessageType, spoken: bool
) -> None:
    message = SimpleNamespace(author=SimpleNamespace(bot=is_bot), webhook_id=webhook, type=kind)
    assert is_spoken(cast("discord.Message", message)) is spoken
