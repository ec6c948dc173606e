"""Owns how a comparison looks: the answers side by side with their figures, and what people can vote for. Pure."""

from collections.abc import Iterator, Sequence

from bot.commands.cards import Action, Card, Field, Pane, Table
from bot.commands.comparing.contest import Contest, Entry, State
from bot.commands.parts import tokens, unknown
from bot.messages import Citation, Notice, Reply
from bot.ports import Comparison, Figures, Poll
from bot.ports.comparisons import NO_DIFFERENCE
from bot.wording import Wording

VOTE = "compare-vote"
SAME = "same"
_MOST_SOURCES = 5
_MOST_QUOTED = 500
_COLUMNS = ("model", "ttft", "rate", "tokens", "load", "total", "votes")


def contest_card(contest: Contest, say: Wording, *, notes: Sequence[str] = ()) -> Card:
    """What is to be seen of it now. `notes` are what concerns all answers alike, or the comparison itself."""
    if contest.is_declined:
        return Card(say("compare-title"), say("compare-declined"), fields=(_question(contest, say),))
    told = [say("compare-way", way=contest.way.value)]
    if contest.is_blind:
        told.append(say("compare-blind"))
    if contest.has_ended:
        told.append(say("compare-ended", candidates=len(contest.candidates)))
    return Card(
        say("compare-title"),
        "\n".join([*told, *notes]),
        fields=(_question(contest, say),),
        panes=tuple(_pane(entry, say, is_blind=contest.is_blind) for entry in contest.entries),
    )


def vote_actions(contest: Contest, say: Wording) -> tuple[Action, ...]:
    """A button for each answer that somebody may prefer, and one for who doesn't."""
    candidates = contest.candidates
    if not candidates:
        return ()
    labels = {entry.number: _name(entry, say, is_blind=contest.is_blind) for entry in candidates}
    choices = [Action(label, f"{VOTE} {contest.id} {number}") for number, label in labels.items()]
    return (*choices, Action(say("compare-no-difference"), f"{VOTE} {contest.id} {SAME}"))


def poll_card(poll: Poll, choice: int, say: Wording) -> Card:
    """What somebody voted, and how it stands: from now on the person may know which answer is whose."""
    models = {at: one.model for at, one in enumerate(poll.comparison.contestants, start=1)}
    said = say("compare-voted", number=choice, model=models.get(choice, "none"))
    again = Action(say("compare-action-table"), "compare")
    return Card(say("compare-title"), said, tables=(_poll_table(poll, say),), actions=(again,))


def contest_as_json(contest: Contest) -> dict[str, object]:
    """The comparison for programs: durations in milliseconds; `error` is the code of what went wrong."""
    return {
        "comparison": contest.id,
        "question": contest.question,
        "declined": contest.is_declined,
        "way": contest.way.value,
        "answers": [_as_json(entry) for entry in contest.entries],
    }


def _as_json(entry: Entry) -> dict[str, object]:
    reply, error, figures = entry.answered.reply, entry.answered.error, entry.figures
    citations = reply.citations if reply else ()
    return {
        "model": entry.model,
        "text": entry.text,
        "citations": [{"n": one.n, "document": one.document, "heading": one.heading} for one in citations],
        "abstained": reply.abstained if reply else False,
        "finish_reason": reply.finish_reason.value if reply else None,
        "error": error.code if error else None,
        "tokens": figures.tokens,
        "timings": {
            "load_ms": _rounded(figures.load_ms),
            "ttft_ms": _rounded(figures.ttft_ms),
            "total_ms": _rounded(figures.total_ms),
            "tokens_per_second": _rounded(figures.tokens_per_second),
        },
    }


def _question(contest: Contest, say: Wording) -> Field:
    """The question, the beginning of it where it is long."""
    asked = " ".join(contest.question.split())
    return Field(say("compare-question"), asked if len(asked) <= _MOST_QUOTED else f"{asked[: _MOST_QUOTED - 1]}…")


def _pane(entry: Entry, say: Wording, *, is_blind: bool) -> Pane:
    return Pane(_name(entry, say, is_blind=is_blind), entry.text, tuple(_fields(entry, say, is_blind=is_blind)))


def _name(entry: Entry, say: Wording, *, is_blind: bool) -> str:
    if is_blind:
        return say("compare-answer", number=entry.number)
    return f"{entry.number} · {entry.model}"


def _fields(entry: Entry, say: Wording, *, is_blind: bool) -> Iterator[Field]:
    """What stands below an answer. Where it is blind nothing does that would give a model away, speed least of all."""
    if entry.state is not State.ENDED:
        yield Field(say("compare-state"), say("compare-state-now", state=entry.state.value))
        return
    if entry.answered.error:
        trouble = say("compare-failed-blind") if is_blind else say.of_error(entry.answered.error)
        yield Field(say("compare-failed"), trouble)
    if not is_blind:
        yield from _figures(entry.figures, say)
    if entry.answered.reply:
        yield from _beside(entry.answered.reply, say, is_blind=is_blind)


def _figures(figures: Figures, say: Wording) -> Iterator[Field]:
    shown = {
        "ttft": _seconds(figures.ttft_ms, say),
        "rate": _rate(figures.tokens_per_second, say),
        "tokens": None if figures.tokens is None else tokens(figures.tokens, say),
        "load": _seconds(figures.load_ms, say) or say("compare-was-loaded"),
        "total": _seconds(figures.total_ms, say),
    }
    for name, value in shown.items():
        if value is not None:
            yield Field(say(f"compare-{name}"), value)


def _beside(reply: Reply, say: Wording, *, is_blind: bool) -> Iterator[Field]:
    """What belongs to the answer without being its text: sources, and what people must know about it."""
    if reply.citations:
        yield Field(say("compare-sources"), _sources(reply.citations, say))
    told = [say.of_notice(notice) for notice in reply.notices if not (is_blind and _names_a_model(notice))]
    if reply.abstained:
        told.insert(0, say("compare-abstained"))
    if told:
        yield Field(say("compare-notes"), " ".join(told))


def _sources(citations: Sequence[Citation], say: Wording) -> str:
    named = [f"[{one.n}] {one.document}{f' › {one.heading}' if one.heading else ''}" for one in citations]
    more = len(named) - _MOST_SOURCES
    return "\n".join([*named[:_MOST_SOURCES], *([say("compare-more-sources", count=more)] if more > 0 else [])])


def _names_a_model(notice: Notice) -> bool:
    return "model" in notice.data


def _poll_table(poll: Poll, say: Wording) -> Table:
    rows = [_row(at, poll.comparison, poll.choices.count(at), say) for at in _numbers(poll.comparison)]
    same = (say("compare-no-difference"), *[""] * 5, say("amount-whole", value=poll.choices.count(NO_DIFFERENCE)))
    columns = tuple(say(f"compare-column-{name}") for name in _COLUMNS)
    return Table(columns, (*rows, same), frozenset(range(1, len(_COLUMNS))))


def _numbers(comparison: Comparison) -> range:
    return range(1, len(comparison.contestants) + 1)


def _row(number: int, comparison: Comparison, votes: int, say: Wording) -> tuple[str, ...]:
    contestant = comparison.contestants[number - 1]
    figures = contestant.figures
    return (
        f"{number} · {contestant.model}",
        _seconds(figures.ttft_ms, say) or unknown(say),
        _rate(figures.tokens_per_second, say) or unknown(say),
        tokens(figures.tokens, say),
        _seconds(figures.load_ms, say) or unknown(say),
        _seconds(figures.total_ms, say) or unknown(say),
        say("amount-whole", value=votes) if contestant.answered else unknown(say),
    )


def _seconds(milliseconds: float | None, say: Wording) -> str | None:
    return None if milliseconds is None else say("compare-seconds", value=milliseconds / 1000)


def _rate(rate: float | None, say: Wording) -> str | None:
    return None if rate is None else say("compare-per-second", value=rate)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
