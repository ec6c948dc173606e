import json
import pickle
import subprocess
import sys
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import pytest

from bot.backends.charts.style import COLOURS
from bot.ports import Chart, ChartKind, Series

LONG = "hf.co/bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M"
STAGES = ("fronta", "hledání", "načítání", "první token", "zbytek odpovědi")
STACKED = Chart(
    "Doby odpovědí",
    "sekundy, medián každé části",
    (LONG, "příliš žluťoučký kůň", "two\nlines", "sova 🦉", r"$\frac$", "owl:3b"),
    tuple(Series(name, (0.25, 0.5, 0.0, 1.0, 2.0, None)) for name in STAGES),
    ChartKind.STACKED,
    marks=Series("95 % hotovo do", (2.5, 3.0, None, 9.0, 12.5, 1.0)),
    notes=("120 odpovědí",) * 6,
    decimal_mark=",",
)
MACHINE = Chart("This machine now", "% in use", ("Processor", "RAM"), (Series("", (40.0, 62.0)),), most=100.0)
HOUR = Chart(
    "The last hour",
    "%",
    tuple(f"14:{minute:02}" for minute in range(60)),
    (Series("GPU 0", tuple(float(minute) if minute % 7 else None for minute in range(60))),) * 2,
    ChartKind.LINES,
    marks=Series("pulled", (None,) * 30 + (50.0,) + (None,) * 29),
)
BENCHMARK = Chart(
    "Benchmark " * 12,
    "tokens/s",
    tuple(f"{LONG}-{number}" for number in range(4)),
    tuple(Series(f"a measure with quite a name {number}", (150.0, 30.0, None, 1234567.0)) for number in range(7)),
)
SMALL = Chart("Decimals", "s", ("one",), (Series("", (0.7,)),), decimal_mark=",")
NOTHING = Chart("All zero", "s", ("one",), (Series("", (0.0,)),), ChartKind.LINES)
PICTURES = {
    "stats": (STACKED, MACHINE),
    "one": (MACHINE,),
    "hour": (HOUR,),
    "benchmark": (BENCHMARK,),
    "all": (HOUR, BENCHMARK, STACKED),
    "small": (SMALL,),
    "nothing": (NOTHING,),
}


@dataclass(frozen=True)
class Drawn:
    """A picture's size, and its texts with left, bottom, right and top."""

    size: tuple[float, float]
    texts: list[tuple[str, float, float, float, float]]

    @property
    def words(self) -> list[str]:
        return [text for text, *_ in self.texts]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    """Every picture, drawn by one process."""
    told = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", "tests.bot.backends.charts.boxes"],
        input=pickle.dumps(list(PICTURES.values())),
        capture_output=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[4],
        env={"MPLCONFIGDIR": str(tmp_path_factory.mktemp("fonts")), "PYTHONUTF8": "1"},
    )
    return {name: Drawn(**one) for name, one in zip(PICTURES, json.loads(told.stdout), strict=True)}


@pytest.mark.parametrize("name", PICTURES)
def test_every_text_stands_inside_the_picture(drawn: dict[str, Drawn], name: str) -> None:
    picture = drawn[name]
    width, height = picture.size
    for text, left, bottom, right, top in picture.texts:
        assert left >= 20, text
        assert right <= width - 20, text
        assert bottom >= 20, text
        assert top <= height - 20, text


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_stands_on_another(drawn: dict[str, Drawn], name: str) -> None:
    for (text, *first), (other, *second) in combinations(drawn[name].texts, 2):
        left, right = max(first[0], second[0]), min(first[2], second[2])
        bottom, top = max(first[1], second[1]), min(first[3], second[3])
        assert left >= right or bottom >= top, (text, other)


def test_few_rows_make_a_low_picture_and_the_usual_ones_one_of_the_usual_height(drawn: dict[str, Drawn]) -> None:
    assert {picture.size[0] for picture in drawn.values()} == {1200}
    assert drawn["one"].size[1] < 350
    assert 600 <= drawn["stats"].size[1] <= 760


def test_long_names_keep_their_ends_and_short_ones_everything(drawn: dict[str, Drawn]) -> None:
    words = drawn["stats"].words
    (cut,) = (word for word in words if "…" in word)
    assert cut.startswith("hf.co/bart")
    assert cut.endswith("Q4_K_M")
    assert {"příliš žluťoučký kůň", "two lines", "sova 🦉", r"$\frac$", "120 odpovědí"} <= set(words)


def test_series_are_named_unless_there_is_only_one(drawn: dict[str, Drawn]) -> None:
    assert {*STAGES, "95 % hotovo do"} <= set(drawn["stats"].words)
    assert drawn["one"].words.count("This machine now") == 1
    assert len(drawn["one"].words) == len(["title", "unit", "Processor", "RAM", *range(0, 101, 20)])


def test_the_scale_is_written_as_its_readers_write_figures(drawn: dict[str, Drawn]) -> None:
    assert "0,2" in drawn["small"].words
    assert "0.2" not in drawn["small"].words


def test_a_scale_ends_where_it_is_told_to(drawn: dict[str, Drawn]) -> None:
    assert [word for word in drawn["one"].words if word.isdigit()] == ["0", "20", "40", "60", "80", "100"]


def test_as_many_moments_are_named_as_have_room_the_last_one_and_in_round_steps_before_it(
    drawn: dict[str, Drawn],
) -> None:
    named = [word for word in drawn["hour"].words if word.startswith("14:")]
    assert named == [
        "14:04",
        "14:09",
        "14:14",
        "14:19",
        "14:24",
        "14:29",
        "14:34",
        "14:39",
        "14:44",
        "14:49",
        "14:54",
        "14:59",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ()},
        {"series": ()},
        {"labels": ("one",)},
        {"notes": ("one",)},
        {"marks": Series("p95", (1.0,))},
        {"series": (Series("", (-1.0, 2.0)),)},
        {"series": (Series("", (float("nan"), 2.0)),)},
    ],
)
def test_a_chart_whose_figures_and_labels_do_not_match_is_none(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^there is|^a figure"):
        replace(MACHINE, **change)  # type: ignore[arg-type]


# --- colour vision --------------------------------------------------------------------------------------------

VISION = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "without red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "without green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "without blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""Machado, Oliveira and Fernandes (2009), severity 1.0, in linear RGB."""
JUST_DISTINCT = 0.05
"""A distance in Oklab, where 0.02 is about what can just be noticed."""


def linear(colour: str) -> list[float]:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]


def oklab(rgb: list[float]) -> list[float]:
    """Ottosson (2020)."""
    cones = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566))
    cones = (*cones, (0.0883024619, 0.2817188376, 0.6299787005))  # type: ignore[assignment]
    roots = [max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))) ** (1 / 3) for row in cones]
    parts = ((0.2104542553, 0.793617785, -0.0040720468), (1.9779984951, -2.428592205, 0.4505937099))
    parts = (*parts, (0.0259040371, 0.7827717662, -0.808675766))  # type: ignore[assignment]
    return [sum(a * b for a, b in zip(row, roots, strict=True)) for row in parts]


def seen(colour: str, vision: str) -> list[float]:
    rgb = linear(colour)
    return oklab([min(1.0, max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in VISION[vision]])


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart_by_everybody(vision: str) -> None:
    for one, other in combinations(COLOURS, 2):
        distance = sum((a - b) ** 2 for a, b in zip(seen(one, vision), seen(other, vision), strict=True)) ** 0.5
        assert distance > JUST_DISTINCT, (one, other, distance)
