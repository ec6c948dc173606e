from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.command import Invocation
from bot.commands.comparing.contestants import Choosing, Named, Way, read
from bot.messages import Author
from bot.models.selection import ModelSelection
from bot.ports import LoadedModel
from tests.bot.commands.conftest import CHANNEL, NOW
from tests.bot.commands.models.test_fit import GB, LLAMA, MIXTRAL, SMALL, Desk
from tests.doubles.memory import MemoryPins

PAIR = (LLAMA, SMALL)
ANA = Invocation("c1", CHANNEL, Author("U1", "Ana"), at=NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def choosing(desk: Desk, *, parallel: int = 2, advised: bool = True) -> Choosing:
    selection = ModelSelection(desk.engine, MemoryPins(), default=None)
    return Choosing(desk.engine, selection, advisor=desk.advisor if advised else None, parallel=parallel)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, None),
        ({"first": "owl"}, None),
        ({"question": "Why?"}, Named("Why?", (), is_blind=False)),
        ({"question": "Why?", "first": "a", "third": "b"}, Named("Why?", ("a", "b"), is_blind=False)),
        ({"question": "Why?", "first": " a, b;c "}, Named("Why?", ("a", "b", "c"), is_blind=False)),
        ({"question": "Why?", "first": "a b", "second": "Blind"}, Named("Why?", ("a", "b"), is_blind=True)),
        ({"question": "Why?", "blind": "yes"}, Named("Why?", (), is_blind=True)),
        ({"question": "Why?", "blind": "no"}, Named("Why?", (), is_blind=False)),
    ],
)
def test_what_the_values_ask_for(values: dict[str, str], named: Named | None) -> None:
    assert read(values) == named


async def test_at_once_where_a_graphics_card_holds_them_and_the_engine_has_the_seats(desk: Desk) -> None:
    desk.card_of(24)
    assert await choosing(desk).way(PAIR) is Way.AT_ONCE


async def test_with_too_few_seats_they_take_turns(desk: Desk) -> None:
    desk.card_of(24)
    assert await choosing(desk, parallel=1).way(PAIR) is Way.FAIR


async def test_on_a_processor_they_take_turns_although_they_fit(desk: Desk) -> None:
    assert await choosing(desk).way(PAIR) is Way.FAIR


async def test_what_does_not_fit_together_takes_turns_and_that_is_why(desk: Desk) -> None:
    desk.ram = 6 * GB
    assert await choosing(desk).way(PAIR) is Way.NO_ROOM


async def test_each_fits_on_the_card_but_not_both(desk: Desk) -> None:
    desk.card_of(8)
    assert await choosing(desk).way(PAIR) is Way.FAIR


async def test_the_embedded_engine_holds_one_model(desk: Desk) -> None:
    desk.card_of(24)
    desk.engine.engine = "embedded"
    assert await choosing(desk).way(PAIR) is Way.ONE_HELD


async def test_where_nobody_knows_what_fits_they_take_turns(desk: Desk) -> None:
    desk.card_of(24)
    assert await choosing(desk, advised=False).way(PAIR) is Way.FAIR
    desk.engine.url = "http://10.0.0.9:11434"
    assert await choosing(desk).way(PAIR) is Way.FAIR


async def test_of_the_usual_ones_none_is_taken_of_which_it_is_known_that_it_does_not_fit(desk: Desk) -> None:
    _, models = await choosing(desk).models(Named("Why?", (), is_blind=False), ANA)
    assert [model.name for model in models] == ["llama3.1:8b", "llama3.2:1b", "mute"]
    assert MIXTRAL not in models


async def test_of_the_usual_ones_those_in_memory_come_first(desk: Desk) -> None:
    desk.engine.offers[3] = replace(desk.engine.offers[3], loaded=True)
    desk.engine.held = [LoadedModel("mute")]
    _, models = await choosing(desk).models(Named("Why?", (), is_blind=False), ANA)
    assert [model.name for model in models] == ["mute", "llama3.1:8b", "llama3.2:1b"]
