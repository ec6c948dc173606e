import math

import pytest

from bot.retrieval.judging import LEAST_ODDS, is_about


def odds(log_odds: float) -> dict[str, float]:
    """Alternatives in which "same" has these odds against "else"."""
    same = 1 / (1 + math.exp(-log_odds))
    return {"same": math.log(same), "else": math.log(1 - same)}


@pytest.mark.parametrize(("above", "expected"), [(0.01, True), (-0.01, False)])
def test_the_odds_decide_and_not_the_word(above: float, *, expected: bool) -> None:
    assert is_about("same", odds(LEAST_ODDS + above)) is expected


def test_pieces_capitals_and_quotation_marks_count_for_their_word() -> None:
    likely = {'"': -9.0, " Same": math.log(0.2), "s": math.log(0.2), '"same"': math.log(0.15), "else": math.log(0.4)}
    assert is_about("else", likely)


def test_a_word_that_is_not_among_the_likely_ones_is_unlikely() -> None:
    assert is_about("same", {"same": -0.01})
    assert not is_about("else", {"else": -0.01})


@pytest.mark.parametrize(
    ("said", "expected"), [("same", True), (" Else", False), ("el", False), ("", True), ("I", True)]
)
def test_without_odds_the_word_decides_and_doubt_speaks_for_the_passages(said: str, *, expected: bool) -> None:
    assert is_about(said, {}) is expected


def test_odds_of_something_else_are_none() -> None:
    assert is_about("", {"<think>": -0.001, "else": -7.0})
    assert not is_about("else", {"<think>": -0.001})
