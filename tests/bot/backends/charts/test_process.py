import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from PIL import Image

from bot.backends.charts.process import ChartProcess
from bot.errors import ChartFailed
from bot.ports import Chart, Series

pytestmark = pytest.mark.asyncio(loop_scope="module")

BARS = Chart("In use", "%", ("Processor", "RAM"), (Series("", (40.0, 62.0)),), notes=("0.8", "5.1 GB"), most=100.0)
NO_CHART: Any = "no chart"
SECRETS = {"SOVA_DISCORD_TOKEN": "secret", "AWS_SECRET_ACCESS_KEY": "secret", "HOME": "/"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def charts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChartProcess]:
    async with ChartProcess(tmp_path_factory.mktemp("cache") / "charts", environment=SECRETS) as process:
        yield process


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


async def drawn(charts: ChartProcess, *wanted: Chart) -> Image.Image:
    async with asyncio.timeout(30):
        return opened(await charts.draw(*wanted))


async def test_nothing_runs_before_there_is_something_to_draw(tmp_path: Path) -> None:
    async with ChartProcess(tmp_path, environment={}) as charts:
        assert charts.pid is None


async def test_a_chart_is_a_small_png_with_something_on_it(charts: ChartProcess) -> None:
    png = await charts.draw(BARS)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 100_000
    picture = opened(png)
    assert picture.width == 1200
    assert len(picture.getcolors(maxcolors=1_000_000) or ()) > 20


async def test_it_brings_a_background_of_its_own_with_round_corners(charts: ChartProcess) -> None:
    alpha = (await drawn(charts, BARS)).getchannel("A")
    assert [alpha.getpixel(corner) for corner in ((0, 0), (1199, 0))] == [0, 0]
    assert min(alpha.crop((20, 20, 1180, alpha.height - 20)).tobytes()) >= 250  # colours are few


async def test_charts_of_one_picture_stand_below_each_other(charts: ChartProcess) -> None:
    assert (await drawn(charts, BARS, BARS)).height > (await drawn(charts, BARS)).height * 1.5


async def test_one_process_draws_one_picture_after_the_other(charts: ChartProcess) -> None:
    await drawn(charts, BARS)
    pid = charts.pid
    low, high = await asyncio.gather(drawn(charts, BARS), drawn(charts, BARS, BARS))
    assert low.height < high.height
    assert charts.pid == pid


async def test_a_chart_that_cannot_be_drawn_is_an_error_and_the_next_one_is_drawn(charts: ChartProcess) -> None:
    with pytest.raises(ChartFailed) as failed:
        await charts.draw(NO_CHART)
    assert failed.value.reason == "AttributeError"
    assert (await drawn(charts, BARS)).width == 1200


async def test_whoever_stops_waiting_leaves_the_next_one_its_own_picture(charts: ChartProcess) -> None:
    await drawn(charts, BARS)
    pid = charts.pid
    abandoned = asyncio.create_task(charts.draw(BARS, BARS, BARS))
    await asyncio.sleep(0)  # it has asked
    abandoned.cancel()
    alone = await drawn(charts, BARS)
    assert alone.height == (await drawn(charts, BARS)).height
    assert charts.pid == pid


async def test_it_is_given_no_secrets_and_a_folder_of_its_own(charts: ChartProcess) -> None:
    await drawn(charts, BARS)
    environment = psutil.Process(charts.pid).environ()
    assert "secret" not in environment.values()
    assert environment["MPLCONFIGDIR"].endswith("charts")
    assert any("fontlist" in name for name in await asyncio.to_thread(os.listdir, environment["MPLCONFIGDIR"]))


async def test_a_process_that_was_killed_is_replaced(charts: ChartProcess) -> None:
    await drawn(charts, BARS)
    assert charts.pid is not None
    first = charts.pid
    psutil.Process(first).kill()
    assert (await drawn(charts, BARS)).width == 1200
    assert charts.pid != first


async def test_one_that_nobody_needs_any_more_ends(tmp_path: Path) -> None:
    async with ChartProcess(tmp_path, environment={}, idle_seconds=0.05) as charts:
        await drawn(charts, BARS)
        pid, resting = charts.pid, charts._resting
        assert pid is not None
        assert resting is not None
        async with asyncio.timeout(10):
            await resting
        assert not psutil.pid_exists(pid)
        assert (await drawn(charts, BARS)).width == 1200


async def test_a_picture_that_takes_too_long_is_an_error_and_its_process_ends(tmp_path: Path) -> None:
    async with ChartProcess(tmp_path, environment={}, patience_seconds=0.01) as charts:
        with pytest.raises(ChartFailed) as failed:
            await charts.draw(BARS)
        assert failed.value.reason == "TimeoutError"
        assert charts.pid is None


async def test_where_the_cache_cannot_be_written_there_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with ChartProcess(tmp_path / "file" / "charts", environment={}) as charts:
        with pytest.raises(ChartFailed):
            await charts.draw(BARS)


async def test_leaving_in_the_middle_of_a_picture_ends_the_process(tmp_path: Path) -> None:
    async with ChartProcess(tmp_path, environment={}) as charts:
        await drawn(charts, BARS)
        pid = charts.pid
        assert pid is not None
        drawing = asyncio.create_task(charts.draw(BARS, BARS, BARS))
        await asyncio.sleep(0)  # it has asked
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not psutil.pid_exists(pid)


async def test_it_ends_with_the_program_that_started_it() -> None:
    worker = (sys.executable, "-P", "-m", "bot.backends.charts.worker")
    process = await asyncio.create_subprocess_exec(*worker, stdin=asyncio.subprocess.DEVNULL)
    async with asyncio.timeout(20):
        assert await process.wait() == 0
