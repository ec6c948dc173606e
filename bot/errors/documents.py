"""Owns what may go wrong with the team's documents, their index and their evaluation."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


@dataclass(eq=False)
class IndexUnavailable(AssistantError):
    """The index can't be reached or written; `reason` is short and holds no document text."""

    where: str
    reason: str
    code = "index-unavailable"
    exit_code = 3


@dataclass(eq=False)
class IndexLocked(AssistantError):
    """Another program holds the embedded index in `path`."""

    path: str
    code = "index-locked"


@dataclass(eq=False)
class IndexMismatch(AssistantError):
    """The index was built with `built_with`, the settings ask for `wanted`: it must be built anew."""

    built_with: str
    wanted: str
    code = "index-mismatch"


@dataclass(eq=False)
class EmbeddingUnavailable(AssistantError):
    """The embedding model could not be had anywhere; `reasons` has one sentence per source tried."""

    model: str
    reasons: tuple[Notice, ...]
    code = "embedding-unavailable"
    exit_code = 3


@dataclass(eq=False)
class DocumentUnreadable(AssistantError):
    """A file of the knowledge folder can't be read; `reason` is one of the codes in `wording` (`document-<reason>`)."""

    document: str
    reason: str
    code = "document-unreadable"


@dataclass(eq=False)
class KnowledgeVanished(AssistantError):
    """More than half of the indexed documents are gone from the folder at once: a lost mount? None was removed."""

    folder: str
    missing: int
    indexed: int
    code = "knowledge-vanished"


@dataclass(eq=False)
class BadScopes(AssistantError):
    """`scopes.toml` can't be used; `reason` says why. Until it is mended nothing of the folder is shown to anybody."""

    path: str
    reason: Notice
    code = "bad-scopes"
    exit_code = 2


@dataclass(eq=False)
class NoKnowledge(AssistantError):
    """There is no folder of documents, and there never was one that was indexed."""

    folder: str
    code = "no-knowledge"


@dataclass(eq=False)
class IndexingElsewhere(AssistantError):
    """Another program is bringing the same index up to date right now; `path` is the lock that says so."""

    path: str
    code = "indexing-elsewhere"


@dataclass(eq=False)
class NothingIndexed(AssistantError):
    """The index of the documents in `folder` holds none."""

    folder: str
    code = "nothing-indexed"


@dataclass(eq=False)
class BadQuestions(AssistantError):
    """A file of evaluation questions can't be used; `line` is the first bad one, from 1, or 0 for the whole file."""

    path: str
    reason: Notice
    line: int = 0
    code = "bad-questions"
    exit_code = 2


@dataclass(eq=False)
class BadComparison(AssistantError):
    """What is to be compared is no `NAME=VALUE` of a setting."""

    given: str
    code = "bad-comparison"
    exit_code = 2
