import math

import pytest

from bot.retrieval.judging import CALIBRATED, QUESTIONS, JudgeQuestion, log_odds, sentences_of, trust

WRITTEN = JudgeQuestion("written", "Is it there?", good="written", bad="missing")
DOUBTFUL = {name: sign.usual for name, sign in CALIBRATED.signs.items()}


def trust_enough(signs: dict[str, float]) -> bool:
    return trust(signs) >= CALIBRATED.least


def likely(**probabilities: float) -> dict[str, float]:
    return {token: math.log(probability) for token, probability in probabilities.items()}


def test_the_odds_count_and_not_the_word() -> None:
    assert log_odds(WRITTEN, "missing", likely(written=0.45, missing=0.15)) == pytest.approx(math.log(3), abs=1e-3)


def test_pieces_capitals_and_quotation_marks_count_for_their_word() -> None:
    tokens = {'"': -9.0, " Written": math.log(0.2), "w": math.log(0.2), '"written"': math.log(0.2)}
    assert log_odds(WRITTEN, "", tokens | likely(miss=0.2)) == pytest.approx(math.log(3), abs=1e-3)


def test_a_word_that_is_not_among_the_likely_ones_is_unlikely() -> None:
    assert (log_odds(WRITTEN, "", {"written": -0.01}) or 0) > 10
    assert (log_odds(WRITTEN, "", {"missing": -0.01}) or 0) < -10


@pytest.mark.parametrize(
    ("said", "expected"), [("written", 1.0), (" Missing.", -1.0), ("miss", -1.0), ("", None), ("I", None)]
)
def test_without_odds_the_word_counts_and_another_word_says_nothing(said: str, expected: float | None) -> None:
    assert log_odds(WRITTEN, said, {}) == expected
    assert log_odds(WRITTEN, said, {"<think>": -0.001, "missing": -7.0}) == expected


def test_a_model_that_says_nothing_does_not_keep_itself_from_answering() -> None:
    assert trust_enough({})
    assert trust_enough(DOUBTFUL)


@pytest.mark.parametrize("sign", [question.name for question in QUESTIONS] + ["closest.e5"])
def test_each_sign_decides_where_the_others_leave_it_open(sign: str) -> None:
    far = 3 / CALIBRATED.signs[sign].weight
    assert trust_enough(DOUBTFUL | {sign: DOUBTFUL[sign] + far})
    assert not trust_enough(DOUBTFUL | {sign: DOUBTFUL[sign] - far})


def test_a_model_that_says_no_twice_is_believed_without_odds_and_without_embedding() -> None:
    assert not trust_enough({question.name: -1.0 for question in QUESTIONS})
    assert trust_enough({question.name: 1.0 for question in QUESTIONS})


def test_the_sentences_of_a_passage_are_its_lines_items_and_sentences() -> None:
    text = "# A\n\nThe paper is in cabinet 12. Ask Eva for a key: she has some on Mondays.\n- Falcon is a printer\nOk."
    assert list(sentences_of(text)) == [
        "The paper is in cabinet 12.",
        "Ask Eva for a key:",
        "she has some on Mondays.",
        "Falcon is a printer",
    ]
