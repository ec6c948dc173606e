"""Owns the shape of an evaluation's figures that scripts rely on: shares from 0 to 1, absent parts left out. Pure."""

from collections.abc import Callable

from bot.retrieval.evaluation.figures import Abstention, ByLanguage, Citing, Evaluation, T
from bot.retrieval.evaluation.metrics import MRR_DEPTH, Ranking, Share

Plain = dict[str, object]


def as_json(evaluation: Evaluation) -> Plain:
    """The figures as one object. A part for which there was no question is left out."""
    parts: Plain = {}
    if evaluation.rankings:
        parts["languages"] = _languages(evaluation.rankings, _ranking)
    if evaluation.nodia:
        parts["nodia"] = _languages(evaluation.nodia, _ranking)
    if evaluation.followups:
        parts["followups"] = _together(evaluation.followups, _ranking)
    if evaluation.by_retrieval:
        parts["unanswerable"] = _abstaining(evaluation)
    if evaluation.citing:
        parts["citations"] = _citing(evaluation.citing)
    return parts | ({"model": evaluation.model} if evaluation.model else {})


def _abstaining(evaluation: Evaluation) -> Plain:
    """What the assistant as a whole declines, and the search alone; where no model was asked, that is all there is."""
    decided = _together(evaluation.by_answers or evaluation.by_retrieval, _abstention)
    by = "answers" if evaluation.by_answers else "retrieval"
    return decided | {"decided_by": by, "retrieval": _together(evaluation.by_retrieval, _abstention)}


def _together(figures: ByLanguage[T], plain: Callable[[T], Plain]) -> Plain:
    """The figures of all questions, and those by language inside."""
    return plain(figures[None]) | {"languages": _languages(figures, plain)}


def _languages(figures: ByLanguage[T], plain: Callable[[T], Plain]) -> dict[str, Plain]:
    return {language.value: plain(one) for language, one in figures.items() if language}


def _ranking(ranking: Ranking) -> Plain:
    recalls = {f"recall@{k}": share for k, share in ranking.recall.items()}
    values: Plain = {name: _rounded(share.value) for name, share in recalls.items()}
    intervals = {"intervals": {name: _interval(share) for name, share in recalls.items()}}
    return {"n": ranking.n} | values | {f"mrr@{MRR_DEPTH}": _rounded(ranking.mrr)} | intervals


def _abstention(abstention: Abstention) -> Plain:
    shares = {
        "abstained": abstention.abstained,
        "answerable_refused": abstention.refused,
        "precision": abstention.precise,
    }
    values: Plain = {name: share and _rounded(share.value) for name, share in shares.items()}
    counts = {
        "n": abstention.abstained.of if abstention.abstained else 0,
        "answerable": abstention.refused.of if abstention.refused else 0,
    }
    return values | counts | {"intervals": {name: _interval(share) for name, share in shares.items() if share}}


def _citing(citing: Citing) -> Plain:
    return {
        "answers": citing.answers,
        "traceable": citing.traceable and _rounded(citing.traceable.value),
        "right_page": citing.right and _rounded(citing.right.value),
        "unsupported_sentences": citing.unsupported,
    }


def _interval(share: Share) -> list[float]:
    return [_rounded(bound) for bound in share.interval]


def _rounded(value: float) -> float:
    return round(value, 4)
