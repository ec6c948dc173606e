"""Where Slack brings everything over HTTP, what people press and type is acknowledged and done just as well."""

import socket
from pathlib import Path

from bot.chat.controls.presses import Action
from bot.messages import Citation, Place
from tests.adapters.slack.controls.stage import Scene, press, scened

LEAVE = "Everybody has 25 days of leave."
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(LEAVE), 0, 0))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def _press_and_type(scene: Scene) -> None:
    await scene.behind.hold("hr/leave.md", LEAVE)
    command = await (await scene.jana.runs("/sova-help", "", scene.general)).done()
    assert command.is_acked
    await scene.told(scene.jana, "/sova-model")
    pressed = await press(scene.petr, await scene.answered(CITED), Action.SOURCES)
    assert pressed.is_acked
    await scene.modal(scene.petr, LEAVE)
    await scene.jana.opens_home()
    await scene.page(scene.jana)


async def test_commands_buttons_and_pages_work_over_http(tmp_path: Path) -> None:
    async with scened(tmp_path, port=free_port()) as scene:
        await _press_and_type(scene)
        assert scene.slack.http is not None
        assert set(scene.slack.http.statuses) == {200}
