"""Owns the card of an evaluation: its figures as tables, two evaluations side by side where settings are compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.commands.cards import Card, Field, Table
from bot.messages import Language
from bot.retrieval.evaluation.figures import Abstention, ByLanguage, Citing, Evaluation
from bot.retrieval.evaluation.metrics import RECALLS, Ranking, Share
from bot.retrieval.evaluation.plain import as_json
from bot.wording import Wording

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation, and what was different about its settings (`NAME=VALUE`, empty for the settings as they are)."""

    given: str
    evaluation: Evaluation


def evaluation_card(evaluated: Sequence[Evaluated], *, questions: int, asked_model: bool, say: Wording) -> Card:
    """The figures of one evaluation, or of several side by side; `asked_model` is whether a model was to be asked."""
    tables = (_ranking_table(evaluated, say), _abstention_table(evaluated, say))
    fields = [
        field for one in evaluated if one.evaluation.citing for field in _sources(one, one.evaluation.citing, say)
    ]
    return Card(
        title=say("evaluation-title", total=questions),
        text="\n".join(_remarks(evaluated, asked_model=asked_model, say=say)),
        fields=tuple(fields),
        tables=tuple(table for table in tables if table.rows),
    )


def evaluations_as_json(evaluated: Sequence[Evaluated]) -> dict[str, object]:
    """The figures in the shape that scripts rely on; those of other settings under `compared`, by what was given."""
    first, *others = evaluated
    compared = {other.given: as_json(other.evaluation) for other in others}
    return as_json(first.evaluation) | ({"compared": compared} if compared else {})


def _remarks(evaluated: Sequence[Evaluated], *, asked_model: bool, say: Wording) -> Iterator[str]:
    yield say("evaluation-uncertain")
    if not asked_model:
        yield say("evaluation-retrieval-only")
    elif not any(one.evaluation.by_answers for one in evaluated):
        yield say("evaluation-no-answers")


Row = tuple[str, ...]


def _ranking_table(evaluated: Sequence[Evaluated], say: Wording) -> Table:
    columns = (
        say("evaluation-questions"),
        say("evaluation-number"),
        *(say("evaluation-recall", k=k) for k in RECALLS),
        say("evaluation-mrr"),
    )
    parts: list[tuple[str, Callable[[Evaluation], ByLanguage[Ranking]], Sequence[Language | None]]] = [
        ("evaluation-language", lambda one: one.rankings, tuple(Language)),
        ("evaluation-nodia", lambda one: one.nodia, tuple(Language)),
        ("evaluation-followups", lambda one: one.followups, (*Language, None)),
    ]
    rows = [
        (say(key, language=_code(language)), one.given, figures)
        for key, part, languages in parts
        for language in languages
        for one in evaluated
        if (figures := part(one.evaluation).get(language))
    ]
    cells = [(name, given, *_ranking_cells(figures)) for name, given, figures in rows]
    return _table(columns, cells, title=say("evaluation-ranking"), evaluated=evaluated, say=say)


def _abstention_table(evaluated: Sequence[Evaluated], say: Wording) -> Table:
    columns = (
        say("evaluation-declined-by"),
        say("evaluation-abstained"),
        say("evaluation-refused"),
        say("evaluation-precise"),
    )
    parts: list[tuple[str, Callable[[Evaluation], ByLanguage[Abstention]]]] = [
        (say("evaluation-by-retrieval"), lambda one: one.by_retrieval),
        (say("evaluation-by-answers"), lambda one: one.by_answers),
    ]
    cells = [
        (f"{name}, {say('evaluation-language', language=_code(language))}", one.given, *_abstention_cells(figures))
        for name, part in parts
        for language in (*Language, None)
        for one in evaluated
        if (figures := part(one.evaluation).get(language))
    ]
    return _table(columns, cells, title=say("evaluation-declining"), evaluated=evaluated, say=say)


def _table(columns: Row, cells: Sequence[Row], *, title: str, evaluated: Sequence[Evaluated], say: Wording) -> Table:
    """The second cell of each row is the setting; it is shown where there is more than one to tell apart."""
    if len(evaluated) == 1:
        rows = tuple((name, *figures) for name, _, *figures in cells)
        return Table(columns, rows, numeric=frozenset(range(1, len(columns))), title=title)
    rows = tuple((name, given or say("evaluation-as-is"), *figures) for name, given, *figures in cells)
    wider = (columns[0], say("evaluation-setting"), *columns[1:])
    return Table(wider, rows, numeric=frozenset(range(2, len(wider))), title=title)


def _ranking_cells(figures: Ranking) -> Iterator[str]:
    yield str(figures.n)
    yield from (_percent(figures.recall[k]) for k in RECALLS)
    yield f"{figures.mrr:.2f}"


def _abstention_cells(figures: Abstention) -> Iterator[str]:
    return map(_counted, (figures.abstained, figures.refused, figures.precise))


def _sources(one: Evaluated, citing: Citing, say: Wording) -> Iterator[Field]:
    heading = say("evaluation-sources", answers=citing.answers)
    prefix = f"{one.given}: {heading}" if one.given else heading
    yield Field(f"{prefix}, {say('evaluation-traceable')}", _counted(citing.traceable))
    yield Field(f"{prefix}, {say('evaluation-right-page')}", _counted(citing.right))
    yield Field(f"{prefix}, {say('evaluation-unsupported')}", str(citing.unsupported))


def _percent(share: Share) -> str:
    """`88 % (74–95)`."""
    low, high = share.interval
    return f"{share.value * 100:.0f} % ({low * 100:.0f}–{high * 100:.0f})"


def _counted(share: Share | None) -> str:
    """`11/16 = 69 % (44–86)`."""
    return f"{share.hits}/{share.of} = {_percent(share)}" if share else MISSING


def _code(language: Language | None) -> str:
    return language.value if language else "all"
