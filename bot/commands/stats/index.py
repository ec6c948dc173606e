"""Owns what `/stats` shows of the documents: how many are in the index, since when, and what couldn't be read.

Names of documents and folders stay out of it: who may read them is asked by `/knowledge`.
"""

from collections import Counter
from collections.abc import Iterator

from bot.commands.cards import Field, Table
from bot.commands.documents.knowledge import ago, failure_reason, model_name
from bot.commands.parts import tokens, unknown
from bot.commands.stats.gathering import IndexState
from bot.commands.stats.sections import Section, known
from bot.errors import AssistantError
from bot.wording import Wording


def index_line(state: IndexState | None, say: Wording, *, now: float) -> Section:
    """The documents in one line; nothing where there are none."""
    if state is None:
        return Section()
    return Section((Field(say("stats-field-documents"), _line(state, say, now=now)),))


def index_section(state: IndexState | None, say: Wording, *, now: float) -> Section:
    """Everything about the index."""
    if state is None:
        return Section((Field(say("stats-field-documents"), say("stats-no-documents")),))
    return Section(tuple(_fields(state, say, now=now)), _unread(state, say))


def _line(state: IndexState, say: Wording, *, now: float) -> str:
    if isinstance(state.size, AssistantError):
        return say.of_error(state.size)
    chunks, _ = state.size
    said = [say("stats-passages", count=chunks), _changed(state.standing.changed_at, say, now=now)]
    if state.standing.failures:
        said.append(say("stats-unread", count=len(state.standing.failures)))
    return " · ".join(said)


def _fields(state: IndexState, say: Wording, *, now: float) -> Iterator[Field]:
    yield from _content(state, say)
    at = state.standing.changed_at
    yield Field(say("knowledge-changed"), say("knowledge-never") if at is None else ago(now - at, say))
    if ran_at := state.standing.ran_at:
        yield Field(say("stats-field-ran"), ago(now - ran_at, say))
    if progress := state.standing.progress:
        told = say("knowledge-progress", done=progress.done, total=progress.total, document="none")
        yield Field(say("knowledge-running"), told)
    if trouble := state.standing.trouble:
        yield Field(say("knowledge-trouble"), say.of_error(trouble))
    yield Field(say("stats-field-embedding"), ", ".join(map(model_name, state.models)) or say("knowledge-by-words"))
    yield Field(say("knowledge-failed"), say("stats-unread", count=len(state.standing.failures)))


def _content(state: IndexState, say: Wording) -> Iterator[Field]:
    if isinstance(state.size, AssistantError):
        yield Field(say("knowledge-index"), say.of_error(state.size))
        return
    chunks, taken = state.size
    yield Field(say("knowledge-documents"), tokens(known(state.documents), say))
    yield Field(say("knowledge-chunks"), tokens(chunks, say))
    yield Field(say("knowledge-index"), say("knowledge-size", megabytes=taken / 1e6) if taken else unknown(say))


def _changed(at: float | None, say: Wording, *, now: float) -> str:
    return say("knowledge-never") if at is None else say("stats-changed", ago=ago(now - at, say))


def _unread(state: IndexState, say: Wording) -> tuple[Table, ...]:
    """Why files couldn't be read, the most frequent reason first."""
    reasons = Counter(failure_reason(failure, say) for failure in state.standing.failures)
    rows = tuple((reason, say("amount-whole", value=count)) for reason, count in reasons.most_common())
    columns = (say("knowledge-reason"), say("stats-unread-files"))
    return (Table(columns, rows, frozenset({1}), title=say("knowledge-failed")),) if rows else ()
