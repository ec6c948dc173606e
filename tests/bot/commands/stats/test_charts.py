import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import charting
from bot.commands.cards import Card, Picture
from bot.commands.stats.stats import Stats
from bot.errors import ChartFailed, HistoryUnavailable
from bot.ports import Chart, ChartKind, LatencySample
from bot.stats.hardware import Cpu, Hardware, HardwareProbe, Memory
from tests.bot.commands.conftest import House
from tests.doubles.drawing import PNG, FakeCharts
from tests.doubles.nvml import Card as Gpu

TURN = LatencySample("owl:3b", 1, 5000, ttft_ms=3000, load_ms=1500, queue_ms=200, retrieval_ms=300)
MACHINE = Hardware(Cpu("Owl", 2, 4, load=1.0), Memory(used=6_000_000_000, total=8_000_000_000, process=1), (), None)


class Machine(HardwareProbe):
    """Reads the same each time."""

    def __init__(self, hardware: Hardware = MACHINE) -> None:
        self.hardware = hardware

    async def read(self) -> Hardware:
        return self.hardware


async def stats(house: House, charts: FakeCharts, hardware: HardwareProbe | None = None) -> Card:
    (command,) = Stats(house.engine, house.latency, hardware or Machine(), charts=charts).commands()
    card = await command.run(house.invocation, {})
    assert isinstance(card, Card)
    return card


async def drawn(house: House, hardware: HardwareProbe | None = None) -> tuple[Chart, ...]:
    charts = FakeCharts()
    await stats(house, charts, hardware)
    (shown,) = charts.drawn
    return shown


async def test_the_card_has_the_chart_and_says_what_it_shows(house: House) -> None:
    await house.latency.record(TURN)
    picture = (await stats(house, FakeCharts())).picture
    assert picture == Picture(
        PNG,
        "Answer times (seconds, median of each part): owl:3b: queue 0.2, search 0.3, loading 1.5, first token 1, "
        "rest of the answer 2, 95% done by 5. This machine now (% in use): Processor: 25; RAM: 75.",
    )


async def test_answer_times_are_stacked_by_stage_with_a_mark_at_p95(house: House) -> None:
    await house.latency.record(TURN)
    await house.latency.record(replace(TURN, model="hub/lark:8b", at=2))
    times, _ = await drawn(house)
    assert times.kind is ChartKind.STACKED
    assert times.labels == ("lark:8b", "owl:3b")
    assert [series.values[1] for series in times.series] == [0.2, 0.3, 1.5, 1.0, 2.0]
    assert times.marks is not None
    assert times.marks.values == (5.0, 5.0)
    assert times.notes == ("1 answer", "1 answer")


async def test_models_that_only_their_folders_tell_apart_keep_these(house: House) -> None:
    for model in ("ana/owl", "petr/owl"):
        await house.latency.record(replace(TURN, model=model))
    assert set((await drawn(house))[0].labels) == {"ana/owl", "petr/owl"}


async def test_the_models_used_last_are_drawn_and_no_more_than_are_legible(house: House) -> None:
    for number in range(9):
        await house.latency.record(replace(TURN, model=f"owl-{number}", at=number))
    assert (await drawn(house))[0].labels == tuple(f"owl-{number}" for number in (8, 7, 6, 5, 4, 3))


async def test_the_machine_is_drawn_as_far_as_it_tells(house: House, tmp_path: Path) -> None:
    house.nvml.cards = [Gpu(), Gpu(), Gpu(memory=None)]
    (machine,) = await drawn(house, HardwareProbe(disk_of=tmp_path, nvml=house.nvml, seconds=30))
    assert machine.labels == ("Processor", "RAM", "VRAM")
    assert machine.notes[2] == "12.0 GB of 48.0 GB"
    assert machine.series[0].values[2] == 25.0
    assert machine.most == 100.0
    (machine,) = await drawn(house, Machine(replace(MACHINE, memory=None)))
    assert machine.labels == ("Processor",)


async def test_more_that_waits_for_the_processor_than_it_can_take_fills_the_bar(house: House) -> None:
    (machine,) = await drawn(house, Machine(replace(MACHINE, cpu=Cpu("Owl", 2, 4, load=9.0))))
    assert machine.series[0].values[0] == 100.0
    assert machine.notes[0] == "load 9.0"


async def test_charts_are_in_czech_for_czechs(house: House) -> None:
    house.in_czech()
    await house.latency.record(TURN)
    charts = FakeCharts()
    picture = (await stats(house, charts)).picture
    ((times, machine),) = charts.drawn
    assert [series.name for series in times.series][:2] == ["fronta", "hledání"]
    assert times.decimal_mark == machine.decimal_mark == ","
    assert machine.notes == ("zátěž 1,0", "6,0 GB z 8,0 GB")
    assert picture is not None
    assert "fronta 0,2, hledání 0,3" in picture.description


async def test_with_nothing_to_draw_there_is_no_picture(house: House) -> None:
    charts = FakeCharts()
    card = await stats(house, charts, Machine(Hardware(None, None, (), None)))
    assert card.picture is None
    assert charts.drawn == []


async def test_with_the_answer_times_down_the_machine_is_drawn(house: House) -> None:
    house.latency.down = HistoryUnavailable(where="redis", reason="refused")
    assert [chart.title for chart in await drawn(house)] == ["This machine now"]


async def test_a_chart_that_fails_is_left_out_and_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        card = await stats(house, FakeCharts(down=ChartFailed(reason="TimeoutError")))
    assert card.picture is None
    assert card.fields
    assert "a chart is left out: chart-failed(reason='TimeoutError')" in caplog.text


async def test_a_chart_that_takes_too_long_is_left_out_and_logged(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charting, "DRAWING_SECONDS", 0.01)
    with caplog.at_level(logging.WARNING):
        card = await stats(house, FakeCharts(stuck=True))
    assert card.picture is None
    assert card.fields
    assert "a chart is left out: TimeoutError" in caplog.text


async def test_where_pictures_are_not_shown_none_is_drawn_but_told(house: House) -> None:
    house.invocation = replace(house.invocation, shows_pictures=False)
    charts = FakeCharts()
    picture = (await stats(house, charts)).picture
    assert charts.drawn == []
    assert picture == Picture(b"", "This machine now (% in use): Processor: 25; RAM: 75.")
