"""What is done after Slack was told that a press has arrived."""

import asyncio

import pytest

from adapters.slack.controls.errands import Errands


async def test_a_fault_of_what_is_done_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    errands, has_failed = Errands(), asyncio.Event()

    async def fail() -> None:
        try:
            raise LookupError("nothing there")
        finally:
            asyncio.get_running_loop().call_soon(has_failed.set)

    errands.start(fail())
    await has_failed.wait()
    await errands.close()
    assert "led to nothing: LookupError" in caplog.text


async def test_none_outlasts_its_end() -> None:
    errands, begun, ended = Errands(), asyncio.Event(), asyncio.Event()

    async def go_on() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    errands.start(go_on())
    await begun.wait()
    await errands.close()
    assert ended.is_set()
