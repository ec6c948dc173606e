import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import SparseEmbedder, SparseVector
from bot.retrieval.sparse import FoldedStems, tokens

BAGS: SparseEmbedder = FoldedStems()


def _shared(one: str, other: str) -> bool:
    return bool(set(BAGS.query(one).indices) & set(BAGS.query(other).indices))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("zamknout", "zamknutí"),
        ("radek", "řádek"),
        ("ŘÁDKY", "řádky"),
        ("filtering", "filter"),
        ("Předloha", "predlohu"),
        ("uzly", "UZLY"),
    ],
)
def test_forms_of_a_word_are_one_token_with_and_without_diacritics(typed: str, written: str) -> None:
    assert _shared(typed, written)


@pytest.mark.parametrize(("one", "other"), [("gpt4_turbo", "gpt4_large"), ("2024001", "2024002"), ("row", "column")])
def test_names_with_digits_or_underscores_stay_whole(one: str, other: str) -> None:
    assert _shared(one, one)
    assert not _shared(one, other)


def test_signs_are_no_tokens() -> None:
    assert tokens("Ctrl+Shift: “zámek” – e-mail!") == ["ctrl", "shift", "zamek", "e", "mail"]


def test_text_typed_in_composed_or_decomposed_letters_is_the_same() -> None:
    assert BAGS.passage("řádek") == BAGS.passage("řádek")


@pytest.mark.parametrize("text", ["", " \n", "…!?"])
def test_what_holds_no_word_is_an_empty_bag(text: str) -> None:
    assert BAGS.passage(text) == BAGS.query(text) == SparseVector((), ())


def test_a_question_counts_each_token_once() -> None:
    bag = BAGS.query("řádky, řádky a RADKY")
    assert len(bag.indices) == 2
    assert bag.values == (1.0, 1.0)


def test_a_passage_is_weighted_by_bm25() -> None:
    bags = FoldedStems(k=1.2, b=0.75, average_tokens=4)
    weights = dict(zip(bags.query("owl").indices, bags.passage("owl owl mouse night").values, strict=False))
    assert next(iter(weights.values())) == pytest.approx(2 * 2.2 / (2 + 1.2))  # as long as the average: no length term


def test_a_word_counts_less_in_a_longer_passage_and_more_when_repeated() -> None:
    (owl,) = BAGS.query("owl").indices

    def weight(text: str) -> float:
        bag = BAGS.passage(text)
        return bag.values[bag.indices.index(owl)]

    assert weight("owl") > weight("owl " + "mouse " * 200)
    assert weight("owl owl owl") > weight("owl mouse mouse")


def test_the_numbers_of_tokens_are_the_same_in_every_process() -> None:
    script = "from bot.retrieval.sparse import FoldedStems; print(FoldedStems().query('sova loví 192').indices)"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert other.stdout.strip() == str(BAGS.query("sova loví 192").indices)


def test_other_constants_are_another_model() -> None:
    assert FoldedStems(k=2).model != FoldedStems().model == FoldedStems().model


@given(st.text())
def test_any_text_has_a_bag_of_different_positive_numbers(text: str) -> None:
    bag = BAGS.passage(text)
    assert len(set(bag.indices)) == len(bag.indices) == len(bag.values)
    assert all(0 <= index < 2**32 for index in bag.indices)
    assert all(weight > 0 and math.isfinite(weight) for weight in bag.values)
    assert set(BAGS.query(text).indices) == set(bag.indices)
