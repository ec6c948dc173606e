"""Owns what `/stats` shows of answers: how long they took, what people think of them, and which errors came instead."""

from collections.abc import Mapping, Sequence

from bot.commands.cards import Field, Table
from bot.commands.parts import unknown
from bot.commands.stats.gathering import ERRORS_OVER, Answers, Told
from bot.commands.stats.sections import Section
from bot.errors import AssistantError
from bot.ports import Votes
from bot.stats.latency import ModelLatency, Spread
from bot.stats.spans import Span
from bot.wording import Wording

_BRIEF = ("model", "turns", "cold", "load", "ttft", "rate", "total")
_COUNTS = ("model", "turns", "abstained", "cold", "rate", "total")
_STAGES = ("model", "queue", "search", "load", "ttft")
MOST_ERRORS = 10
"""As many codes are shown; the rest are rare."""


def answers_section(told: Answers | AssistantError, say: Wording) -> Section:
    """How long answers took, in one table."""
    return _latency(told, say, {"stats-latency-title": _BRIEF})


def stages_section(told: Answers | AssistantError, say: Wording) -> Section:
    """The same at length: how many there were, and what each stage took."""
    return _latency(told, say, {"stats-latency-title": _COUNTS, "stats-stages-title": _STAGES})


def votes_section(votes: Told[Mapping[str, Votes]], say: Wording) -> Section:
    """What people think of the answers, by model."""
    if isinstance(votes, AssistantError):
        return Section((Field(say("stats-field-votes"), say.of_error(votes)),))
    if not votes:
        return Section()
    rows = tuple(
        (model or say("stats-votes-unknown"), *(say("amount-whole", value=number) for number in (kept.up, kept.down)))
        for model, kept in votes.items()
    )
    columns = (say("stats-votes-model"), "👍", "👎")
    return Section(tables=(Table(columns, rows, frozenset({1, 2}), title=say("stats-votes-title")),))


def ratings_section(told: Told[Sequence[Table]], say: Wording) -> Section:
    """How models did in comparisons."""
    if isinstance(told, AssistantError):
        return Section((Field(say("stats-field-ratings"), say.of_error(told)),))
    return Section(tables=tuple(told or ()))


def errors_line(counts: Mapping[str, int] | None, span: Span | None, say: Wording) -> Section:
    """How many errors there were, and which came up most; nothing where there was none."""
    if not counts:
        return Section()
    code, most = next(iter(counts.items()))
    said = say("stats-errors-line", count=sum(counts.values()), meaning=meaning(code, say), most=most, **_within(span))
    return Section((Field(say("stats-field-errors"), said),))


def errors_section(counts: Told[Mapping[str, int]], span: Span | None, say: Wording) -> Section:
    """Which errors people were told, the most frequent first, each with what it means."""
    if isinstance(counts, AssistantError):
        return Section((Field(say("stats-field-errors"), say.of_error(counts)),))
    if not counts:
        return Section((Field(say("stats-field-errors"), say("stats-errors-none", **_within(span))),))
    shown = list(counts.items())[:MOST_ERRORS]
    rows = tuple((say("amount-whole", value=count), meaning(code, say), code) for code, count in shown)
    columns = tuple(say(f"stats-errors-{name}") for name in ("count", "meaning", "code"))
    return Section(tables=(Table(columns, rows, frozenset({0}), title=say("stats-errors-title", **_within(span))),))


def meaning(code: str, say: Wording) -> str:
    """What an error means, whomever it concerned; the code itself where an older or newer Sova has counted it."""
    key = f"error-meaning-{code}"
    return say(key) if say.has(key) else code


def _latency(told: Answers | AssistantError, say: Wording, titled: Mapping[str, Sequence[str]]) -> Section:
    if isinstance(told, AssistantError):
        return Section((Field(say("stats-field-latency"), say.of_error(told)),))
    over = _within(told.span) if told.span else {"unit": "newest", "number": 0}
    if not told.summaries:
        nothing = say("stats-no-turns-over", **over) if told.span else say("stats-no-turns")
        return Section((Field(say("stats-field-latency"), nothing),))
    return Section(tables=tuple(_table(told, names, say(title, **over), say) for title, names in titled.items()))


def _within(span: Span | None) -> dict[str, str | int]:
    """What errors and answers are told of, as `stats-over` reads it."""
    shown = span or ERRORS_OVER
    return {"unit": shown.unit, "number": shown.number}


def _table(told: Answers, names: Sequence[str], title: str, say: Wording) -> Table:
    rows = tuple(tuple(_cell(name, summary, say) for name in names) for summary in told.summaries)
    columns = tuple(say(f"stats-latency-{name}") for name in names)
    return Table(columns, rows, frozenset(range(1, len(names))), title=title)


def _cell(name: str, summary: ModelLatency, say: Wording) -> str:
    match name:
        case "model":
            return summary.model
        case "turns":
            return say("amount-whole", value=summary.turns)
        case "abstained":
            return say("amount-whole", value=summary.abstained)
        case "cold":
            return say("amount-whole", value=summary.cold_starts)
        case "rate":
            return _rate(summary.tokens_per_second, say)
        case _:
            spread: Spread | None = getattr(summary, name)
            return _seconds(spread, say)


def _seconds(spread: Spread | None, say: Wording) -> str:
    if spread is None:
        return unknown(say)
    return say("stats-seconds", p50=spread.p50 / 1000, p95=spread.p95 / 1000)


def _rate(spread: Spread | None, say: Wording) -> str:
    return unknown(say) if spread is None else say("stats-rate", p50=spread.p50, p95=spread.p95)
