"""Owns `/knowledge`: which documents there are, how up to date the index is, what may be read here; and `reindex`.

Names of documents and folders are shown only where they may be read.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.access import Access, Permission
from bot.commands.cards import Action, Card, Field, Table
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.parts import attempt, tokens, unknown
from bot.errors import AssistantError, KnowledgeVanished
from bot.ports import DocumentRecord, PassageIndex
from bot.retrieval.manifest import Failure
from bot.retrieval.reports import IndexReport, Standing
from bot.retrieval.scopes import PUBLIC, Scopes, ScopesFile
from bot.wording import Wording

REINDEX, FORCE = "reindex", "force"
_WORDS = {"přeindexovat": REINDEX, "preindexovat": REINDEX, "indexovat": REINDEX, "vynutit": FORCE}
_SHOWN_FAILURES = 5
_REINDEX_SECONDS = 2.5
"""How long a card waits for a run to end: within three seconds everybody gets an answer."""
COUNTED = ("new", "changed", "moved", "updated", "relabelled", "deleted", "unchanged")


def needed(values: Values) -> Permission:
    """Looking takes no more than asking; forcing may empty the index, and is an administrator's."""
    action = values.get("action")
    if action is None:
        return Permission.ASK
    return Permission.REINDEX if action == REINDEX else Permission.ADMINISTER


class Indexing(Protocol):
    """Whoever brings the index up to date."""

    @property
    def models(self) -> tuple[str, ...]:
        """The full names of the embedding models."""
        ...

    async def standing(self) -> Standing:
        """How things stand."""
        ...


class Keeping(Protocol):
    """Whoever runs the indexing."""

    def request(self, *, force: bool = False) -> "asyncio.Future[IndexReport]":
        """Ask for a run; the future gets its report, or the error that ended it."""
        ...


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Shows how the knowledge folder and its index stand, and has the folder looked at anew for administrators."""

    index: PassageIndex
    indexing: Indexing
    keeping: Keeping
    scopes: ScopesFile
    access: Access

    def commands(self) -> tuple[Command, ...]:
        """`/knowledge [reindex | force]`."""
        action = Parameter("action", choices=(REINDEX, FORCE), aliases=_WORDS)
        return (Command("knowledge", self._run, (action,), needs=needed),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        action = values.get("action")
        return await self._reindex(invocation, force=action == FORCE) if action else await self._show(invocation)

    async def _show(self, invocation: Invocation) -> Card:
        standing, records, size, scopes = await asyncio.gather(
            self.indexing.standing(),
            attempt(self.index.documents()),
            attempt(self.index.size()),
            attempt(self.scopes.read()),
        )
        models = self.indexing.models
        return _Shown(invocation, standing, records, size, scopes, models, self._held(invocation)).card()

    async def _reindex(self, invocation: Invocation, *, force: bool) -> Card:
        requested = self.keeping.request(force=force)
        await asyncio.wait({requested}, timeout=_REINDEX_SECONDS)
        if not requested.done() or requested.cancelled():
            return _started(await self.indexing.standing(), invocation.say)
        report, scopes, say = requested.result(), await self.scopes.read(), invocation.say
        return Card(
            title=say("indexing-title"),
            text="\n".join(report_lines(report, say)),
            tables=_failures(report.failures, _Reader(scopes, invocation), say),
            actions=_offered(report.trouble, self._held(invocation), say),
        )

    def _held(self, invocation: Invocation) -> frozenset[Permission]:
        """What the caller may do here, of what a card shows or offers."""
        who = invocation.author, invocation.conversation
        return frozenset(one for one in (Permission.REINDEX, Permission.ADMINISTER) if self.access.allows(one, *who))


def report_lines(report: IndexReport, say: Wording) -> Iterator[str]:
    """What a run has done, in sentences; without the failed files themselves, whose names not everybody may see."""
    yield say("indexing-done", documents=report.documents, chunks=report.chunks, seconds=report.seconds)
    if report.touched:
        numbers = ((name, getattr(report, name)) for name in COUNTED)
        yield ", ".join(say(f"indexing-count-{name}", count=number) for name, number in numbers if number) + "."
    elif not report.failures and not report.trouble:
        yield say("indexing-up-to-date")
    if not report.finished:
        yield say("indexing-unfinished")
    if report.skipped:
        yield say("indexing-skipped", count=len(report.skipped))
    if report.trouble:
        yield say.of_error(report.trouble)
    yield from map(say.of_error, report.missing_models)


def failure_reason(failure: Failure, say: Wording) -> str:
    """Why a file can't be indexed, as it goes on after its name."""
    return say(f"document-{failure.reason}")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whoever looks at the card, and where."""

    scopes: Scopes
    invocation: Invocation

    @property
    def readable(self) -> frozenset[str]:
        return self.scopes.readable(self.invocation.conversation, self.invocation.author)

    def among(self, failures: Sequence[Failure]) -> tuple[Failure, ...]:
        """The failures whose files may be known of here."""
        readable = self.readable
        return tuple(failure for failure in failures if self.scopes.scope_of(failure.document) in readable)

    def may_know(self, document: str) -> bool:
        return self.scopes.scope_of(document) in self.readable


@dataclass(frozen=True, slots=True)
class _Shown:
    """Everything that the card tells, each part a failure of its own at worst."""

    invocation: Invocation
    standing: Standing
    records: Sequence[DocumentRecord] | AssistantError
    size: tuple[int, int] | AssistantError
    scopes: Scopes | AssistantError
    models: tuple[str, ...]
    held: frozenset[Permission]

    @property
    def say(self) -> Wording:
        return self.invocation.say

    def card(self) -> Card:
        say, scopes = self.say, self.scopes
        reader = None if isinstance(scopes, AssistantError) else _Reader(scopes, self.invocation)
        trouble = self.standing.trouble or (self.standing.report.trouble if self.standing.report else None)
        return Card(
            title=say("knowledge-title"),
            fields=(
                *self._index(reader),
                self._changed(),
                self._search(),
                *self._run(reader, trouble),
                self._here(reader),
            ),
            tables=_failures(self.standing.failures, reader, say) if reader else (),
            actions=_offered(trouble, self.held, say),
        )

    def _index(self, reader: _Reader | None) -> Iterator[Field]:
        say = self.say
        if isinstance(self.records, AssistantError):
            yield Field(say("knowledge-index"), say.of_error(self.records))
            return
        yield Field(say("knowledge-documents"), self._documents(self.records, reader))
        if not isinstance(self.size, AssistantError):
            chunks, taken = self.size
            yield Field(say("knowledge-chunks"), tokens(chunks, say))
            yield Field(say("knowledge-index"), say("knowledge-size", megabytes=taken / 1e6) if taken else unknown(say))

    def _documents(self, records: Sequence[DocumentRecord], reader: _Reader | None) -> str:
        readable = reader.readable if reader else frozenset()
        mine = sum(record.scope in readable for record in records)
        if mine == len(records):
            return tokens(mine, self.say)
        return self.say("knowledge-readable", readable=mine, documents=len(records))

    def _changed(self) -> Field:
        at, say = self.standing.changed_at, self.say
        return Field(
            say("knowledge-changed"), say("knowledge-never") if at is None else ago(self.invocation.at - at, say)
        )

    def _search(self) -> Field:
        say, report = self.say, self.standing.report
        if not self.models:
            return Field(say("knowledge-search"), say("knowledge-by-words"))
        if report and report.missing_models:
            return Field(say("knowledge-search"), " ".join(map(say.of_error, report.missing_models)))
        return Field(
            say("knowledge-search"), say("knowledge-by-meaning", models=", ".join(map(model_name, self.models)))
        )

    def _run(self, reader: _Reader | None, trouble: AssistantError | None) -> Iterator[Field]:
        say, progress = self.say, self.standing.progress
        if progress:
            document = progress.document if reader and reader.may_know(progress.document) else ""
            told = say("knowledge-progress", done=progress.done, total=progress.total, document=document or "none")
            yield Field(say("knowledge-running"), told)
        if trouble:
            yield Field(say("knowledge-trouble"), say.of_error(trouble))
        unused = self.standing.report.unused_scopes if self.standing.report else ()
        if unused and Permission.ADMINISTER in self.held:
            yield Field(say("knowledge-unused"), say("knowledge-unused-folders", folders=", ".join(unused)))

    def _here(self, reader: _Reader | None) -> Field:
        say = self.say
        if reader is None:
            assert isinstance(self.scopes, AssistantError)  # noqa: S101 - that is why there is no reader
            return Field(say("knowledge-here"), say.of_error(self.scopes))
        folders = sorted(reader.readable - {PUBLIC})
        if reader.scopes.readers.keys() <= reader.readable:
            return Field(say("knowledge-here"), say("knowledge-here-everything"))
        if not folders:
            return Field(say("knowledge-here"), say("knowledge-here-public"))
        return Field(say("knowledge-here"), say("knowledge-here-folders", folders=", ".join(folders)))


def model_name(model: str) -> str:
    """The model's name for people, without the variant that tells its vectors from others (`@int8-…`)."""
    return model.partition("@")[0]


def _started(standing: Standing, say: Wording) -> Card:
    """A run that takes longer than a person waits for a card."""
    fields: tuple[Field, ...] = ()
    if progress := standing.progress:
        told = say("knowledge-progress", done=progress.done, total=progress.total, document="none")
        fields = (Field(say("knowledge-running"), told),)
    again = Action(say("knowledge-refresh"), "knowledge")
    return Card(say("indexing-title"), say("indexing-started"), fields=fields, actions=(again,))


def _failures(failures: Sequence[Failure], reader: _Reader, say: Wording) -> tuple[Table, ...]:
    known = reader.among(failures)
    rows = [(failure.document, failure_reason(failure, say)) for failure in known[:_SHOWN_FAILURES]]
    if len(known) > _SHOWN_FAILURES:
        rows.append((say("knowledge-more", count=len(known) - _SHOWN_FAILURES), ""))
    columns = (say("knowledge-document"), say("knowledge-reason"))
    return (Table(columns, tuple(rows), title=say("knowledge-failed")),) if rows else ()


def _offered(trouble: AssistantError | None, held: frozenset[Permission], say: Wording) -> tuple[Action, ...]:
    """What the caller may do next; forcing is offered only where something was held back."""
    again = (Action(say("knowledge-reindex"), f"knowledge {REINDEX}"),) if Permission.REINDEX in held else ()
    if isinstance(trouble, KnowledgeVanished) and Permission.ADMINISTER in held:
        return (*again, Action(say("knowledge-force"), f"knowledge {FORCE}"))
    return again


def ago(seconds: float, say: Wording) -> str:
    """How long ago something was, in its largest unit."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return say("knowledge-just-now")
    if minutes < 60:
        return say("knowledge-minutes-ago", count=minutes)
    hours = minutes // 60
    return say("knowledge-hours-ago", count=hours) if hours < 48 else say("knowledge-days-ago", count=hours // 24)
