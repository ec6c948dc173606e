"""The whole way through Slack as a team goes it, from a mention to a crash and past it."""

from asyncio.subprocess import Process
from dataclasses import replace

import pytest

from tests.doubles.slack import Post
from tests.end_to_end import slack_office
from tests.end_to_end.slack_office import Office, control, is_whole, kill

manifest, office = slack_office.manifest, slack_office.office

LEAVE = (
    "# Leave\n\n## Parental leave\n\nParental leave is 20 weeks long. Requests go to Jana in the personnel office.\n"
)


@pytest.mark.engine
async def test_an_answer_is_followed_up_looked_into_judged_and_given_again(office: Office) -> None:
    await read_documents(office)
    office.engine.says = "Parental leave is 20 weeks long [1]."
    async with office.serving():
        root = await office.asks()
        answer = await office.answer("20 weeks long")
        await office.jana.says(office.general, "And how long is parental leave in weeks?", thread=root)
        followed = await office.slack.until(lambda: next(filter(is_whole, office.answers()[1:]), None))
        await look_at_sources(office, answer)
        await say_why_not(office, answer)
        office.engine.says = "It is 20 weeks long [1]."
        await office.jana.presses(followed, control(followed, "again"))
        assert await office.answer("It is 20 weeks long") == followed
        await look_at_cards(office, model="echo")
        votes = await office.sova("feedback", "export")
    assert (answer.was_streamed, len(office.answers()), "It is 37 weeks." in votes.out) == (True, 2, True)


@pytest.mark.engine
async def test_a_real_engine_answers_and_goes_on_where_it_was_killed(office: Office) -> None:
    settings = {"SOVA_ENGINE": "embedded", "SOVA_MODEL": "smollm2-135m", "SOVA_ANSWER_TOKENS": "64"}
    office.sova = replace(office.sova, settings={**office.sova.settings, **settings})
    await read_documents(office)
    async with office.serving() as process:
        answer = await office.answered("How long is parental leave?", says="leave")
        await look_at_cards(office, model="smollm2-135m")
        story = await die_in_mid_answer(office, process)
    async with office.serving():
        await office.slack.until(lambda: is_whole(story))
    assert office.answers() == [answer, story]


async def read_documents(office: Office) -> None:
    documents = office.sova.state / "documents"
    documents.mkdir()
    (documents / "leave.md").write_text(LEAVE, encoding="utf-8")
    assert (await office.sova("index")).code == 0


async def look_at_sources(office: Office, answer: Post) -> None:
    """They come up in a window of Petr's own."""
    assert "leave.md" in answer.text
    await office.petr.presses(answer, control(answer, "sources"))
    window = await office.slack.until(lambda: office.petr.modal)
    await office.slack.until(lambda: "Requests go to Jana" in str(window.blocks))
    await office.petr.closes(window)


async def say_why_not(office: Office, answer: Post) -> None:
    """A vote, and a reason for it."""
    await office.petr.presses(answer, control(answer, "down"))
    await office.petr.submits(await office.slack.until(lambda: office.petr.modal), {"reason": "It is 37 weeks."})
    await office.told(office.petr, "Thank you")


async def look_at_cards(office: Office, *, model: str) -> None:
    """Jana's commands, which she alone sees answered, with a chart."""
    await office.jana.runs("/sova-model", "", office.general)
    await office.told(office.jana, model)
    await office.jana.runs("/sova-stats", "", office.general)
    await office.told(office.jana, "Processor")
    chart = await office.slack.seen(office.general, lambda post: post.only_for == office.jana.id and pictures_of(post))
    assert [content[:4] for content in pictures_of(chart)] == [b"\x89PNG"]


def pictures_of(post: Post) -> list[bytes]:
    files = [block["slack_file"]["id"] for block in post.blocks if block["type"] == "image"]
    return [post.world.files[file].content or b"" for file in files]


async def die_in_mid_answer(office: Office, process: Process) -> Post:
    """The answer that is there by then, without its end."""
    await office.asks(text="Tell me a long story about a small owl and its forest.")
    story = await office.slack.seen(office.general, lambda post: post.is_streaming and post.text)
    await kill(process)
    assert not is_whole(story)
    return story
