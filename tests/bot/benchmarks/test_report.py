from dataclasses import replace
from pathlib import Path

import pytest

from bot.benchmarks.charting import charts_of
from bot.benchmarks.exporting import BEGIN, END, Report, comma_separated, exported, markdown
from bot.benchmarks.records import (
    Ended,
    Energy,
    EnergySource,
    Failure,
    Judging,
    LoadNote,
    MeasuredModel,
    Price,
    Rating,
    Run,
)
from bot.benchmarks.report import failures, headline, sections
from bot.messages import Language
from bot.wording import speak
from tests.bot.benchmarks.samples import model, run, sample, warm

ENGLISH = speak(Language.ENGLISH)


def measured() -> Run:
    """Everything that there can be to tell."""
    samples = [sample(name, number=number) for name in ("owls", "mice", "cats") for number in (1, 2)]
    owl = replace(
        model([*samples, warm(samples[0])]),
        load_ms=2_500.0,
        load=LoadNote.MEASURED,
        peak_ram=1_500_000_000,
        energy=Energy(0.5, 60.0, EnergySource.HEURISTIC, 16.0),
    )
    mute = replace(sample(), prompt_ms=None, generation_ms=None, completion_tokens=None)
    lark = replace(model([mute, sample("mice", ttft=None, tokens=0)], name="lark"), load=LoadNote.WAS_LOADED)
    failed = MeasuredModel("wolf|<b>", failure=Failure("unknown-model", {"name": "wolf", "engine": "x", "nearest": ""}))
    return replace(
        run(owl, lark, failed),
        ratings=(
            Rating("owl:1b", "owls", 5),
            Rating("owl:1b", "owls", 3, by="lark"),
            Rating("lark", "owls", 4, by="lark"),
        ),
        judgings=(Judging("lark", unreadable=2),),
        price=Price(6.5, "CZK"),
        ended=Ended.STOPPED,
    )


@pytest.mark.parametrize("language", Language)
def test_a_report_has_every_table_in_every_language(language: Language) -> None:
    say = speak(language)

    told = sections(measured(), say, earlier=measured())

    assert [one.key for one in told] == ["speed", "latency", "resources", "quality", "truth", "comparison"]
    assert all(len(row) == len(one.columns) for one in told for row in one.rows)
    assert all(one.title and one.rows for one in told)
    sentences = [*headline(measured(), say), *failures(measured(), say), *(note for one in told for note in one.notes)]
    assert all(sentence and "{" not in sentence for sentence in sentences)


def test_figures_stand_beside_their_model() -> None:
    speed, latency, resources, quality, truth = sections(measured(), ENGLISH)

    assert speed.rows[0] == ("owl:1b", "2.50", "0.10", "0.10", "100.0", "500.0", "10.0")
    assert speed.rows[1][1] == "–"
    assert latency.rows[0][:3] == ("owl:1b", "6", "1.10")
    assert resources.rows[0] == ("owl:1b", "1.0", "1.5", "–", "83.3", "7,575.8", "0.542", "49.242")
    assert quality.columns == ("Model", "Checks", "By hand", "By lark")
    assert quality.rows == (("owl:1b", "50 %", "5.0 (1)", "3.0 (1)"), ("lark", "50 %", "–", "4.0 (1) *"))
    assert truth.rows[0][-1] == "0.00 %"


def test_how_a_figure_came_about_is_said() -> None:
    notes = " ".join(note for one in sections(measured(), ENGLISH) for note in one.notes)

    for words in (
        *("lark was in memory already", "reading is by Sova's clock", "pieces of the stream", "one empty answer"),
        *("estimated, 8 W", "judged its own answers", "2 verdicts were no score", "differs from the engine's by 0 %"),
    ):
        assert words in notes


def test_a_clock_that_differs_by_more_than_three_percent_is_told() -> None:
    off = run(model([replace(sample(), generation_ms=900.0)]))

    truth = sections(off, ENGLISH)[-1]

    assert "more than 3 %" in truth.notes[0]


def test_what_failed_and_why_is_said() -> None:
    broken = replace(sample(number=2), failure=Failure("engine-interrupted", {"engine": "x", "model": "owl:1b"}))
    given_up = replace(model([broken], name="crow"), failure=broken.failure)

    told = failures(
        run(model([sample(), broken]), given_up, MeasuredModel("wolf", failure=Failure("from-later"))), ENGLISH
    )

    assert [sentence.partition(":")[0] for sentence in told] == ["owl", "crow was given up", "wolf was skipped"]
    assert "failed to answer once" in told[0]
    assert "from-later" in told[2]


def test_a_run_without_an_answer_has_no_tables_and_no_chart() -> None:
    nothing = run(MeasuredModel("wolf", failure=Failure("unknown-model")))

    assert sections(nothing, ENGLISH) == ()
    assert charts_of(nothing, ENGLISH) == ()


def test_busy_neighbours_are_named() -> None:
    quiet = measured()
    busy = replace(quiet, machine=replace(quiet.machine, others=1.5), is_here=False)

    assert "1.5 cores busy" not in " ".join(headline(quiet, ENGLISH))
    assert "1.5 cores busy" in " ".join(headline(busy, ENGLISH))


def test_charts_show_writing_and_waiting() -> None:
    writing, waiting = charts_of(measured(), speak(Language.CZECH))

    assert writing.labels == ("owl:1b", "lark")
    assert writing.series[0].values[0] == 10.0
    assert [series.values[0] for series in waiting.series] == [0.1, 0.1]
    assert waiting.decimal_mark == ","


def test_markdown_shows_the_picture_and_lets_no_name_out_of_its_cell() -> None:
    page = markdown(Report(measured()), ENGLISH, picture="pictures/benchmark.png")

    assert "](pictures/benchmark.png)" in page
    assert "<b>" not in page
    assert page.count("\n| owl:1b |") == 5


def test_a_page_with_marks_keeps_what_stands_around_them() -> None:
    present = f"# Figures\n\nOurs.\n\n{BEGIN}\nold\n{END}\n\n## More\n"

    told = exported(
        Report(measured()), Path("docs/page.md"), ENGLISH, present=present, picture=Path("docs/pictures/chart.png")
    ).decode()

    assert told.startswith("# Figures\n\nOurs.\n\n")
    assert told.endswith(f"{END}\n\n## More\n")
    assert "(pictures/chart.png)" in told
    assert "old" not in told.replace("folder", "")


def test_a_spreadsheet_gets_a_line_for_each_answer_and_no_formula() -> None:
    lines = comma_separated(run(model([sample(), sample(ttft=None, tokens=0)], name="=cmd()"))).splitlines()

    assert len(lines) == 3
    assert lines[1].startswith("'=cmd(),owls,1,cold,100.000,1100.000,100.000,50,50,11,")
    assert lines[2].startswith("'=cmd(),owls,1,cold,,1100.000,,")
