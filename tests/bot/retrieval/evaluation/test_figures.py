from bot.messages import Language
from bot.retrieval.evaluation.figures import Answered, Outcome, evaluate
from bot.retrieval.evaluation.metrics import Share
from bot.retrieval.evaluation.plain import as_json
from tests.bot.retrieval.evaluation.outcomes import citation, outcome, question

CS = Language.CZECH


def test_ranks_are_told_by_language_and_without_diacritics_apart() -> None:
    asked = [question(1), question(2), question(3, language=CS), question(4, language=CS, nodia=True)]
    ranks = [1, 4, None, 2]
    figures = evaluate([outcome(one, rank=rank) for one, rank in zip(asked, ranks, strict=True)])
    assert {language: one.n for language, one in figures.rankings.items()} == {None: 4, Language.ENGLISH: 2, CS: 2}
    assert figures.rankings[Language.ENGLISH].recall[3] == Share(1, 2)
    assert figures.rankings[CS].recall[5] == Share(1, 2)
    assert {language: one.recall[1] for language, one in figures.nodia.items()} == {None: Share(0, 1), CS: Share(0, 1)}


def test_followups_and_unanswerable_questions_are_no_part_of_the_ranking() -> None:
    figures = evaluate([outcome(question(1)), outcome(question(2, first="Why?")), outcome(question(3, gold=()))])
    assert figures.rankings[None].n == 1
    assert figures.followups[None].n == 1


def test_declining_is_a_virtue_where_there_is_no_answer_and_a_fault_where_its_page_was_found() -> None:
    figures = evaluate(
        [
            outcome(question(1, gold=()), is_relevant=False),
            outcome(question(2, gold=())),
            outcome(question(3), rank=5, is_relevant=False),
            outcome(question(4), rank=1),
            outcome(question(5), rank=6, is_relevant=False),  # its page wasn't found: declining is no mistake
            outcome(question(6, first="Why?"), rank=1, is_relevant=False),
        ]
    )
    declined = figures.by_retrieval[None]
    assert (declined.abstained, declined.refused, declined.precise) == (Share(1, 2), Share(1, 2), Share(1, 2))
    assert not figures.by_answers


def test_what_the_assistant_declines_is_told_apart_from_what_the_search_declines() -> None:
    yes, no = Answered(abstained=True), Answered(abstained=False)
    figures = evaluate(
        [
            outcome(question(1, gold=()), answered=yes),
            outcome(question(2), answered=no),
            outcome(question(3, language=CS), answered=yes),
        ],
        model="owl:1b",
    )
    assert figures.by_retrieval[None].abstained == Share(0, 1)
    assert figures.by_answers[None].abstained == Share(1, 1)
    assert figures.by_answers[None].refused == Share(1, 2)
    assert figures.by_answers[CS].abstained is None


def test_sources_are_counted_over_answers_and_traced_behind_refusals_too() -> None:
    right, wrong = citation("cs/right.html"), citation("en/other1.md")
    figures = evaluate(
        [
            outcome(question(1), answered=Answered(abstained=False, citations=(wrong, right), unsupported=1)),
            outcome(question(2), answered=Answered(abstained=False, citations=(wrong,), unsupported=2)),
            outcome(question(3), answered=Answered(abstained=True, citations=(right,), untraceable=1)),
        ]
    )
    assert figures.citing
    assert figures.citing.traceable == Share(3, 4)
    assert figures.citing.right == Share(1, 2)
    assert (figures.citing.unsupported, figures.citing.answers) == (3, 2)


def test_scripts_get_the_shape_that_they_rely_on() -> None:
    outcomes = [
        outcome(question(1), answered=Answered(abstained=False, citations=(citation("en/right.md"),))),
        outcome(question(2, language=CS, nodia=True), rank=None),
        outcome(question(3, first="Why?"), rank=4),
        outcome(question(4, gold=()), answered=Answered(abstained=True)),
    ]
    told = as_json(evaluate(outcomes, model="owl:1b"))
    assert told["languages"] == {
        "en": _ranked(n=1, recall=1.0, mrr=1.0, interval=[0.2065, 1.0]),
        "cs": _ranked(n=1, recall=0.0, mrr=0.0, interval=[0.0, 0.7935]),
    }
    assert told["nodia"] == {"cs": _ranked(n=1, recall=0.0, mrr=0.0, interval=[0.0, 0.7935])}
    assert _part(told, "followups")["recall@5"] == 1.0
    unanswerable = _part(told, "unanswerable")
    assert (unanswerable["abstained"], unanswerable["answerable_refused"]) == (1.0, 0.0)
    assert unanswerable["decided_by"] == "answers"
    assert _part(unanswerable, "retrieval")["abstained"] == 0.0
    assert _part(told, "citations") == {
        "answers": 1,
        "traceable": 1.0,
        "right_page": 1.0,
        "unsupported_sentences": 0,
    }
    assert told["model"] == "owl:1b"


def test_parts_without_questions_are_left_out() -> None:
    assert set(as_json(evaluate([outcome(question(1))]))) == {"languages"}
    assert set(as_json(evaluate([outcome(question(1, first="Why?"))]))) == {"followups"}
    only_unanswerable = as_json(evaluate([outcome(question(1, gold=()), is_relevant=False)]))
    assert set(only_unanswerable) == {"unanswerable"}
    assert _part(only_unanswerable, "unanswerable")["decided_by"] == "retrieval"
    assert _part(only_unanswerable, "unanswerable")["answerable_refused"] is None


def test_a_question_for_which_nothing_was_found_counts_as_not_found() -> None:
    assert evaluate([Outcome(question(1), (), is_relevant=False)]).rankings[None].recall[5] == Share(0, 1)


def _ranked(*, n: int, recall: float, mrr: float, interval: list[float]) -> dict[str, object]:
    names = ("recall@1", "recall@3", "recall@5")
    return {"n": n} | dict.fromkeys(names, recall) | {"mrr@10": mrr, "intervals": dict.fromkeys(names, interval)}


def _part(told: dict[str, object], name: str) -> dict[str, object]:
    part = told[name]
    assert isinstance(part, dict)
    return part
