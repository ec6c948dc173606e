"""Owns the decision what must be done so that the index holds what the folder holds. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import KnowledgeVanished
from bot.ports import DocumentRecord
from bot.retrieval.paths import Found


class Why(StrEnum):
    """Why a document is indexed: what happened to it, or that it was indexed in another way than it would be now."""

    MOVED = "moved"
    CHANGED = "changed"
    NEW = "new"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Job:
    """A document to index. `held` is what the index has of its content, under this name or the one it had before."""

    found: Found
    why: Why
    held: DocumentRecord | None = None

    @property
    def document(self) -> str:
        """The document's name."""
        return self.found.document


@dataclass(frozen=True, slots=True)
class Relabel:
    """A document that the index holds, and whose audience is another by now."""

    record: DocumentRecord
    scope: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in this order. `unchanged` and `waiting` count the documents that need nothing or must wait.

    `vanished` says that so many documents are gone that none of them is removed.
    """

    relabels: tuple[Relabel, ...]
    removed: tuple[str, ...]
    jobs: tuple[Job, ...]
    unchanged: int
    waiting: int
    vanished: KnowledgeVanished | None = None

    def count(self, why: Why) -> int:
        """How many documents are to be indexed for this reason."""
        return sum(job.why is why for job in self.jobs)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides.

    `digests` are those of the found files' contents, as far as known; `waiting` the files that failed and may not be
    tried yet; `unlisted` the folders that can't be looked into; `accepted` the ways of indexing (`mark_of`) that are
    as good as it gets now. `trusting` takes the folder as it is, whatever is gone from it.
    """

    folder: str
    found: Sequence[Found]
    records: Sequence[DocumentRecord]
    scope_of: Callable[[str], str]
    accepted: frozenset[str]
    digests: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    unlisted: tuple[str, ...] = ()
    trusting: bool = False


def seal(digest: str, mark: str) -> str:
    """What a record holds as its digest: that of the file's content, and a mark of the way in which it was indexed."""
    return f"{digest}:{mark}"


def digest_of(record: DocumentRecord) -> str:
    """The digest of the content that was indexed."""
    return record.digest.partition(":")[0]


def mark_of(record: DocumentRecord) -> str:
    """The way in which it was indexed."""
    return record.digest.partition(":")[2]


def undigested(situation: Situation) -> tuple[Found, ...]:
    """The files whose content must be read to decide: known ones, and new ones while something may have moved there."""
    known = {record.document for record in situation.records}
    may_have_moved = bool(_gone(situation))
    return tuple(
        found
        for found in situation.found
        if found.document not in situation.digests
        and found.document not in situation.waiting
        and (found.document in known or may_have_moved)
    )


def plan(situation: Situation) -> Plan:
    """Decide. Moves are told by content: a new file with the content of one that is gone."""
    records = {record.document: record for record in situation.records}
    gone = _gone(situation)
    jobs = tuple(_jobs(situation, records, _by_digest(gone)))
    moved = {job.held.document for job in jobs if job.why is Why.MOVED and job.held}
    lost = tuple(record.document for record in gone if record.document not in moved)
    vanished = None if situation.trusting else _vanished(situation, len(lost))
    waiting = sum(found.document in situation.waiting for found in situation.found)
    return Plan(
        relabels=tuple(_relabels(situation)),
        removed=() if vanished else lost,
        jobs=tuple(sorted(jobs, key=_urgency)),
        unchanged=len(situation.found) - len(jobs) - waiting,
        waiting=waiting,
        vanished=vanished,
    )


def _gone(situation: Situation) -> tuple[DocumentRecord, ...]:
    """The records whose files are not there; those in folders that can't be looked into may well be."""
    there = {found.document for found in situation.found}
    closed = tuple(f"{folder}/" for folder in situation.unlisted)
    absent = (record for record in situation.records if record.document not in there)
    return tuple(record for record in absent if not record.document.startswith(closed))


def _by_digest(records: Sequence[DocumentRecord]) -> dict[str, list[DocumentRecord]]:
    found: dict[str, list[DocumentRecord]] = {}
    for record in records:
        found.setdefault(digest_of(record), []).append(record)
    return found


def _jobs(
    situation: Situation, records: Mapping[str, DocumentRecord], gone: dict[str, list[DocumentRecord]]
) -> Iterator[Job]:
    for found in situation.found:
        if found.document in situation.waiting:
            continue
        held, digest = records.get(found.document), situation.digests.get(found.document)
        if held and digest != digest_of(held):
            yield Job(found, Why.CHANGED, held)
        elif held and mark_of(held) not in situation.accepted:
            yield Job(found, Why.OUTDATED, held)
        elif held:
            continue
        elif digest and gone.get(digest):
            yield Job(found, Why.MOVED, gone[digest].pop())
        else:
            yield Job(found, Why.NEW)


def _relabels(situation: Situation) -> Iterator[Relabel]:
    """Also for those that will be indexed anew: until then the old text must not be read by the wrong people."""
    there = {found.document for found in situation.found}
    for record in situation.records:
        scope = situation.scope_of(record.document)
        if record.document in there and record.scope != scope:
            yield Relabel(record, scope)


def _vanished(situation: Situation, lost: int) -> KnowledgeVanished | None:
    """More than half gone, or all, looks like a lost mount or a slip of the hand."""
    indexed = len(situation.records)
    if indexed and lost and (2 * lost > indexed or not situation.found):
        return KnowledgeVanished(folder=situation.folder, missing=lost, indexed=indexed)
    return None


def _urgency(job: Job) -> tuple[bool, bool, int]:
    """Moves first, for until then the old place is shown; last what only could be better; the newest files first."""
    return job.why is not Why.MOVED, job.why is Why.OUTDATED, -job.found.modified_ns
