"""Owns what is told about indexing: how far a run is, what it has done, how things stand."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import AssistantError, EmbeddingUnavailable
from bot.retrieval.manifest import Failure
from bot.retrieval.paths import Skipped


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: `done` of `total` documents; `document` is the one in hand, empty at the end."""

    done: int
    total: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class SearchModels:
    """The embedding models that were asked for: full names of those that are `here`, and why others are `missing`."""

    here: tuple[str, ...] = ()
    missing: tuple[EmbeddingUnavailable, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run has done, in documents, and how things stand after it.

    `updated` were indexed again in a better way, `relabelled` got another audience. `failures` are all files that can't
    be indexed now, `skipped` what is no document. `finished` is False when it was asked to stop early. `trouble` is why
    nothing was removed, `missing_models` the models without which documents were indexed. `unused_scopes` are entries
    of `scopes.toml` that no document is below. `retry_at` (seconds since the epoch) is when another run makes sense.
    """

    new: int
    changed: int
    moved: int
    updated: int
    relabelled: int
    deleted: int
    unchanged: int
    documents: int
    chunks: int
    seconds: float
    finished: bool = True
    failures: tuple[Failure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    trouble: AssistantError | None = None
    missing_models: tuple[EmbeddingUnavailable, ...] = ()
    unused_scopes: tuple[str, ...] = ()
    retry_at: float | None = None

    @property
    def touched(self) -> int:
        """How many documents were changed in the index."""
        return self.new + self.changed + self.moved + self.updated + self.relabelled + self.deleted


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand right now: what runs, what the last run came to, and what fails.

    `trouble` is what ended the last run early, None when nothing did. `changed_at` is when the index was changed last,
    `ran_at` when this program's last complete run ended; both in seconds since the epoch.
    """

    progress: IndexProgress | None
    report: IndexReport | None
    trouble: AssistantError | None
    failures: tuple[Failure, ...]
    changed_at: float | None
    ran_at: float | None = None


Tell = Callable[[IndexProgress], None]
