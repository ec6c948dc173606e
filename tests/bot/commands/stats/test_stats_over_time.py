"""What `/stats` tells of a span of time, of other machines, of errors and of documents; each part looked at alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.errors import RedisErrorCounts
from bot.backends.redis.latency import RedisLatencyLog
from bot.backends.redis.machines import RedisMachineLog
from bot.commands.cards import Card, Table
from bot.commands.stats.answers import meaning
from bot.commands.stats.as_json import stats_as_json
from bot.commands.stats.gathering import Measured, Ratings, Sources, gather
from bot.commands.stats.stats import What
from bot.composition import measuring
from bot.errors import AssistantError, BadArgument, EngineBusy, HistoryUnavailable, IndexLocked
from bot.messages import Language
from bot.ports import ChartKind, GpuSample, LatencySample, LoadedModel, MachineSample
from bot.retrieval.loading import Reason
from bot.retrieval.manifest import Failure, Stamp
from bot.retrieval.reports import IndexProgress, Standing
from bot.stats.errors import ErrorTally
from bot.stats.hardware import Hardware, HardwareProbe
from bot.stats.spans import read_span
from bot.wording import Wording, speak
from tests.bot.commands.conftest import NOW, House, values
from tests.doubles.drawing import FakeCharts

AWAY = HistoryUnavailable(where="redis", reason="refused")
GB = 10**9


class Waiting:
    """An inbox in which so many wait."""

    def __init__(self) -> None:
        self.down: AssistantError | None = None

    async def waiting(self) -> int:
        if self.down:
            raise self.down
        return 3


class Bare(HardwareProbe):
    """A machine that tells nothing, so that what others tell is seen."""

    def __init__(self) -> None:
        pass

    async def read(self) -> Hardware:
        return Hardware(None, None, (), None)


@dataclass
class Documents:
    """An indexer and its index."""

    standing_: Standing = field(default_factory=lambda: Standing(None, None, None, (), NOW - 7200, ran_at=NOW - 60))
    down: AssistantError | None = None
    models: tuple[str, ...] = ("multilingual-e5-small@int8-abc",)
    counted: int = 0

    async def standing(self) -> Standing:
        return self.standing_

    async def documents(self) -> Sequence[None]:
        self.counted += 1
        return [None] * 12

    async def size(self) -> tuple[int, int]:
        if self.down:
            raise self.down
        return 340, 2_500_000


@dataclass
class Team:
    """A house in which everything is measured."""

    house: House
    latency: RedisLatencyLog
    machines: RedisMachineLog
    tally: ErrorTally
    waiting: Waiting
    documents: Documents
    redis: FakeAsyncRedis
    charts: FakeCharts = field(default_factory=FakeCharts)
    ratings: Ratings | None = None

    @property
    def sources(self) -> Sources:
        measured = Measured(
            digests=self.latency,
            errors=self.tally,
            machines=self.machines,
            machine="gateway",
            inbox=self.waiting,  # type: ignore[arg-type]
            parallel=4,
            indexing=self.documents,
            index=self.documents,  # type: ignore[arg-type]
            ratings=self.ratings,
        )
        return Sources(self.house.engine, self.latency, Bare(), self.house.feedback, measured)

    async def card(self, text: str = "stats", **given: str) -> Card:
        command, parsed = self.house.registry.parse(text)
        asked = self.sources
        own = replace(
            command.run.__self__,  # type: ignore[attr-defined]
            latency=asked.latency,
            hardware=asked.hardware,
            charts=self.charts,
            measured=asked.measured,
        )
        (stats,) = own.commands()
        card = await self.house.registry.run(self.house.invocation, stats, {**parsed, **given})
        assert isinstance(card, Card)
        return card

    async def told(self, machine: str, *samples: MachineSample) -> None:
        for sample in reversed(samples):
            await self.machines.record(machine, sample)
            await self.redis.delete(f"test:v1:machine-told:{machine}")


@pytest.fixture
async def team(house: House) -> Team:
    kept = RedisConnection(house.redis, where="fakeredis")
    latency = RedisLatencyLog(kept, prefix="test", max_samples=50, max_age=timedelta(days=30))
    machines = RedisMachineLog(kept, prefix="test")
    tally = ErrorTally(RedisErrorCounts(kept, prefix="test"), clock=lambda: NOW)
    return Team(house, latency, machines, tally, Waiting(), Documents(), house.redis)


def table(card: Card, title: str) -> Table:
    return next(table for table in card.tables if table.title.startswith(title))


def turn(ago: float = 0, model: str = "owl:3b", **figures: float | bool | None) -> LatencySample:
    return LatencySample(model, NOW - ago, 4000, ttft_ms=2000, queue_ms=100, retrieval_ms=50, **figures)  # type: ignore[arg-type]


def busy(ago: float, cpu: float = 50.0, **other: object) -> MachineSample:
    return MachineSample(NOW - ago, cpu, 3 * GB, 4 * GB, **other)  # type: ignore[arg-type]


# --- over a span ----------------------------------------------------------------------------------------------


async def test_answer_times_are_told_over_the_span_that_is_asked_for(team: Team) -> None:
    for ago in (60, 20 * 3600, 3 * 86_400):
        await team.latency.record(turn(ago))
    for span, turns, title in (
        ("1h", "1", "in the last hour"),
        ("24h", "2", "in the last 24 hours"),
        ("7d", "3", "in the last 7 days"),
    ):
        shown = table(await team.card(since=span), "Answer times")
        assert (shown.title, shown.rows[0][:2]) == (f"Answer times {title} (p50 / p95)", ("owl:3b", turns))


async def test_without_a_span_it_is_the_last_turns_exactly_as_they_were(team: Team) -> None:
    await team.latency.record(turn(20 * 86_400))
    shown = table(await team.card(), "Answer times of the last turns")
    assert shown.rows[0][-1] == "4.00 / 4.00"


async def test_each_stage_is_told_at_length(team: Team) -> None:
    await team.latency.record(turn(abstained=True, tokens_per_second=20.0))
    card = await team.card(what="latency")
    counts, stages = card.tables
    assert counts.columns == ("Model", "Turns", "Not in the documents", "Cold starts", "Tokens/s", "Total (s)")
    assert counts.rows == (("owl:3b", "1", "1", "0", "20.0 / 20.0", "4.00 / 4.00"),)
    assert stages.columns == ("Model", "Queue (s)", "Search (s)", "Loading (s)", "First token (s)")
    assert stages.rows == (("owl:3b", "0.10 / 0.10", "0.05 / 0.05", "–", "2.00 / 2.00"),)
    assert card.fields == ()
    assert [chart.title for chart in team.charts.drawn[0]] == ["Answer times"]


async def test_a_span_without_answers_says_so(team: Team) -> None:
    assert values(await team.card(since="90m"))["Answer times"] == "no answers in the last 90 minutes"
    team.house.in_czech()
    assert values(await team.card(since="2h"))["Doby odpovědí"] == "žádné odpovědi za poslední 2 hodiny"


@pytest.mark.parametrize("since", ["yesterday", "0h", "60d", "24"])
async def test_what_is_no_span_is_refused_with_those_that_are(team: Team, since: str) -> None:
    with pytest.raises(BadArgument) as refused:
        await team.card(since=since)
    assert refused.value.expected == "1h, 24h, 7d, 30d, 90m"


async def test_the_usual_spans_are_offered(team: Team) -> None:
    (command,) = [command for command in team.house.registry.commands if command.name == "stats"]
    offered = await team.house.registry.completions(team.house.invocation, command, "since", typed="7")
    assert offered == ("7d",)


@pytest.mark.parametrize(("word", "what"), [("chyby", "errors"), ("POCITAC", "hardware"), ("dokumenty", "index")])
async def test_czechs_call_each_part_by_their_own_word(team: Team, word: str, what: str) -> None:
    card = await team.card(f"stats {word}")
    assert card.title == speak(Language.ENGLISH)(f"stats-title-{what}")


@pytest.mark.parametrize("what", list(What))
async def test_each_part_has_a_card_of_its_own_even_while_the_store_is_away(
    team: Team, what: What, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise AWAY

    for store, name in ((team.latency, "digests"), (team.latency, "samples"), (team.machines, "samples")):
        monkeypatch.setattr(store, name, away)
    monkeypatch.setattr(team.tally, "counts", away)
    monkeypatch.setattr(team.house.feedback, "counts", away)
    team.waiting.down = AWAY
    card = await team.card(what=what)
    assert card.fields
    said = " ".join(values(card).values())
    assert ("conversation history" in said) is (what is not What.INDEX)


# --- machines -------------------------------------------------------------------------------------------------


async def test_every_machine_has_a_row_with_what_is_in_use_now_and_was_at_most(team: Team) -> None:
    card = GpuSample(98, 18 * GB, 24 * GB, 71, 280)
    await team.told("gpu-1", busy(5, 20, gpus=(card,)), busy(60, 90, gpus=(replace(card, busy=100),)))
    await team.told("gateway", busy(10, 7, celsius=48.0))
    shown = table(await team.card(), "Machines")
    assert shown.columns == ("Machine", "CPU %", "RAM %", "GPU %", "VRAM %", "°C", "W")
    assert shown.rows == (
        ("gateway", "7 / 7", "75 / 75", "–", "–", "48 / 48", "–"),
        ("gpu-1", "20 / 90", "75 / 75", "98 / 100", "75 / 75", "71 / 71", "280 / 280"),
    )


async def test_what_no_machine_tells_has_no_column(team: Team) -> None:
    await team.told("gateway", busy(5))
    assert table(await team.card(), "Machines").columns == ("Machine", "CPU %", "RAM %")


async def test_a_machine_that_went_away_is_marked_with_its_age_and_has_no_figures_of_now(team: Team) -> None:
    await team.told("gpu-1", busy(400, 20), busy(415, 90))
    assert table(await team.card(), "Machines").rows == (("gpu-1 (6 minutes ago)", "– / 90", "– / 75"),)
    team.house.in_czech()
    assert table(await team.card(), "Počítače").rows[0][0] == "gpu-1 (před 6 minutami)"


async def test_the_last_hour_is_drawn_of_the_machine_that_has_graphics_cards(team: Team) -> None:
    gpus = (GpuSample(50, 6 * GB, 24 * GB),)
    await team.told("gpu-1", *(busy(ago, 20, gpus=gpus) for ago in (5, 65, 125)))
    await team.told("gateway", *(busy(ago, 7) for ago in (5, 65)))
    await team.card(what="hardware")
    ((lines,),) = team.charts.drawn
    assert (lines.title, lines.kind, lines.most) == ("Last hour of gpu-1", ChartKind.LINES, 100.0)
    assert [(series.name, series.values[-3:]) for series in lines.series] == [
        ("Processor", (20.0, 20.0, 20.0)),
        ("RAM", (75.0, 75.0, 75.0)),
        ("GPU", (50.0, 50.0, 50.0)),
        ("VRAM", (25.0, 25.0, 25.0)),
    ]
    assert (lines.labels[0], lines.labels[-1]) == ("−19 min", "now")


async def test_the_last_hour_is_drawn_from_where_anything_is_known(team: Team) -> None:
    await team.told("gateway", busy(5, 10), busy(31 * 60, 40))
    await team.card(what="hardware")
    ((lines,),) = team.charts.drawn
    assert lines.labels[0] == "−31 min"
    assert [(len(series.values), series.values[0]) for series in lines.series] == [(32, 40.0), (32, 75.0)]


async def test_without_graphics_cards_it_is_this_machine_s_hour(team: Team) -> None:
    await team.told("another", busy(5), busy(65))
    await team.told("gateway", busy(5, 10), busy(65, 40))
    picture = (await team.card(what="hardware")).picture
    assert picture is not None
    assert picture.description == (
        "Last hour of gateway (% in use): Processor: between 10 and 40, 10 in the end; "
        "RAM: between 75 and 75, 75 in the end."
    )


async def test_before_there_is_a_line_nothing_is_drawn_of_machines_that_tell_nothing(team: Team) -> None:
    await team.told("gateway", busy(5))
    assert (await team.card(what="hardware")).picture is None


# --- engine, errors, documents, models ------------------------------------------------------------------------


async def test_who_waits_and_how_many_are_answered_at_once_is_told(team: Team) -> None:
    assert values(await team.card())["Queue"] == "3 questions wait · up to 4 answers at once"
    team.house.in_czech()
    assert values(await team.card())["Fronta"] == "čekají 3 otázky · nejvýš 4 odpovědi najednou"


async def test_errors_are_told_in_a_line_and_at_length_with_what_they_mean(team: Team) -> None:
    assert "Errors" not in values(await team.card())
    for _ in range(2):
        team.tally.count(EngineBusy("ollama"))
    await team.tally.flush()
    team.tally.count(AWAY)
    line = values(await team.card())["Errors"]
    assert line == "3 in the last 24 hours, most often: the engine had more to do than it could take (2)"
    shown = table(await team.card(what="errors", since="7d"), "Errors that people were told in the last 7 days")
    assert shown.rows == (
        ("2", "the engine had more to do than it could take", "engine-busy"),
        ("1", "the conversation history couldn't be reached", "history-unavailable"),
    )


async def test_with_no_error_at_all_that_is_said_where_it_is_asked(team: Team) -> None:
    assert values(await team.card(what="errors")) == {"Errors": "none in the last 24 hours"}


def test_every_error_has_a_meaning_in_every_language() -> None:
    def kinds(of: type[AssistantError]) -> set[type[AssistantError]]:
        return {of, *(kind for below in of.__subclasses__() for kind in kinds(below))}

    codes = {kind.code for kind in kinds(AssistantError) if kind.__module__.startswith("bot.errors")}
    for language in Language:
        assert [code for code in sorted(codes) if meaning(code, speak(language)) == code] == []


def test_an_error_that_another_sova_counted_is_called_by_its_code() -> None:
    assert meaning("from-the-future", speak(Language.ENGLISH)) == "from-the-future"


async def test_documents_are_told_in_a_line_without_counting_them(team: Team) -> None:
    assert values(await team.card())["Documents"] == "340 passages · changed 2 hours ago"
    assert team.documents.counted == 0


async def test_the_index_tells_its_size_its_age_its_models_and_why_files_could_not_be_read(team: Team) -> None:
    failures = [Failure(f"hr/{name}", reason, Stamp(1, 1), 1, NOW) for name, reason in (("a", Reason.ENCRYPTED),) * 2]
    failures.append(Failure("b", Reason.EMPTY, Stamp(1, 1), 1, NOW))
    team.documents.standing_ = replace(
        team.documents.standing_, failures=tuple(failures), progress=IndexProgress(3, 12, "hr/secret.md")
    )
    card = await team.card(what="index")
    assert values(card) == {
        "Documents": "12",
        "Chunks": "340",
        "Index": "2.5 MB",
        "Last change": "2 hours ago",
        "Last complete run": "1 minute ago",
        "Running": "3 of 12 documents",
        "Embedding models": "multilingual-e5-small",
        "Can't be read": "3 files couldn't be read",
    }
    assert card.tables[0].rows == (("it is protected by a password", "2"), ("there is no text in it", "1"))
    assert not re.search(r"hr/", str(card))


async def test_an_index_that_is_away_leaves_what_is_known_of_its_runs(team: Team) -> None:
    team.documents.down = IndexLocked("index")
    shown = values(await team.card(what="index"))
    assert shown["Index"].startswith("Another program is using the index")
    assert shown["Last change"] == "2 hours ago"


async def test_models_come_with_their_votes_and_how_they_did_in_comparisons(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rated(say: Wording) -> Sequence[Table]:
        return (Table(("Model", "Elo"), (("owl:3b", "1016"),), title="Comparisons"),)

    async def loaded() -> Sequence[LoadedModel]:
        return (LoadedModel("owl:3b", ram_bytes=GB),)

    team.ratings = rated
    monkeypatch.setattr(team.house.engine, "loaded", loaded)
    card = await team.card(what="models")
    assert [table.title for table in card.tables] == ["Loaded models", "Comparisons"]

    async def away(say: Wording) -> Sequence[Table]:
        raise AWAY

    team.ratings = away
    assert "redis" in values(await team.card(what="models"))["Comparisons"]


# --- plain figures --------------------------------------------------------------------------------------------


async def plain(team: Team, span: str | None = None) -> Any:  # noqa: ANN401 - as JSON is
    over = read_span(span) if span else None
    told = await gather(team.sources, over, now=NOW)
    return stats_as_json(told, over, engine=team.house.engine, now=NOW)


async def test_programs_get_the_same_as_plain_figures(team: Team) -> None:
    await team.latency.record(turn(60))
    await team.told("gpu-1", busy(5, 20, gpus=(GpuSample(98, 18 * GB, 24 * GB, 71, 280),)))
    team.tally.count(EngineBusy("ollama"))
    told = await plain(team, "24h")
    assert told["answers"]["span"] == "24h"
    assert told["answers"]["models"]["owl:3b"]["turns"] == 1
    assert told["answers"]["models"]["owl:3b"]["total_ms"]["p95"] == pytest.approx(4000, rel=0.05)
    assert told["machines"]["gpu-1"]["gpu_percent"] == {"now": 98.0, "most": 98.0}
    assert told["errors"] == {"span": "24h", "codes": {"engine-busy": 1}}
    assert (told["engine"]["engine"], told["engine"]["waiting"], told["engine"]["parallel"]) == ("scripted", 3, 4)
    assert told["index"]["size"] == {"chunks": 340, "bytes": 2_500_000}


async def test_what_failed_is_told_by_its_code(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(**_: object) -> None:
        raise AWAY

    monkeypatch.setattr(team.tally, "counts", away)
    told = await plain(team)
    assert told["errors"] == {"error": "history-unavailable"}
    assert told["answers"] == {"span": None, "models": {}}


async def test_the_last_errors_that_cannot_be_kept_at_the_end_bother_nobody(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise AWAY

    monkeypatch.setattr(team.tally, "flush", away)
    await measuring.keep_last(team.tally)
