"""How the talk in a thread stands where others may have heard a part of it."""

import pytest

from adapters.slack.hearing.asking import Floor
from adapters.slack.hearing.history import History
from adapters.slack.hearing.said import Said
from adapters.slack.hearing.threads import Threads
from tests.adapters.slack.stage import opened
from tests.doubles.slack import Person, Post, Slack


def heard(post: Post, *, text: str) -> Said:
    return Said(post.channel, post.ts, post.author_id, text, thread=post.thread)


@pytest.mark.parametrize(("is_alone", "floor"), [(True, Floor.ASKER), (False, Floor.PEOPLE)])
async def test_a_thread_that_others_hear_too_is_read_before_each_message(
    service: Slack, *, is_alone: bool, floor: Floor
) -> None:
    me = service.app.bot_user
    async with opened(service) as stage:
        threads = Threads(History(stage.rest, me=me), me=me, is_alone=lambda: is_alone)
        petr: Person = service.team.person("Petr")
        asked = await stage.jana.says(stage.general, "How long?", mention=True)
        await threads.before(heard(asked, text=f"<@{me}> How long?"))
        await petr.says(stage.general, "I would like to know, too.", thread=asked)  # which comes to another process
        goes_on = await stage.jana.says(stage.general, "Well?", thread=asked)
        before = await threads.before(heard(goes_on, text="Well?"))
    assert before.talk.floor is floor
