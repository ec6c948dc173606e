"""Summaries of threads and channels in a strict Slack."""

from typing import Any

import pytest

from tests.adapters.slack.controls.stage import Scene
from tests.doubles.slack import Post

ROOT = (
    "The old print server crashed twice last week, on Tuesday and on Thursday, and accounting could not print any "
    "invoices for three hours; it has only 4 GB of memory, and it is from 2014."
)
REPLY = "Decided: we buy the new Dell server for 1,450 euros, Petr orders it by Friday from the usual shop."


async def discussed(scene: Scene) -> tuple[Post, Post]:
    """A thread of two messages."""
    root = await scene.petr.says(scene.general, ROOT)
    return root, await scene.jana.says(scene.general, REPLY, thread=root)


async def says(scene: Scene, root: Post, text: str, **more: object) -> None:
    """Sova says something in a thread."""
    client: Any = scene.rest.client
    await client.chat_postMessage(
        channel=scene.general.id, thread_ts=root.ts, text=text, unfurl_links=False, unfurl_media=False, **more
    )


def finds(scene: Scene, *lines: str) -> None:
    scene.behind.engine.scripts = [["\n".join(lines)]]


async def test_a_thread_is_summed_up_from_a_messages_menu_for_whoever_asks(scene: Scene) -> None:
    finds(scene, "DECISION: We buy the new Dell server for 1,450 euros. [2]")
    root, reply = await discussed(scene)

    await scene.petr.uses("summarize_thread", root)

    shown = await scene.told(scene.petr, "1,450 euros")
    assert shown.thread == root.ts
    assert scene.behind.received == []
    link = f"/archives/{scene.general.id}/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid={scene.general.id}"
    assert link in str(shown.blocks)
    assert "Petr: " in scene.behind.engine.asked[0].messages[-1].content


async def test_a_channel_is_summed_up_by_a_slash_command_without_what_stands_in_threads(scene: Scene) -> None:
    finds(scene, "POINT: The old print server crashed twice last week. [1]")
    await discussed(scene)

    await scene.jana.runs("/sova-summarize", "hours:4", scene.general)

    await scene.told(scene.jana, "crashed twice last week")
    assert "1,450" not in scene.behind.engine.asked[0].messages[-1].content


async def test_what_everybody_shall_see_is_posted(scene: Scene) -> None:
    finds(scene, "POINT: The old print server crashed twice last week. [1]")
    await discussed(scene)

    await scene.jana.runs("/sova-summarize", "public:yes", scene.general)

    def posted() -> Post | None:
        return next((one for one in scene.general.answers if not one.only_for and "crashed twice" in one.text), None)

    assert await scene.until(posted)


async def test_sovas_answers_are_read_and_her_cards_are_not(scene: Scene) -> None:
    finds(scene, "POINT: The old print server crashed twice last week. [1]")
    root, _ = await discussed(scene)
    answer = {"event_type": "sova_answer", "event_payload": {"question": "q"}}
    await says(scene, root, "Order it at Dell.", metadata=answer)
    await says(scene, root, "Models: owl:3b")

    await scene.petr.uses("summarize_thread", root)

    await scene.told(scene.petr, "crashed twice last week")
    read = scene.behind.engine.asked[0].messages[-1].content
    assert "Order it at Dell." in read
    assert "Models: owl" not in read


async def test_a_thread_cannot_be_meant_where_slack_knows_none(scene: Scene) -> None:
    await scene.jana.runs("/sova-summarize", "thread", scene.general)

    await scene.told(scene.jana, "thread")
    assert scene.behind.engine.asked == []


@pytest.mark.parametrize("words", ["channel", ""])
async def test_where_sova_is_not_she_cannot_read(words: str, scene: Scene) -> None:
    elsewhere = scene.slack.team.channel("elsewhere", with_bot=False)

    await scene.jana.runs("/sova-summarize", words, elsewhere)

    await scene.told(scene.jana, "/invite", elsewhere)


async def test_a_file_of_the_thread_is_summed_up(scene: Scene) -> None:
    finds(scene, "POINT: Everybody has 25 days of leave a year. [1]")
    text = "Everybody has 25 days of leave a year. Whoever is new has them in part, and asks the lead before."
    root = await scene.petr.says(scene.general, "Please read this", files=[("leave.txt", f"{text}\n\n{text}".encode())])

    await scene.petr.says(scene.general, "summarize file", mention=True, thread=root)

    assert await scene.until(lambda: any("Summary of leave.txt" in one.text for one in scene.petr.direct.answers))
