from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Access
from bot.benchmarks.benchmarks import Benchmarks
from bot.benchmarks.keeping import RunFiles
from bot.benchmarks.plan import Progress
from bot.benchmarks.watching import Meters
from bot.commands.bench import Bench, misfits_of, progress_card
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.registry import Registry
from bot.errors import BadArgument, BenchmarkRunning, ChartFailed, NoBenchmarkRunning, NotAllowed, NotEnoughMemory
from bot.messages import Author, Language
from bot.models.fit_file import CalibrationFile
from bot.ports import Attention, ModelInfo
from bot.stats.hardware import HardwareProbe
from bot.wording import speak
from tests.bot.benchmarks.test_benchmarks import idle, no_energy
from tests.bot.commands.conftest import CHANNEL, EMBEDDER, NOW
from tests.doubles.drawing import PNG, FakeCharts
from tests.doubles.memory import MemoryAudit
from tests.doubles.nvml import FakeNvml
from tests.doubles.scripted_engine import ScriptedEngine

OWL, LARK = ModelInfo("owl:1b", loaded=True), ModelInfo("lark", loaded=False)
BOSS = Invocation(id="c1", conversation=CHANNEL, author=Author("boss", "Eva"), at=NOW)


class Office:
    """A registry with the benchmark in it, in a channel."""

    def __init__(self, folder: Path, *, charts: FakeCharts | None = None) -> None:
        self.engine = ScriptedEngine(offers=[OWL, LARK, EMBEDDER])
        self.charts = charts or FakeCharts()
        self.audit = MemoryAudit()
        meters = Meters(energy=no_energy, gpus=lambda: ())
        self.benchmarks = Benchmarks(self.engine, RunFiles(folder), meters=meters, others=idle)
        self.registry = Registry(Access(admins=frozenset({"slack:boss"})), self.audit)
        for command in Bench(self.benchmarks, self.engine, self.charts).commands():
            self.registry.add(command)

    async def live(self, text: str, who: Invocation = BOSS) -> LiveCard:
        command, values = self.registry.parse(text)
        result = await self.registry.run(who, command, values)
        assert isinstance(result, LiveCard)
        return result

    async def cards(self, text: str, who: Invocation = BOSS) -> Sequence[Card]:
        return [card async for card in (await self.live(text, who)).cards]


async def test_a_benchmark_shows_how_far_it_is_and_then_tables_and_a_chart(tmp_path: Path) -> None:
    *progress, last = await Office(tmp_path).cards("bench lark,owl:1b 1")

    assert "lark is being loaded (1 of 2)" in progress[0].text
    assert "left." in progress[3].text
    assert {action.command for card in progress for action in card.actions} == {"bench-stop"}
    assert [table.title for table in last.tables] == ["Speed", "Whole answers", "Memory and energy", "Quality"]
    assert [row[0] for row in last.tables[0].rows] == ["lark", "owl:1b"]
    assert last.picture is not None
    assert last.picture.png == PNG
    assert "Writing speed" in last.picture.description
    assert last.actions == ()


async def test_without_names_every_chat_model_is_measured_in_the_reader_s_language(tmp_path: Path) -> None:
    *_, last = await Office(tmp_path).cards("bench", replace(BOSS, language=Language.CZECH))

    assert last.title == "Měření modelů"
    assert [row[0] for row in last.tables[0].rows] == ["owl:1b", "lark"]
    assert "3 kola" in last.text


@pytest.mark.parametrize("rounds", ["0", "11", "-1", "many", "1" * 50])
async def test_a_number_of_rounds_that_can_not_be_is_refused(tmp_path: Path, rounds: str) -> None:
    with pytest.raises(BadArgument):
        await Office(tmp_path).live(f"bench owl:1b {rounds}")


async def test_only_administrators_measure(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for text in ("bench", "bench stop"):
        with pytest.raises(NotAllowed):
            await office.live(text, replace(BOSS, author=Author("U1", "Ana")))

    assert [entry.allowed for entry in office.audit.entries] == [False, False]


async def test_a_second_one_is_refused_and_the_first_one_can_be_ended(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first = (await office.live("bench")).cards
    await anext(first)

    with pytest.raises(BenchmarkRunning):
        await office.cards("bench")
    command, values = office.registry.parse("bench stop")
    ended = await office.registry.run(BOSS, command, values)
    *_, last = [card async for card in first]

    assert isinstance(ended, Card)
    assert "It was stopped" in last.text
    assert "Nothing was measured." in last.text
    with pytest.raises(NoBenchmarkRunning):
        await office.registry.run(BOSS, command, values)


async def test_a_card_does_without_a_chart_that_can_not_be_drawn(tmp_path: Path) -> None:
    *_, last = await Office(tmp_path, charts=FakeCharts(down=ChartFailed(reason="closed"))).cards("bench lark 1")

    assert last.picture is None
    assert last.tables


async def test_a_platform_without_pictures_is_told_the_figures(tmp_path: Path) -> None:
    office = Office(tmp_path)
    *_, last = await office.cards("bench lark 1", replace(BOSS, shows_pictures=False))

    assert last.picture is not None
    assert last.picture.png == b""
    assert office.charts.drawn == []


async def test_names_are_offered_while_somebody_types(tmp_path: Path) -> None:
    office = Office(tmp_path)

    assert await office.registry.completions(BOSS, office.registry.named("bench"), "models") == ("owl:1b", "lark")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, "will show soon"), (20.0, "Less than a minute"), (80.0, "About a minute"), (600.0, "About 10 minutes")],
)
def test_the_time_that_is_left_is_rough(seconds: float | None, told: str) -> None:
    card = progress_card(Progress("owl", 1, 1, 3, 10, seconds), speak(Language.ENGLISH))

    assert told in card.text


def test_a_judge_s_progress_counts_its_own_answers() -> None:
    card = progress_card(Progress("lark", 1, 1, 3, 10, judging=True), speak(Language.ENGLISH))

    assert "lark rates the answers: 3 of 10" in card.text


async def test_the_fit_advisor_says_what_does_not_fit(tmp_path: Path) -> None:
    attention = Attention.uniform(layers=32, kv_heads=8, head_length=128)
    small = ModelInfo("small", 10**9, "1B", "Q4_K_M", 8192, attention=attention)
    engine = ScriptedEngine(offers=[small], engine="ollama", url="http://127.0.0.1:11434")
    advisor = FitAdvisor(
        engine,
        hardware=HardwareProbe(disk_of=tmp_path, nvml=FakeNvml(driver=False)),
        calibration=CalibrationFile(tmp_path / "c.json"),
        context_tokens=2048,
        parallel=1,
        free=lambda: 8 * 10**9,
        total=lambda: 16 * 10**9,
    )

    misfits = await misfits_of(advisor)([small, replace(small, name="huge", size_bytes=90 * 10**9)])

    assert list(misfits) == ["huge"]
    assert isinstance(misfits["huge"], NotEnoughMemory)
