"""`/ask`, and the answers that only the asker sees."""

from collections.abc import AsyncIterator
from dataclasses import replace

import discord
import pytest
import simcord

from adapters.discord.answering.fetching import Fetching
from adapters.discord.answering.outbound import DiscordOutbound
from adapters.discord.answering.posted import PrivateName
from adapters.discord.answering.rates import PACE
from adapters.discord.answering.threads import Threads
from adapters.discord.controls.private import PrivateShowing
from adapters.discord.rest import Rest
from bot.chat.controls.presses import Action
from bot.chat.showing.pacing import Budgets
from bot.errors import EngineUnreachable, NotAllowed, TooBusy
from bot.messages import ConversationKey, Incoming, Language, Reply, ReplyDelta
from bot.places import PlaceRules
from bot.ports import AnswerIn
from bot.service.platforms import Told
from tests.adapters.discord.controls.stage import Scene, press, pressable, said
from tests.doubles.behind import reply_to


def outbound_of(stage: Scene) -> DiscordOutbound:
    """The half that shows answers, as any worker has it."""
    rest, budgets = Rest("token", client=stage.client), Budgets(PACE)
    threads = Threads(rest, budgets=budgets)
    return DiscordOutbound(rest, threads=threads, fetching=Fetching("https://discord.com/api/v10"), budgets=budgets)


async def told(*events: Told) -> AsyncIterator[Told]:
    for event in events:
        yield event


async def deliver(stage: Scene, incoming: Incoming, *events: Told, posted: str | None = None) -> list[str]:
    """Show the answer; the names that were to be remembered."""
    names: list[str] = []

    async def remember(name: str) -> bool:
        names.append(name)
        return True

    await outbound_of(stage).deliver(incoming, told(*events), posted=posted, remember=remember)
    return names


def yes(incoming: Incoming) -> tuple[Told, ...]:
    return ReplyDelta(text="Yes."), reply_to(incoming)


# --- for everybody --------------------------------------------------------------------------------------------------


async def test_a_question_is_shown_and_asked_as_that_message(stage: Scene) -> None:
    result = await stage.ana.slash(stage.channel, "ask", question="How many days?\nOf leave?")

    assert result.response
    assert not result.response.ephemeral
    assert result.response.content == "> How many days?\n> Of leave?"
    (asked,) = stage.behind.received
    assert (asked.id, asked.text) == (str(result.response.id), "How many days?\nOf leave?")
    assert (asked.conversation, asked.author.id) == (stage.place, str(stage.ana.id))
    assert asked.reply is None


async def test_where_threads_are_answered_in_the_question_begins_one(stage: Scene) -> None:
    stage.behind.rules = PlaceRules(AnswerIn.THREAD)

    await stage.ana.slash(stage.channel, "ask", question="How many days?")

    (asked,) = stage.behind.received
    assert asked.conversation.thread == asked.id


async def test_in_a_thread_the_question_stays_there(stage: Scene) -> None:
    stage.behind.rules = PlaceRules(AnswerIn.THREAD)
    message = await stage.ana.send(stage.channel, "hello")
    await message.create_thread(name="birds")
    (thread,) = stage.channel.threads

    await stage.ana.slash(thread, "ask", question="How many days?")

    assert stage.behind.received[0].conversation.thread == str(thread.id)


async def test_nobody_is_pinged_by_a_question_that_is_shown(stage: Scene) -> None:
    await stage.ana.slash(stage.channel, "ask", question="@everyone, how many days?")

    (sent,) = [entry.json for entry in stage.env.http_requests if entry.path.endswith("/callback")]
    assert sent
    assert sent["data"]["allowed_mentions"] == {"parse": []}


async def test_a_file_goes_with_the_question(stage: Scene) -> None:
    result = await stage.ana.slash(stage.channel, "ask", question="What is this?", file=("leave.txt", b"25 days"))

    (file,) = stage.behind.received[0].attachments
    assert (file.name, file.size_bytes) == ("leave.txt", 7)
    assert file.where.startswith("https://")
    assert result.response
    assert "leave.txt" in result.response.content


@pytest.mark.parametrize("question", ["why? " * 800, "why?\n" * 290])
async def test_a_very_long_question_is_shown_shortened_and_asked_whole(stage: Scene, question: str) -> None:
    result = await stage.ana.slash(stage.channel, "ask", question=question)

    assert result.response
    assert len(result.response.content) <= 2000
    assert stage.behind.received[0].text.strip() == question.strip()


async def test_a_place_speaks_its_own_language(stage: Scene) -> None:
    stage.behind.rules = PlaceRules(AnswerIn.REPLY, language=Language.CZECH)

    await stage.ana.slash(stage.channel, "ask", question="How many days?")

    assert stage.behind.received[0].language is Language.CZECH


@pytest.mark.parametrize("private", [True, False])
async def test_whoever_asks_in_czech_is_spoken_to_in_czech(stage: Scene, *, private: bool) -> None:
    await stage.ana.slash(stage.channel, "ask", question="Kolik dní dovolené máme?", private=private)

    assert stage.behind.received[0].language is Language.CZECH


@pytest.mark.parametrize("private", [True, False])
async def test_where_sova_keeps_quiet_a_command_is_told_why(stage: Scene, *, private: bool) -> None:
    stage.behind.rules = PlaceRules(AnswerIn.REPLY, is_open=False)

    result = await stage.ana.slash(stage.channel, "ask", question="How many days?", private=private)

    assert "administrator" in said(result)
    assert stage.behind.received == []


async def test_what_could_not_be_taken_in_is_said_to_the_asker(stage: Scene) -> None:
    stage.behind.refusal = NotAllowed(action="", needed="ask")

    result = await stage.ana.slash(stage.channel, "ask", question="How many days?")

    assert result.followups[-1].ephemeral


# --- for the asker alone --------------------------------------------------------------------------------------------


async def asked_privately(stage: Scene) -> tuple[Incoming, simcord.InteractionResult]:
    result = await stage.ana.slash(stage.channel, "ask", question="How many days?", private=True)
    (asked,) = stage.behind.received
    return asked, result


async def test_a_private_question_is_in_a_conversation_of_its_own(stage: Scene) -> None:
    asked, result = await asked_privately(stage)

    assert asked.conversation != stage.place
    assert asked.conversation.direct
    assert (asked.conversation.workspace, asked.conversation.channel) == (stage.place.workspace, stage.place.channel)
    assert result.ephemeral


async def test_two_people_share_no_private_conversation(stage: Scene) -> None:
    asked, _ = await asked_privately(stage)
    await stage.bob.slash(stage.channel, "ask", question="And me?", private=True)

    assert stage.behind.received[1].conversation != asked.conversation


async def test_a_private_answer_is_shown_to_the_asker_alone(stage: Scene) -> None:
    asked, result = await asked_privately(stage)

    await deliver(stage, asked, *yes(asked))

    assert said(result).startswith("Yes.")
    assert not stage.channel.history(viewer=stage.bob)


async def test_another_process_can_give_a_private_answer(stage: Scene) -> None:
    asked, result = await asked_privately(stage)
    await stage.restart()

    await deliver(stage, asked, *yes(asked))

    assert said(result).startswith("Yes.")


async def test_a_long_private_answer_stands_in_several_messages_that_are_remembered(stage: Scene) -> None:
    asked, result = await asked_privately(stage)
    long = "\n\n".join(f"Paragraph {number} " + "word " * 100 for number in range(8))

    names = await deliver(stage, asked, ReplyDelta(text=long), _with_text(reply_to(asked), long))

    assert len(result.followups) == 2
    assert all(message.ephemeral for message in result.followups)
    assert "Paragraph 7" in said(result)
    assert names[-1].endswith(",".join(str(message.id) for message in (result.response, *result.followups) if message))

    await deliver(stage, asked, ReplyDelta(text=long), _with_text(reply_to(asked), long), posted=names[-1])
    assert len(result.followups) == 2


async def test_of_a_long_private_answer_only_what_changes_is_changed(stage: Scene) -> None:
    asked, result = await asked_privately(stage)
    showing = PrivateShowing(asked, rest=Rest("token", client=stage.client), posted=None)

    for second in ("Two", "Two and three"):
        await showing.show(["One", second], last=False, view_of=lambda _: None)

    assert said(result) == "One\nTwo and three"
    changed = [entry.path for entry in stage.env.http_requests if entry.method == "PATCH"]
    assert [path.rpartition("/")[2] for path in changed] == [
        str(message.id) for message in (result.response, *result.followups) if message
    ]


async def test_a_private_refusal_is_private(stage: Scene) -> None:
    asked, result = await asked_privately(stage)

    await outbound_of(stage).refuse(asked, TooBusy(waiting=9, whose="all"))

    assert "9" in said(result)


async def test_what_went_wrong_with_a_private_answer_is_private(stage: Scene) -> None:
    asked, result = await asked_privately(stage)

    await deliver(stage, asked, EngineUnreachable(engine="ollama", url="http://engine"))

    assert "ollama" in said(result).lower()


async def test_what_takes_longer_than_discord_lets_it_comes_as_a_direct_message(stage: Scene) -> None:
    asked, result = await asked_privately(stage)
    await stage.env.advance_time(16 * 60)

    names = await deliver(stage, asked, *yes(asked))

    direct = _direct_messages(stage)
    assert ["15 minutes" in direct[0].content, direct[1].content.startswith("Yes.")] == [True, True]
    assert "How many days?" in direct[0].content
    assert result.response is None or not result.response.content
    assert names[-1] == f"{direct[1].channel.id}:{direct[1].id}"


async def test_whoever_goes_on_does_so_in_the_direct_message(stage: Scene) -> None:
    asked, _ = await asked_privately(stage)
    await stage.env.advance_time(16 * 60)
    names = await deliver(stage, asked, ReplyDelta(text="Ye"), EngineUnreachable(engine="ollama", url="http://engine"))

    await deliver(stage, asked, *yes(asked), posted=names[-1])

    direct = _direct_messages(stage)
    assert len(direct) == 2
    assert direct[1].content.startswith("Yes.")


async def test_who_takes_no_direct_messages_is_left_alone(stage: Scene, caplog: pytest.LogCaptureFixture) -> None:
    asked, _ = await asked_privately(stage)
    await stage.env.advance_time(16 * 60)
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)

    await deliver(stage, asked, *yes(asked))

    assert "50007" in caplog.text


async def test_buttons_under_a_private_answer_belong_to_its_own_conversation(stage: Scene) -> None:
    asked, result = await asked_privately(stage)
    await deliver(stage, asked, *yes(asked))
    await stage.behind.answered(asked.conversation, int(asked.id))
    assert result.response
    assert pressable(result.response, Action.AGAIN)

    again = await press(stage.ana, result.response, Action.AGAIN)

    asked_again = stage.behind.received[1]
    assert asked_again.conversation == asked.conversation
    assert asked_again.again
    await deliver(stage, asked_again, *yes(asked_again), posted=asked_again.reply)
    assert said(again).startswith("Yes.")


async def test_a_private_question_in_a_direct_message_is_in_the_same_conversation(
    stage: Scene, simcord_env: simcord.Env
) -> None:
    user = simcord_env.create_user("solo")
    result = await user.slash("ask", question="How many days?", private=True)
    (asked,) = stage.behind.received
    assert asked.conversation == ConversationKey("discord", "dm", str(user.dm_channel.id))

    await deliver(stage, asked, *yes(asked))
    await stage.behind.answered(asked.conversation, int(asked.id))
    assert result.response
    await user.click(result.response, custom_id=pressable(result.response, Action.AGAIN)[0])

    assert PrivateName.read(stage.behind.received[1].reply)


def _direct_messages(stage: Scene) -> list[discord.Message]:
    (channel,) = stage.client.private_channels
    assert isinstance(channel, discord.DMChannel)
    return [message for message in stage.client.cached_messages if message.channel.id == channel.id]


def _with_text(reply: Reply, text: str) -> Reply:
    return replace(reply, text=text)
