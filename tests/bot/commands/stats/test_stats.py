from collections.abc import Sequence

import pytest

from bot.errors import EngineGarbled, EngineUnreachable, HistoryUnavailable
from bot.ports import EngineHost, FeedbackEntry, LatencySample, LoadedModel, Vote, Votes
from tests.bot.commands.conftest import NOW, House, values
from tests.doubles.nvml import Card

CENTURIES = NOW + 300 * 365 * 24 * 3600


def load(house: House, monkeypatch: pytest.MonkeyPatch, *models: LoadedModel) -> None:
    async def loaded() -> Sequence[LoadedModel]:
        return models

    monkeypatch.setattr(house.engine, "loaded", loaded)


async def test_the_machine_tells_its_processor_memory_cards_and_disk(house: House) -> None:
    shown = values(await house.card("/stats"))
    assert "load" in shown["Processor"]
    assert "in use" in shown["Memory"]
    assert shown["GPU 0"] == "NVIDIA Owl · 37% busy · VRAM 6.0 GB of 24.0 GB in use"
    assert "free" in shown["Disk"]


async def test_a_machine_without_a_card_has_no_row_for_one(house: House) -> None:
    house.nvml.driver = False
    assert not any(name.startswith("GPU") for name in values(await house.card("/stats")))


async def test_a_card_shows_only_what_it_tells(house: House) -> None:
    house.nvml.cards = [Card(name="Quiet", rates=None, memory=None), Card(name="Half", rates=None)]
    shown = values(await house.card("/stats"))
    assert shown["GPU 0"] == "Quiet"
    assert shown["GPU 1"] == "Half · VRAM 6.0 GB of 24.0 GB in use"


async def test_loaded_models_tell_their_split_context_and_when_they_leave(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(
        house,
        monkeypatch,
        LoadedModel("owl:3b", ram_bytes=1_500_000_000, vram_bytes=0, context_tokens=8192, expires_at=NOW + 12 * 60),
        LoadedModel("stays", expires_at=CENTURIES),
        LoadedModel("leaves", expires_at=NOW - 5),
        LoadedModel("silent"),
    )
    (loaded,) = (await house.card("/stats")).tables
    assert loaded.rows == (
        ("owl:3b", "1.5 GB", "0.0 GB", "8,192", "in 12 minutes"),
        ("stays", "–", "–", "–", "stays"),
        ("leaves", "–", "–", "–", "in a moment"),
        ("silent", "–", "–", "–", "–"),
    )


async def test_where_no_engine_tells_when_models_leave_no_column_is_kept_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(house, monkeypatch, LoadedModel("owl:3b", ram_bytes=1_500_000_000))
    (loaded,) = (await house.card("/stats")).tables
    assert loaded.columns == ("Model", "RAM", "VRAM", "Context (tokens)")
    assert loaded.rows == (("owl:3b", "1.5 GB", "–", "–"),)


async def test_answer_times_are_shown_per_model_at_p50_and_p95(house: House) -> None:
    for at in range(1, 22):
        await house.latency.record(
            LatencySample("owl:3b", at=at, total_ms=at * 100, ttft_ms=at * 10, tokens_per_second=at)
        )
    await house.latency.record(LatencySample("owl:3b", at=22, total_ms=1100, load_ms=2500, cold=True))
    times = (await house.card("/stats")).tables[-1]
    assert times.title == "Answer times of the last turns (p50 / p95)"
    assert times.rows == (("owl:3b", "22", "1", "2.50 / 2.50", "0.11 / 0.20", "11.0 / 20.0", "1.10 / 2.00"),)


async def test_a_real_turn_shows_up_in_the_answer_times(house: House) -> None:
    await house.ask("hello?")
    assert [row[:3] for row in (await house.card("/stats")).tables[-1].rows] == [("owl:3b", "1", "0")]


async def test_with_nothing_loaded_and_nothing_measured_it_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(house, monkeypatch)
    card = await house.card("/stats")
    assert values(card)["Loaded models"] == "none right now; the next question loads one"
    assert values(card)["Answer times"] == "no answers measured yet"
    assert card.tables == ()


async def test_with_the_engine_down_the_rest_is_still_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> None:
        raise EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")

    await house.ask("hello?")
    monkeypatch.setattr(house.engine, "version", fail)
    monkeypatch.setattr(house.engine, "loaded", fail)
    card = await house.card("/stats")
    assert values(card)["Engine"].startswith("I can't reach the engine (ollama) at http://127.0.0.1:11434.")
    assert values(card)["Processor"]
    assert len(card.tables) == 1


async def test_each_host_of_several_has_a_row(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hosts() -> Sequence[EngineHost]:
        return (
            EngineHost(
                "http://gpu-1:11434", 2, 1, version="0.17.1", loaded=(LoadedModel("owl:3b"), LoadedModel("lark"))
            ),
            EngineHost("http://gpu-2:11434", 2, 0, trouble=EngineUnreachable("ollama", "http://gpu-2:11434")),
            EngineHost("http://gpu-3:11434", 2, 0, trouble=EngineGarbled("ollama", "HTML")),
        )

    monkeypatch.setattr(house.engine, "hosts", hosts, raising=False)
    table = next(table for table in (await house.card("/stats")).tables if table.title == "Engine hosts")
    assert table.columns == ("Host", "State", "Loaded models", "Under way")
    assert table.rows[:2] == (
        ("http://gpu-1:11434", "answers (0.17.1)", "owl:3b, lark", "1 of 2"),
        ("http://gpu-2:11434", "left out: nobody answers there", "–", "0 of 2"),
    )
    assert table.rows[2][1].startswith("left out: The engine (ollama) answered with something I can't read.")
    house.in_czech()
    table = (await house.card("/stats")).tables[0]
    assert [row[1] for row in table.rows[:2]] == ["odpovídá (0.17.1)", "vynechán: nikdo tam neodpovídá"]


async def test_an_engine_without_several_hosts_has_no_rows_for_them(house: House) -> None:
    assert not any(table.title == "Engine hosts" for table in (await house.card("/stats")).tables)


async def test_with_the_history_down_the_rest_is_still_shown(house: House) -> None:
    house.latency.down = HistoryUnavailable(where="redis", reason="refused")
    shown = values(await house.card("/stats"))
    assert shown["Answer times"].startswith("I can't reach the conversation history")
    assert shown["Engine"] == "scripted 1 at scripted://"


async def test_figures_are_written_as_czechs_write_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.in_czech()
    load(house, monkeypatch, LoadedModel("owl:3b", ram_bytes=1_500_000_000, expires_at=NOW + 120))
    card = await house.card("/stats")
    assert values(card)["GPU 0"] == "NVIDIA Owl · vytížení 37 % · VRAM: obsazeno 6,0 GB z 24,0 GB"
    assert card.tables[0].rows[0][1] == "1,5 GB"
    assert card.tables[0].rows[0][4] == "za 2 minuty"


async def test_votes_are_shown_per_model(house: House) -> None:
    here = house.invocation.conversation
    for turn, model, vote in (("1", "owl:3b", Vote.UP), ("2", "owl:3b", Vote.DOWN), ("3", "owl:3b", Vote.UP)):
        await house.feedback.record(FeedbackEntry(turn, here, "U1", vote, NOW, model=model))
    await house.feedback.record(FeedbackEntry("4", here, "U1", Vote.DOWN, NOW))
    tables = {table.title: table for table in (await house.card("/stats")).tables}
    table = tables["What people think of the answers"]
    assert table.columns == ("Model", "👍", "👎")
    assert table.rows == (("owl:3b", "2", "1"), ("no longer known", "0", "1"))


async def test_where_nobody_has_voted_there_is_nothing_about_votes(house: House) -> None:
    assert [table.title for table in (await house.card("/stats")).tables if "think" in table.title] == []


async def test_votes_that_cannot_be_read_leave_the_rest(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> dict[str, Votes]:
        raise HistoryUnavailable(where="redis", reason="refused")

    monkeypatch.setattr(house.feedback, "counts", away)
    shown = values(await house.card("/stats"))
    assert "redis" in shown["Votes on answers"]
    assert "free" in shown["Disk"]
