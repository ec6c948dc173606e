"""What people write to Sova becomes questions, once each."""

import asyncio

import pytest

from bot.errors import HistoryUnavailable
from bot.messages import Incoming, Language
from bot.ports import AnswerIn, ChosenHere, PlaceChoices, PlaceLanguage
from tests.adapters.slack.stage import Stage, opened
from tests.doubles.slack import Refuse, Slack

QUESTION = "How long is parental leave?"


def looked_up(slack: Slack) -> list[str]:
    """The threads that were read up to a message, or channels; what was missed is read without such an end."""
    read = (call.args for call in slack.api.calls if call.method.startswith("conversations."))
    return [str(args.get("ts") or args["channel"]) for args in read if args.get("latest")]


async def test_a_mention_in_a_channel_is_one_question_answered_in_its_thread(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    incoming = await stage.question()
    await stage.quiet()
    assert stage.texts == [QUESTION]
    place = incoming.conversation
    assert (place.platform, place.workspace, place.channel) == ("slack", stage.slack.app.team, stage.general.id)
    assert (place.thread, place.direct) == (post.ts, False)
    assert incoming.id == f"{stage.general.id}-{post.ts}"
    assert incoming.author.id == stage.jana.id
    assert incoming.language is Language.ENGLISH


async def test_a_direct_message_is_a_question_in_a_thread_of_its_own(stage: Stage) -> None:
    post = await stage.jana.says(stage.jana.direct, QUESTION)
    incoming = await stage.question()
    assert incoming.conversation.thread == post.ts
    assert incoming.conversation.direct
    await stage.jana.says(stage.jana.direct, "And for twins?", thread=post)
    assert (await stage.question(2)).conversation == incoming.conversation


async def test_what_people_say_to_each_other_is_none(stage: Stage) -> None:
    await stage.jana.says(stage.general, QUESTION)
    await stage.quiet()
    assert stage.received == []


async def test_a_thread_of_hers_needs_no_mention(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    await stage.question()
    await stage.answers(post)
    await stage.jana.says(stage.general, "And for twins?", thread=post)
    assert (await stage.question(2)).conversation.thread == post.ts
    assert looked_up(stage.slack) == []


async def test_she_is_silent_while_people_talk_to_each_other(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    await stage.question()
    await stage.answers(post)
    await stage.jana.says(stage.general, f"{petr.mention} is that right?", thread=post)
    await petr.says(stage.general, "I think so.", thread=post)
    await stage.quiet()
    assert stage.texts == [QUESTION]
    await petr.says(stage.general, "Are you sure?", mention=True, thread=post)
    incoming = await stage.question(2)
    assert [remark.text for remark in incoming.context] == ["@Petr is that right?", "I think so."]


async def test_a_thread_that_nobody_here_heard_is_read_once(service: Slack) -> None:
    async with opened(service) as stage:
        post = await stage.jana.says(stage.general, QUESTION, mention=True)
        client = stage.rest.client
        await client.chat_postMessage(
            channel=stage.general.id, thread_ts=post.ts, text="37 weeks.", unfurl_links=False, unfurl_media=False
        )
        other = await stage.jana.says(stage.general, "Lunch?")
        async with stage.running():
            await stage.jana.says(stage.general, "And for twins?", thread=post)
            assert (await stage.question()).text == "And for twins?"
            await stage.jana.says(stage.general, "Pizza?", thread=other)
            await stage.jana.says(stage.general, "Or soup?", thread=other)
            await stage.quiet()
    assert stage.texts == ["And for twins?"]
    assert looked_up(service) == [post.ts, other.ts]


async def test_who_cannot_read_a_thread_keeps_silent_there(service: Slack) -> None:
    async with opened(service) as stage:
        post = await stage.jana.says(stage.general, "Lunch?")
        async with stage.running():
            service.faults.plan(Refuse("channel_not_found"), "conversations.replies")
            await stage.jana.says(stage.general, "Pizza?", thread=post)
            await stage.quiet()
    assert stage.received == []


async def test_called_into_a_thread_she_reads_what_was_said(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    post = await petr.says(stage.general, "The build is red & nobody knows why.")
    await stage.jana.says(stage.general, f"{petr.mention} since when?", thread=post)
    await stage.jana.says(stage.general, "what do you think?", mention=True, thread=post)
    incoming = await stage.question()
    assert [(remark.author, remark.text) for remark in incoming.context] == [
        ("Petr", "The build is red & nobody knows why."),
        ("Jana", "@Petr since when?"),
    ]
    assert incoming.conversation.thread == post.ts
    await stage.quiet()
    assert looked_up(stage.slack) == [post.ts]  # once, though Slack tells of a mention twice


async def test_called_with_nothing_but_a_mention_she_answers_what_stands_above(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    post = await petr.says(stage.general, QUESTION, files=[("leave.pdf", b"%PDF")])
    await stage.jana.says(stage.general, "", mention=True, thread=post)
    incoming = await stage.question()
    assert incoming.text == QUESTION
    assert incoming.author.id == stage.jana.id
    assert [file.name for file in incoming.attachments] == ["leave.pdf"]


async def test_the_picture_above_a_question_comes_along(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    post = await petr.says(stage.general, "Look at this.", files=[("screen.png", b"\x89PNG")])
    await stage.jana.says(stage.general, "Since when?", thread=post)
    await petr.says(stage.general, "Since today.", thread=post, files=[("log.txt", b"error")])
    await stage.jana.says(stage.general, "what is wrong here?", mention=True, thread=post)
    incoming = await stage.question()
    assert incoming.text == "what is wrong here?"
    assert [file.name for file in incoming.attachments] == ["screen.png", "log.txt"]


async def test_in_a_running_discussion_the_last_messages_are_context_without_asking_slack(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    await petr.says(stage.general, "The build is red.")
    await stage.jana.says(stage.general, "what about it?", mention=True)
    incoming = await stage.question()
    assert [remark.text for remark in incoming.context] == ["The build is red."]
    assert looked_up(stage.slack) == []


async def test_quick_messages_of_one_person_are_one_question(stage: Stage) -> None:
    first = await stage.jana.says(stage.jana.direct, "How long is")
    await stage.jana.says(stage.jana.direct, QUESTION)
    incoming = await stage.question()
    await stage.quiet()
    assert stage.texts == [f"How long is\n{QUESTION}"]
    assert incoming.conversation.thread == first.ts


async def test_an_edit_within_seconds_asks_differently(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, "How log is parental leave?", mention=True)
    first = await stage.question()
    await stage.jana.edits(post, f"{stage.slack.mention} {QUESTION}")
    second = await stage.question(2)
    assert stage.inbox.withdrawn == [(first.conversation, first.id)]
    assert second.text == QUESTION
    assert second.id.startswith(f"{first.id}-")
    assert second.conversation == first.conversation


async def test_an_edit_long_after_is_not_looked_at(stage: Stage) -> None:
    root = await stage.jana.says(stage.general, "Lunch?")
    post = await stage.jana.says(stage.general, "Pizza?", thread=root)
    await stage.quiet()
    await stage.slack.advance(120)
    await stage.jana.edits(post, f"{stage.slack.mention} {QUESTION}")
    await stage.jana.says(stage.jana.direct, "And for twins?")
    await stage.question()
    await stage.quiet()
    assert stage.texts == ["And for twins?"]
    assert stage.inbox.withdrawn == []


async def test_a_mention_that_is_added_within_seconds_counts(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION)
    await stage.jana.edits(post, f"{stage.slack.mention} {QUESTION}")
    assert (await stage.question()).text == QUESTION
    await stage.quiet()
    assert stage.texts == [QUESTION]


async def test_a_deleted_question_is_withdrawn(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    incoming = await stage.question()
    await stage.jana.deletes(post)
    await stage.slack.until(lambda: stage.inbox.withdrawn)
    assert stage.inbox.withdrawn == [(incoming.conversation, incoming.id)]


async def test_a_deleted_question_that_has_replies_is_withdrawn_too(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    incoming = await stage.question()
    await stage.answers(post, "One moment.")
    await stage.jana.deletes(post)
    await stage.slack.until(lambda: stage.inbox.withdrawn)
    assert stage.inbox.withdrawn == [(incoming.conversation, incoming.id)]


async def test_a_deleted_question_that_another_process_heard_is_withdrawn(service: Slack) -> None:
    async with opened(service) as stage:
        root = await stage.jana.says(stage.general, QUESTION, mention=True)
        reply = await stage.jana.says(stage.general, "And for twins?", mention=True, thread=root)
        async with stage.running():
            await stage.jana.deletes(reply)
            await stage.slack.until(lambda: stage.inbox.withdrawn)
            await stage.quiet()
    ((place, id_),) = stage.inbox.withdrawn
    assert (place.thread, id_) == (root.ts, f"{stage.general.id}-{reply.ts}")
    assert stage.received == []


async def test_who_goes_on_without_a_mention_gives_no_commands(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    await stage.question()
    await stage.answers(post)
    await stage.jana.says(stage.general, "model contracts, are there any?", thread=post)
    assert (await stage.question(2)).text == "model contracts, are there any?"
    assert stage.words.said == []


async def test_what_slack_changes_about_a_message_asks_nothing_again(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, f"{QUESTION} https://example.org/leave", mention=True)
    await stage.question()
    stage.slack.world.edit(post.message, attachments=[{"title": "Leave", "text": "All about it"}])
    await stage.quiet()
    assert len(stage.received) == 1
    assert stage.inbox.withdrawn == []


async def test_other_bots_are_not_heard(stage: Stage) -> None:
    robot = stage.slack.team.program("Builds")
    await robot.says(stage.general, "Who broke it?", mention=True)
    await stage.quiet()
    assert stage.received == []


async def test_people_of_other_organisations_are_told_apart(stage: Stage) -> None:
    shared = stage.slack.team.channel("partners", shared=True)
    guest = stage.slack.team.outsider("Olga", team="T0PARTNER00")
    await guest.says(shared, QUESTION, mention=True)
    incoming = await stage.question()
    assert incoming.author.roles == {"T0PARTNER00", "external"}
    assert incoming.conversation.workspace == stage.slack.app.team
    await stage.jana.says(shared, QUESTION, mention=True)
    assert (await stage.question(2)).author.roles == {stage.slack.app.team}


async def test_files_come_along_as_references(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, "What is in it?", mention=True, files=[("a.pdf", b"%PDF-1.7")])
    (file,) = (await stage.question()).attachments
    assert (file.name, file.media_type, file.size_bytes) == ("a.pdf", "application/pdf", 8)
    assert file.where.startswith(stage.slack.url)
    assert post.files


async def test_a_very_long_question_comes_whole(stage: Stage) -> None:
    await stage.jana.says(stage.jana.direct, "Why & how? " * 3_727)
    assert len((await stage.question()).text) == len(("Why & how? " * 3_727).strip())


async def test_a_name_is_told_as_soon_as_it_is_known(stage: Stage) -> None:
    petr = stage.slack.team.person("Petr")
    post = await stage.jana.says(stage.general, f"Who is {petr.mention}?", mention=True)
    first = await stage.question()
    assert first.text in {"Who is @Petr?", f"Who is @{petr.id}?"}
    await stage.slack.until(lambda: len([call for call in stage.slack.api.calls if call.method == "users.info"]) == 2)
    await stage.answers(post)
    await stage.jana.says(stage.general, f"{stage.slack.mention} and {petr.mention}?", thread=post)
    second = await stage.question(2)
    assert (second.author.name, second.text) == ("Jana", "and @Petr?")


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        ("Jak dlouhá je rodičovská dovolená?", "en-US", Language.CZECH),
        ("How long is parental leave?", "cs-CZ", Language.ENGLISH),
        ("GDPR?", "en-US", Language.ENGLISH),
    ],
)
async def test_sova_speaks_the_language_of_the_question(
    stage: Stage, text: str, locale: str, language: Language
) -> None:
    somebody = stage.slack.team.person("Somebody", locale=locale)
    await somebody.says(stage.general, text, mention=True)
    assert (await stage.question()).language is language


async def test_where_the_question_does_not_tell_it_is_the_language_of_the_person_s_slack(stage: Stage) -> None:
    zdena = stage.slack.team.person("Zdena", locale="cs-CZ")
    await zdena.says(stage.general, "GDPR?", mention=True)
    await stage.question()
    await stage.slack.until(lambda: any(call.method == "users.info" for call in stage.slack.api.calls))
    await zdena.says(stage.general, "ISO 9001?", mention=True)
    assert (await stage.question(2)).language is Language.CZECH


async def test_what_is_set_for_a_place_holds(stage: Stage) -> None:
    stage.places.here = ChosenHere(workspace=PlaceChoices(language=PlaceLanguage.CZECH))
    await stage.jana.says(stage.general, QUESTION, mention=True)
    assert (await stage.question()).language is Language.CZECH
    stage.places.here = ChosenHere(workspace=PlaceChoices(channels=frozenset({"C0OTHER"})))
    await stage.jana.says(stage.general, "And for twins?", mention=True)
    await stage.jana.says(stage.jana.direct, "And for triplets?")
    await stage.question(2)
    await stage.quiet()
    assert stage.texts == [QUESTION, "And for triplets?"]


async def test_where_answers_are_to_be_replies_they_stand_in_threads_too(stage: Stage) -> None:
    stage.places.here = ChosenHere(channel=PlaceChoices(answer_in=AnswerIn.REPLY))
    question = await stage.jana.says(stage.general, QUESTION, mention=True)
    assert (await stage.question()).conversation.thread == question.ts


async def test_a_command_in_words_is_carried_out_and_no_question(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, QUESTION, mention=True)
    await stage.question()
    await stage.jana.says(stage.general, "model llama3", mention=True, thread=post)
    await stage.slack.until(lambda: stage.words.said)
    await stage.quiet()
    assert [said.text for said in stage.words.said][:1] == ["model llama3"]
    assert stage.words.said[0].conversation.thread == post.ts
    assert stage.texts == [QUESTION]


async def test_a_command_in_words_that_is_changed_is_no_question_either(stage: Stage) -> None:
    command = await stage.jana.says(stage.general, "model llama3", mention=True)
    await stage.slack.until(lambda: stage.words.said)
    await stage.jana.edits(command, f"<@{stage.slack.app.bot_user}> model lark")
    await stage.quiet()
    assert stage.texts == []


async def test_what_could_not_be_kept_slack_brings_again_and_it_is_asked_once(stage: Stage) -> None:
    failures = 2

    async def fail(incoming: Incoming) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise HistoryUnavailable("127.0.0.1:6379", "it is away")

    stage.when_received = fail
    await stage.jana.says(stage.jana.direct, QUESTION)
    await stage.slack.until(lambda: failures < 2)
    await stage.slack.advance(4)
    await stage.slack.until(lambda: failures < 1)
    await stage.slack.advance(64)
    assert (await stage.question()).text == QUESTION
    await stage.quiet()
    assert stage.texts == [QUESTION]


async def test_a_question_is_acknowledged_only_once_it_is_kept(stage: Stage) -> None:
    kept = asyncio.Event()

    async def keep(incoming: Incoming) -> None:
        await kept.wait()

    stage.when_received = keep
    await stage.jana.says(stage.jana.direct, QUESTION)
    await stage.slack.until(lambda: stage.slack.deliveries.all)
    (delivery,) = stage.slack.deliveries.all
    assert delivery.state == "waiting"
    kept.set()
    await stage.quiet()
    assert delivery.state == "acked"
    assert delivery.attempt == 0
