from bot.commands.documents.evaluation import Evaluated, evaluation_card, evaluations_as_json
from bot.messages import Language
from bot.retrieval.evaluation.figures import Answered, Outcome, evaluate
from bot.wording import speak
from tests.bot.retrieval.evaluation.outcomes import citation, outcome, question

EN = speak(Language.ENGLISH)
OUTCOMES = [
    outcome(question(1)),
    outcome(question(2), rank=4),
    outcome(question(3, language=Language.CZECH, nodia=True), rank=None),
    outcome(question(4, first="Why?"), rank=3),
    outcome(question(5, gold=()), is_relevant=False),
]
AS_IS = Evaluated("", evaluate(OUTCOMES))


def answered(one: Outcome) -> Outcome:
    given = Answered(abstained=not one.question.is_answerable, citations=(citation("en/right.md"),), unsupported=1)
    return Outcome(one.question, one.passages, one.is_relevant, given)


def test_the_table_has_a_row_for_each_kind_of_question_with_its_uncertainty() -> None:
    found, _ = evaluation_card([AS_IS], questions=5, asked_model=False, say=EN).tables
    assert found.columns == ("Questions", "n", "Recall@1", "Recall@3", "Recall@5", "MRR@10")
    assert [row[:2] for row in found.rows] == [
        ("English", "2"),
        ("Czech", "1"),
        ("Czech without diacritics", "1"),
        ("follow-ups, English", "1"),
        ("follow-ups, all", "1"),
    ]
    assert found.rows[0][2:] == ("50 % (9–91)", "50 % (9–91)", "100 % (34–100)", "0.62")


def test_declining_is_shown_for_the_search_and_for_the_answers() -> None:
    both = Evaluated("", evaluate([answered(one) for one in OUTCOMES], model="owl:1b"))
    card = evaluation_card([both], questions=5, asked_model=True, say=EN)
    rows = {row[0]: row[1:] for row in card.tables[1].rows}
    assert rows["the search alone, all"] == ("1/1 = 100 % (21–100)", "0/2 = 0 % (0–66)", "1/1 = 100 % (21–100)")
    assert rows["search and model, English"] == rows["the search alone, English"]
    assert [field.value for field in card.fields] == ["5/5 = 100 % (57–100)", "4/4 = 100 % (51–100)", "4"]


def test_it_is_said_when_no_model_was_asked_and_why() -> None:
    told = evaluation_card([AS_IS], questions=5, asked_model=False, say=EN).text
    assert EN("evaluation-retrieval-only") in told
    answerable = Evaluated("", evaluate(OUTCOMES[:2]))
    told = evaluation_card([answerable], questions=2, asked_model=True, say=EN).text
    assert EN("evaluation-no-answers") in told
    assert EN("evaluation-retrieval-only") not in told


def test_a_part_without_questions_has_no_table() -> None:
    answerable = Evaluated("", evaluate(OUTCOMES[:2]))
    assert len(evaluation_card([answerable], questions=2, asked_model=True, say=EN).tables) == 1


def test_two_settings_stand_side_by_side() -> None:
    other = Evaluated("retrieval.k=10", evaluate(OUTCOMES[:1]))
    found, _ = evaluation_card([AS_IS, other], questions=5, asked_model=False, say=EN).tables
    assert found.columns[:2] == ("Questions", "Setting")
    assert [row[:3] for row in found.rows[:3]] == [
        ("English", "as it is", "2"),
        ("English", "retrieval.k=10", "1"),
        ("Czech", "as it is", "1"),
    ]


def test_scripts_find_the_other_setting_beside_the_first() -> None:
    other = Evaluated("retrieval.k=10", evaluate(OUTCOMES[:1]))
    told = evaluations_as_json([AS_IS, other])
    assert set(told) == {"languages", "nodia", "followups", "unanswerable", "compared"}
    assert told["compared"] == {"retrieval.k=10": evaluations_as_json([other])}


def test_the_card_speaks_czech_too() -> None:
    card = evaluation_card([AS_IS], questions=5, asked_model=False, say=speak(Language.CZECH))
    assert card.title == "Položeno 5 otázek"
    assert card.tables[0].rows[2][0] == "česky bez diakritiky"
