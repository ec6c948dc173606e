"""What people write to Sova becomes questions, once each."""

from bot.messages import Language
from tests.adapters.slack.stage import Stage


async def test_a_mention_in_a_channel_is_one_question_answered_in_its_thread(stage: Stage) -> None:
    post = await stage.jana.says(stage.general, "How long is parental leave?", mention=True)
    incoming = await stage.question()
    await stage.quiet()
    assert [one.text for one in stage.received] == ["How long is parental leave?"]
    place = incoming.conversation
    assert (place.platform, place.workspace, place.channel, place.thread, place.direct) == (
        "slack",
        stage.slack.app.team,
        stage.general.id,
        post.ts,
        False,
    )
    assert incoming.id == f"{stage.general.id}-{post.ts}"
    assert incoming.author.id == stage.jana.id
    assert incoming.language is Language.ENGLISH
