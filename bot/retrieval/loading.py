"""Owns what a loaded document is, why a file may not become one, and the port that loads."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.messages import Language


class Kind(StrEnum):
    """What a file is, told by its name; `formats/kinds.py` knows which names mean what."""

    MARKDOWN = "md"
    TEXT = "txt"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    ODT = "odt"
    CSV = "csv"
    EMAIL = "eml"
    CODE = "code"


class Reason(StrEnum):
    """Why a file of the knowledge folder isn't read; `wording` says each as `document-<reason>`."""

    ARCHIVE_BOMB = "archive-bomb"
    BAD_NAME = "bad-name"
    CHANGED = "changed-while-reading"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    GONE = "gone"
    LINK = "link"
    NO_ACCESS = "no-access"
    NO_READER = "no-reader"
    NOT_A_FILE = "not-a-file"
    NOT_TEXT = "not-text"
    OUTSIDE = "outside"
    SCANNED = "scanned"
    TOO_LARGE = "too-large"
    TOO_MUCH_MEMORY = "too-much-memory"
    TOO_MUCH_TEXT = "too-much-text"
    TOO_SLOW = "too-slow"
    UNKNOWN_KIND = "unknown-kind"
    UNREADABLE = "unreadable"


class RefusedFile(Exception):
    """A file that can't become a document, while its name isn't at hand; a loader makes `DocumentUnreadable` of it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document as the rest of the house reads it.

    `text` is plain text with headings as Markdown's `#` lines, tables as `|` rows and code in fences; the same bytes
    always give the same text, and citations count their characters in it. `language` is None when it is neither Czech
    nor English. `modified` is seconds since the epoch, `digest` the SHA-256 of the file's bytes in hexadecimal.
    """

    text: str
    title: str
    language: Language | None
    kind: Kind
    modified: float
    digest: str


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """What one file may cost: its size, the time and memory of reading it, and the characters of text it may give.

    The last three are for files that are archives inside: entries, bytes when unpacked, and how many times larger
    than packed. The ratio counts from 1 MB on: a small file may well be very regular.
    """

    file_bytes: int = 50_000_000
    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    text_chars: int = 10_000_000
    archive_entries: int = 10_000
    unpacked_bytes: int = 200_000_000
    unpacking_ratio: int = 200


class DocumentLoader(Protocol):
    """Reads documents of the knowledge folder, one file at a time, whatever is in them."""

    async def load(self, document: str) -> LoadedDocument:
        """Read one document by its path relative to the folder; `DocumentUnreadable` with one of the `Reason`s."""
        ...
